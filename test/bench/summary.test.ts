import { describe, expect, test } from 'vitest';
import type { TaskRun } from '../../bench/sitting.ts';
import { judgeDigests, listLines, summarize, workloadLines } from '../../bench/summary.ts';
import { isMet, TARGETS, targetOf } from '../../bench/targets.ts';
import { numberOf, type Workload } from '../../bench/workload.ts';
import { WORKLOADS } from '../../bench/workloads.ts';

/** Has the name of a figure with a target of 0.2 at most. */
const workload: Workload = {
  name: 'swarm-100',
  title: 'a swarm',
  tasks: ['x'],
  figures: [
    { name: 'swarm-100/cost', label: 'ms', digits: 2, of: (results) => numberOf(results, 'x', 'ms') },
    { name: 'swarm-100/other', label: 'things', digits: 0, of: (results) => numberOf(results, 'x', 'n') },
  ],
  isShort: true,
};

function runOf(party: string, run: number, ms: number): TaskRun {
  return { task: 'x', party, run, measured: { ms, n: 1000 * run }, failure: undefined };
}

describe('summarize', () => {
  const done = [runOf('this', 1, 0.1), runOf('old', 1, 0.4), runOf('this', 2, 0.3), runOf('old', 2, 0.3)];

  test('pairs the runs of two builds in the order in which they were made', () => {
    const [cost] = summarize(workload, done, ['this', 'old'], 2);
    expect(cost?.values).toEqual([0.1, 0.3]);
    expect(cost?.others).toEqual([0.4, 0.3]);
    expect(cost?.ratio).toEqual({ median: 0.625, lowest: 0.25, highest: 1, count: 2 });
  });

  test('has no ratio where a build has not done the task', () => {
    const alone = done.filter(({ party }) => party === 'this');
    const [cost] = summarize(workload, alone, ['this', 'old'], 2);
    expect(cost?.spread?.median).toBe(0.2);
    expect(cost?.otherSpread).toBeUndefined();
    expect(cost?.ratio).toBeUndefined();
  });
});

describe('the table', () => {
  const table = (done: readonly TaskRun[], parties: string[], runs: number): string =>
    workloadLines(workload, summarize(workload, done, parties, runs), parties[1]).join('\n');

  test('of one run has no spread', () => {
    expect(table([runOf('this', 1, 0.1)], ['this'], 1)).toBe(
      [
        'swarm-100: a swarm',
        '           this  target  met',
        '  ms       0.10   ≤ 0.2  yes',
        '  things  1,000',
      ].join('\n'),
    );
  });

  test('of several clients has a row for each, and one below the other only what has a target', () => {
    const client = (name: string, measured: number | undefined) =>
      ['first', 'wall'].map((column) => ({
        ...{ name: `loopback/${name}-${column}`, label: `${column}, ${name}`, digits: 1 },
        of: () => (measured === undefined ? undefined : measured + (column === 'wall' ? 1 : 0)),
      }));
    const columns = [
      { name: 'first', label: 'first data' },
      { name: 'wall', label: 'seconds' },
    ];
    const parties = ['swarmlab', 'faster', 'absent'];
    const measured = [0.1, 0.05, undefined];
    const compared: Workload = {
      ...{ name: 'loopback', title: 'transfers', tasks: ['x'], isShort: false },
      figures: parties.flatMap((party, index) => client(party, measured[index])),
      comparison: { parties, columns },
    };
    const done = [runOf('this', 1, 0.1)];
    expect(workloadLines(compared, summarize(compared, done, ['this'], 1), undefined)).toEqual([
      'loopback: transfers',
      '                   this  target  met',
      '  first, swarmlab   0.1   ≤ 0.2  yes',
      '',
      '            first data  seconds',
      '  swarmlab         0.1      1.1',
      '  faster           0.1      1.1',
      '  absent             –        –',
    ]);
  });

  test('says by how much a target was missed', () => {
    expect(table([runOf('this', 1, 0.5)], ['this'], 1)).toContain('0.50   ≤ 0.2  no, 2.5 ×');
  });

  test('of two builds has the other one and the ratio', () => {
    const lines = table([runOf('this', 1, 0.1), runOf('old', 1, 0.4)], ['this', 'old'], 1).split('\n');
    expect(lines[1]?.trim().split(/ {2,}/)).toEqual(['this', 'old', 'this ÷ it', 'target', 'met']);
    expect(lines[2]?.trim().split(/ {2,}/)).toEqual(['ms', '0.10', '0.40', '0.25', '≤ 0.2', 'yes']);
  });

  test('has no columns for a build that lacks the workload', () => {
    expect(table([runOf('this', 1, 0.1)], ['this', 'old'], 1)).toBe(
      table([runOf('this', 1, 0.1)], ['this'], 1),
    );
  });

  test('of several runs has the lowest and the highest', () => {
    const lines = table([runOf('this', 1, 0.1), runOf('this', 2, 0.3)], ['this'], 2).split('\n');
    expect(lines[2]?.trim().split(/ {2,}/)).toEqual(['ms', '0.20', '0.10', '0.30', '≤ 0.2', 'yes']);
  });

  test('shows a dash for what could not be measured', () => {
    expect(table([], ['this'], 1)).toMatch(/ms +– +≤ 0\.2 +–\n/);
  });
});

describe('judgeDigests', () => {
  const run = (party: string, digest: string, task = 'x'): TaskRun => ({
    task,
    party,
    run: 1,
    measured: { digest },
    failure: undefined,
  });

  test('says whether two builds have run the same', () => {
    const done = [run('this', 'a'), run('old', 'a'), run('this', 'b', 'y'), run('old', 'c', 'y')];
    expect(judgeDigests(done, ['this', 'old'])).toEqual({
      notes: ['x: the same digest', 'y: another digest, so another run'],
      faults: [],
    });
  });

  test('has nothing to say of one build, or of tasks without a digest', () => {
    expect(judgeDigests([run('this', 'a'), runOf('this', 1, 1)], ['this'])).toEqual({
      notes: [],
      faults: [],
    });
    expect(judgeDigests([run('this', 'a'), runOf('old', 1, 1)], ['this', 'old']).notes).toEqual([]);
  });

  test('finds a build that does not repeat itself', () => {
    expect(judgeDigests([run('this', 'a'), run('this', 'b')], ['this']).faults).toEqual([
      'x of this has 2 digests: it is not deterministic',
    ]);
  });
});

describe('the workloads', () => {
  const figures = WORKLOADS.flatMap((each) => each.figures);

  test('have names of their own, and so have their figures', () => {
    expect(new Set(WORKLOADS.map(({ name }) => name)).size).toBe(WORKLOADS.length);
    expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length);
  });

  test('have a figure for every target, and list it', () => {
    const listed = listLines(WORKLOADS).filter((line) => line.includes('target: '));
    expect(TARGETS.filter(({ figure }) => !figures.some(({ name }) => name === figure))).toEqual([]);
    expect(listed).toHaveLength(TARGETS.length);
    expect(listed).toContain('  target: ms per unit ≤ 0.2');
  });

  test('read no figure where nothing was measured', () => {
    expect(figures.filter(({ of }) => of(() => undefined) !== undefined)).toEqual([]);
  });
});

test('a target is met at its very value', () => {
  const [most, least] = [targetOf('swarm-100/cost'), targetOf('sweep/speed-up')];
  if (most === undefined || least === undefined) throw new Error('no such targets');
  expect([isMet(most, 0.2), isMet(most, 0.21), isMet(least, 1.85), isMet(least, 1.84)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
