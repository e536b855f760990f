/** Whatever stands in a file, reading it gives a scenario or a `ScenarioError` with places in that file. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { formatScenarioErrors, ScenarioError } from '../../src/scenarios/errors.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { compileExpectation } from '../../src/scenarios/expectations/expectation.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { formatDuration, formatSize } from '../../src/scenarios/unit-text.ts';
import {
  parseDuration,
  parseFrequency,
  parseRange,
  parseRate,
  parseSize,
} from '../../src/scenarios/units.ts';
import { SMALL, STRATEGIES } from '../scenarios/support.ts';

/** The scenario, or undefined after checking the error. */
function read(text: string): Scenario | undefined {
  try {
    return parseScenario(text, 'f.yaml', STRATEGIES);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    const lines = text.split('\n');
    for (const { line, column, message } of error.problems) {
      expect(message).not.toBe('');
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual((lines[line - 1] as string).length + 1);
    }
    expect(formatScenarioErrors(error)).not.toMatch(/[^\P{Cc}\n]/u);
    return undefined;
  }
}

const words = fc.constantFrom(
  ...[
    'version',
    'name',
    'time',
    'until',
    'torrent',
    'size',
    'files',
    'path',
    'peers',
    'group',
    'count',
    'link',
  ],
  ...[
    'down',
    'up',
    'latency',
    'arrive',
    'process',
    'flash',
    'poisson',
    'rate',
    'stay',
    'expect',
    'that',
    '8 Mbit/s',
  ],
  ...[
    '4 MiB',
    '20ms..60ms',
    '2/s',
    '<<',
    '*a',
    '&a',
    'x-a',
    '1',
    '-1',
    '1e99',
    '.nan',
    'null',
    '__proto__',
    'constructor',
  ],
);

describe('parseScenario', () => {
  it('survives any text', () => {
    const fragments = fc.oneof(
      words,
      fc.constantFrom(
        ':',
        ': ',
        '\n',
        '\n  ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        ', ',
        '"',
        "'",
        '|',
        '>',
        '#',
        '!',
        '%',
        '&',
        '*',
        '\t',
        '---\n',
        '\r\n',
        '\ufeff',
        '\u0000',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 40 }), (parts) => {
        read(parts.join(''));
      }),
      { numRuns: 500 },
    );
  });

  it('survives any data', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        words,
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(words, tie('any'), { maxKeys: 6 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(words, value, { minKeys: 1, maxKeys: 9 }), (data) => {
        read(stringify(data));
      }),
      { numRuns: 500 },
    );
  });

  it('survives any damage to a scenario, and what it accepts can be expanded', () => {
    const damage = fc.record({
      at: fc.nat(SMALL.length),
      cut: fc.nat(12),
      insert: fc.oneof(fc.constant(''), words, fc.string({ maxLength: 3 })),
    });
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 3 }), (damages) => {
        let text = SMALL;
        for (const { at, cut, insert } of damages) text = text.slice(0, at) + insert + text.slice(at + cut);
        const scenario = read(text);
        if (scenario === undefined) return;
        const { peers } = expand(scenario, 1);
        expect(new Set(peers.map((peer) => peer.id)).size).toBe(peers.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('parts', () => {
  it('quantities are read or complained of, within the text', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc
        .array(fc.constantFrom('1', '20', '.', '..', ' ', 'ms', 's', 'm', 'KiB', '/s', 'Mbit', '-', '%'), {
          maxLength: 6,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        for (const parse of [parseDuration, parseSize, parseRate, parseFrequency]) {
          const single = parse(given);
          if (single.ok) expect(Number.isSafeInteger(single.value) && single.value >= 0).toBe(true);
          else expect(single.complaint.offset).toBeLessThanOrEqual(given.length);
          const range = parseRange(given, parse);
          if (range.ok) expect(range.value.lowest).toBeLessThanOrEqual(range.value.highest);
          else expect(range.complaint.offset).toBeLessThanOrEqual(given.length);
        }
      }),
    );
  });

  it('formatted quantities are read again, nearly as they were', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 366 * 86_400_000_000 - 3_600_000_000 }), (us) => {
        const again = parseDuration(formatDuration(us));
        expect(again.ok && Math.abs(again.value - us) <= Math.max(us * 0.03, 1)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (bytes) => {
        const text = formatSize(bytes);
        fc.pre(/^\d+ /.test(text));
        const again = parseSize(text.replace(' TiB', '000 GiB'));
        expect(again.ok).toBe(true);
      }),
    );
  });

  it('expressions are compiled or complained of, within the text', () => {
    const parts = fc.constantFrom(
      ...[
        'always ',
        'max',
        'p95',
        '(',
        ')',
        'peer.sent',
        'piece.availability',
        'torrent.size',
        '{group=',
        'crowd',
        '}',
      ],
      ...[
        ' < ',
        ' == ',
        '=',
        ' + ',
        ' * ',
        ' / ',
        '-',
        '3',
        '25m',
        '64 MiB',
        '8 Mbit/s',
        '1m30s',
        '50%',
        ',',
        '.',
        'é',
        '\u{1f600}',
      ],
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 14 }), (chosen) => {
        const text = chosen.join('');
        const compiled = compileExpectation('it', text, 1, ['crowd']);
        if (compiled.ok) return;
        expect(compiled.complaints.length).toBeGreaterThan(0);
        for (const { offset, length } of compiled.complaints) {
          expect(offset + length).toBeLessThanOrEqual(text.length + 1);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
