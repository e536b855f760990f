/** `swarmlab sweep` as a user has it: tables, the same whoever did the runs and however often it was interrupted. */
import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { endProcesses } from '../support/processes.ts';
import { startSwarmlab } from '../support/swarmlab-cli.ts';
import { crowdText, expectNoStackTrace, expectRefused, swarmlab, temporaryFolder } from './support.ts';

afterEach(endProcesses);

const DEADLINE_MS = 60_000;

const VARIED = `sweep:
  repetitions: 5
  matrix:
    peers.crowd.engine.picker: [rarest-first, random]
    peers.crowd.count: { linear: 4..10, steps: 4 }
`;
const SWEEP = crowdText({ name: 'swept', crowd: 4, more: VARIED });

function writeSweep(folder: string, text = SWEEP): string {
  const path = join(folder, 'swept.yaml');
  writeFileSync(path, text);
  return path;
}

/** What a sweep leaves behind, by name: everything but the log, whose lines are in the order in which runs ended. */
function results(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name !== 'runs.ndjson' && name !== 'sweep.json');
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function logLines(folder: string): number {
  const path = join(folder, 'runs.ndjson');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}

/** On threads where the options name a number of them. */
async function sweep(path: string, out: string, ...options: string[]): Promise<string> {
  const args = ['sweep', path, '--out', out, ...options];
  const threads = options.includes('--jobs');
  const ended = await swarmlab(args, { deadlineMs: DEADLINE_MS, threads });
  expect(ended.code, ended.stderr).toBe(0);
  return ended.stdout;
}

describe('the tables of a sweep', () => {
  test('are the same after interruptions of both kinds, and with one thread or two', async () => {
    const folder = temporaryFolder();
    const path = writeSweep(folder);
    await sweep(path, join(folder, 'whole'), '--jobs', '2');
    await sweep(path, join(folder, 'alone'));
    const whole = results(join(folder, 'whole', 'swept-sweep'));
    expect(Object.keys(whole).sort()).toEqual([
      'cells.csv',
      'completions.csv',
      'contrasts.csv',
      'runs.csv',
      'sweep.html',
    ]);
    expect(whole['runs.csv']?.split('\n')).toHaveLength(1 + 40 + 1);
    expect(results(join(folder, 'alone', 'swept-sweep'))).toEqual(whole);

    const out = join(folder, 'interrupted');
    const own = join(out, 'swept-sweep');
    const resumed: number[] = [];
    for (const [signal, more] of [
      ['SIGKILL', 3],
      ['SIGINT', 5],
      ['SIGKILL', 8],
      ['SIGINT', 2],
    ] as const) {
      const before = logLines(own);
      const child = startSwarmlab(['sweep', path, '--out', out, '--resume']);
      await expect
        .poll(() => logLines(own), { timeout: DEADLINE_MS, interval: 2 })
        .toBeGreaterThanOrEqual(before + more);
      child.kill(signal);
      const exit = await child.ended(DEADLINE_MS);
      const said = child.lines.join('\n');
      expectNoStackTrace(said);
      if (signal === 'SIGINT') {
        expect(exit, said).toEqual({ code: 130, signal: null });
        expect(said).toMatch(/interrupted: \d+ of 40 runs are kept in/);
      }
      resumed.push(logLines(own));
    }
    expect(resumed.at(-1)).toBeLessThan(40);
    expect(existsSync(join(own, 'runs.csv'))).toBe(false);
    // What a power cut may leave of the last line, and a line that is none.
    appendFileSync(join(own, 'runs.ndjson'), '{"cell":7,"rep":1,"se\n{"cell":8,"rep":1,"seed":3,"sta');
    const kept = new Set(
      readFileSync(join(own, 'runs.ndjson'), 'utf8').match(/"cell":\d+,"rep":\d+,"seed":\d+,"status"/g),
    ).size;
    const said = await sweep(path, out, '--resume');
    expect(said).toContain(`${kept} of 40 runs are there`);
    expect(results(own)).toEqual(whole);
  });

  test('are the same from shards', async () => {
    const folder = temporaryFolder();
    const path = writeSweep(folder, SWEEP.replace('repetitions: 5', 'repetitions: 1'));
    const out = join(folder, 'out');
    await sweep(path, join(folder, 'whole'));
    for (const part of ['1/3', '2/3']) await sweep(path, out, '--shard', part);
    const shards = [1, 2, 3].map((part) => join(out, `swept-sweep-${part}-of-3`));
    const early = await swarmlab(['sweep', '--merge', ...shards.slice(0, 2), '--out', out]);
    expectRefused(early, 2, '2 of 8 runs are missing', 'of 3 shards these are not given: 3');
    await sweep(path, out, '--shard', '3/3');
    const merged = await swarmlab(['sweep', '--merge', ...shards, '--out', out]);
    expect(merged.code, merged.stderr).toBe(0);
    expect(results(join(out, 'swept-sweep'))).toEqual(results(join(folder, 'whole', 'swept-sweep')));
  });

  test('have these columns and numbers', async () => {
    const folder = temporaryFolder();
    const few = SWEEP.replace('repetitions: 5', 'repetitions: 2').replace('steps: 4', 'steps: 2');
    await sweep(writeSweep(folder, few), folder);
    const golden = (name: string, lines = Number.POSITIVE_INFINITY) =>
      readFileSync(join(folder, 'swept-sweep', name), 'utf8')
        .split('\n')
        .slice(0, lines)
        .join('\n');
    await expect(golden('runs.csv')).toMatchFileSnapshot('golden/sweep-runs.csv');
    await expect(golden('cells.csv', 6)).toMatchFileSnapshot('golden/sweep-cells.csv');
    await expect(golden('contrasts.csv', 6)).toMatchFileSnapshot('golden/sweep-contrasts.csv');
    await expect(golden('completions.csv', 6)).toMatchFileSnapshot('golden/sweep-completions.csv');
  });

  test('gain repetitions, and keep those that are there', async () => {
    const folder = temporaryFolder();
    const path = writeSweep(folder, SWEEP.replace('repetitions: 5', 'repetitions: 1'));
    await sweep(path, folder);
    const said = await sweep(path, folder, '--repetitions', '2', '--resume');
    expect(said).toContain('8 of 16 runs are there');
    expect(readFileSync(join(folder, 'swept-sweep', 'runs.csv'), 'utf8').split('\n')).toHaveLength(
      1 + 16 + 1,
    );
  });
});

