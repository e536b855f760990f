/** `swarmlab fork`: the same until a time, then one thing is changed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeTrace } from '../../src/trace/file-format.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { expectRefused, swarmlab, temporaryFolder, writeScenario } from './support.ts';

function traceIn(folder: string): Trace {
  const decoded = decodeTrace(readFileSync(join(folder, 'trace.swarmtrace')));
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

/** Rows before an instant, as text. */
function rowsBefore({ events }: Trace, timeUs: number): string[] {
  const rows: string[] = [];
  for (let row = 0; row < events.count && (events.timeUs[row] as number) < timeUs; row++) {
    rows.push(
      [events.timeUs, events.kind, events.peer, events.a, events.b].map((column) => column[row]).join(' '),
    );
  }
  return rows;
}

describe.skipIf(!SWARMLAB)('swarmlab fork', () => {
  test('runs both, alike until the change and different after it, and compares them', async () => {
    const folder = temporaryFolder();
    const scenario = writeScenario(folder, { leechers: 5, size: '8 MiB' });
    const out = join(folder, 'out');
    const change = 'line: { group: origin, up: 64 kbit/s }';
    const ended = await swarmlab(['fork', scenario, '--at', '1s', '--change', change, '--out', out]);
    // On a slow machine there is a line of progress now and then, and nothing else.
    expect(ended.stderr.replaceAll(/^ {2}.* peers complete\n/gm, '')).toBe('');
    expect(ended.stdout).toMatch(/as it was +changed at 1s/);
    expect(ended.stdout).toMatch(/last completion +\S+ +\S+/);
    const before = traceIn(join(out, 'small-4'));
    const after = traceIn(join(out, 'small-4-fork'));
    expect(rowsBefore(before, 1_000_000).length).toBeGreaterThan(10);
    expect(rowsBefore(after, 1_000_000)).toEqual(rowsBefore(before, 1_000_000));
    expect(after.digest).not.toBe(before.digest);
    expect(after.endUs).toBeGreaterThan(before.endUs);
  });

  test('says what is wrong with a time or a change, and runs nothing', async () => {
    const folder = temporaryFolder();
    const scenario = writeScenario(folder);
    const out = join(folder, 'out');
    const refuse = async (at: string, change: string, says: RegExp): Promise<void> => {
      expectRefused(
        await swarmlab(['fork', scenario, '--at', at, '--change', change, '--out', out]),
        2,
        says,
      );
      expect(existsSync(out)).toBe(false);
    };
    await refuse('soon', 'leave: { group: origin }', /--at: /);
    await refuse('9d', 'leave: { group: origin }', /--at 9d: the run ends at/);
    await refuse('1s', 'crahs: { group: seed }', /--change:1:1: .*crahs[\s\S]*did you mean "crash"/);
    await refuse('1s', 'leave: { group: sead }', /--change:1:17: .*sead/);
    await refuse('1s', 'crash', /--change:1:1: "crash" is not an event/);
  });
});
