/** Verdicts on a terminal: a warning is printed, and never counted as a failure. */
import { describe, expect, it } from 'vitest';
import { Terminal } from '../../../src/cli/output/terminal.ts';
import { printVerdicts } from '../../../src/cli/output/verdict-lines.ts';
import { allHeld } from '../../../src/scenarios/expectations/judge.ts';
import { NOTHING_EXPECTED, type Verdict } from '../../../src/scenarios/expectations/verdict.ts';

const HELD: Verdict = {
  ...NOTHING_EXPECTED,
  name: 'a',
  status: 'held',
  left: { value: 1, unit: '', text: '1' },
  right: { value: 1, unit: '', text: '1' },
  evaluations: 1,
};
const FAILED: Verdict = { ...HELD, name: 'bb', status: 'failed', because: 'it must' };
const WARNING: Verdict = { ...FAILED, severity: 'warning' };
const NO_DATA: Verdict = { ...NOTHING_EXPECTED, name: 'c', severity: 'warning', reason: 'nobody came' };

function printed(...verdicts: Verdict[]): string[] {
  const lines: string[] = [];
  printVerdicts(new Terminal({ write: (text) => lines.push(text.trimEnd()) }, { NO_COLOR: '1' }), verdicts);
  return lines;
}

describe('the lines of verdicts', () => {
  it('say what failed and why it should have held', () => {
    expect(printed(HELD, FAILED)).toEqual([
      '  ✓ a   1, expected 1',
      '  ✗ bb  1, expected 1',
      '        because it must',
      '  1 of 2 did not hold.',
    ]);
  });

  it.each([
    [[HELD], 'It held.', true],
    [[HELD, HELD], 'All 2 held.', true],
    [[HELD, WARNING], 'It held, with 1 warning.', true],
    [[WARNING, WARNING], 'Nothing failed, with 2 warnings.', true],
    [[HELD, FAILED, WARNING], '1 of 2 did not hold, with 1 warning.', false],
    [[NO_DATA], 'Nothing was shown: there was no data.', false],
  ])('end in a sentence %#', (verdicts, sentence, green) => {
    expect(printed(...verdicts).at(-1)).toBe(`  ${sentence}`);
    expect(allHeld(verdicts)).toBe(green);
  });

  it('mark a warning', () => {
    expect(printed(HELD, WARNING)[1]).toBe('  ! bb  warning: 1, expected 1');
  });
});