describe('a sweep says', () => {
  test('its results as JSON', async () => {
    const folder = temporaryFolder();
    const path = writeSweep(folder, SWEEP.replace('repetitions: 5', 'repetitions: 2'));
    const { comparisons, runs, failed } = JSON.parse(
      await sweep(path, folder, '--json', '--metric', 'download_time_mean_us', '--seed', '5'),
    );
    expect({ runs, failed }).toEqual({ runs: 16, failed: 0 });
    expect(comparisons).toHaveLength(4);
    expect(comparisons[0]).toMatchObject({ left: 'rarest-first', right: 'random', paired: true, n: 2 });
    expect(comparisons[0].sentence).toContain('paired seeds');
  });

  test('which runs did not hold what is expected, and goes on', async () => {
    const folder = temporaryFolder();
    const text = SWEEP.replace('== 1"', '== 0"').replace('repetitions: 5', 'repetitions: 1');
    expect(await sweep(writeSweep(folder, text), folder)).toContain(
      'in 8 of 8 runs something did not hold that is expected: all of it',
    );
    expect(readFileSync(join(folder, 'swept-sweep', 'runs.csv'), 'utf8')).toContain(',done,,0,all of it,');
  });

  test.each([
    [['--metric', 'download_time'], 'there is no such column'],
    [['--set', 'peers.crowd.count=3'], 'the sweep varies peers.crowd.count'],
    [['--set', 'peers.crowd.cuont=3'], 'did you mean "peers.crowd.count"?'],
    [['--shard', '3/2'], 'a part and a number of parts'],
    [['--jobs', '0'], '--jobs is at least 1'],
    [['--repetitions', '0'], '--repetitions is from 1'],
    [['--resume', '--restart'], 'exclude each other'],
    [['--memory', '1MiB'], 'would need about'],
  ])('%j: %s', async (options, message) => {
    const folder = temporaryFolder();
    const ended = await swarmlab(['sweep', writeSweep(folder), '--out', join(folder, 'out'), ...options]);
    expectRefused(ended, 2, message);
    expect(existsSync(join(folder, 'out', 'swept-sweep'))).toBe(false);
  });

  test('that there is nothing to vary', async () => {
    const folder = temporaryFolder();
    const path = writeSweep(folder, SWEEP.replace(VARIED, ''));
    expectRefused(await swarmlab(['sweep', path, '--out', folder]), 2, 'has no "sweep"', 'add one, such as');
    expectRefused(await swarmlab(['sweep']), 2, 'which scenario?');
    expectRefused(await swarmlab(['sweep', '--merge', folder]), 2, 'is not the folder of a sweep');
  });

  test('what would lose or mix results', async () => {
    const folder = temporaryFolder();
    const few = SWEEP.replace('repetitions: 5', 'repetitions: 1');
    const path = writeSweep(folder, few);
    await sweep(path, folder);
    const log = join(folder, 'swept-sweep', 'runs.ndjson');
    truncateSync(log, 300);
    expectRefused(
      await swarmlab(['sweep', path, '--out', folder]),
      2,
      'holds 0 of 8 runs of a sweep that was not finished',
      '--resume',
      '--restart',
    );
    writeSweep(folder, few.replace('2 MiB', '1 MiB'));
    expectRefused(
      await swarmlab(['sweep', path, '--out', folder, '--resume']),
      2,
      'the scenario has changed since',
    );
    writeFileSync(join(folder, 'swept-sweep', '.lock'), String(process.pid));
    expectRefused(await swarmlab(['sweep', path, '--out', folder, '--restart']), 2, 'is at work in');
    // A lock of one that was killed holds nobody up.
    writeFileSync(join(folder, 'swept-sweep', '.lock'), '999999999');
    await sweep(path, folder, '--restart');
  });
});
