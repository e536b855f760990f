import { describe, expect, test } from 'vitest';
import { type Party, resultsOf, sit, tasksOf } from '../../bench/sitting.ts';
import type { Measured, Workload } from '../../bench/workload.ts';

const never = (): boolean => false;

/** Notes who does what, and measures how many times anything was measured before. */
function partiesOf(log: string[], knows: Readonly<Record<string, readonly string[]>>): Party[] {
  return Object.entries(knows).map(([label, tasks]) => ({
    label,
    knows: new Set(tasks),
    measure: async (task: string): Promise<Measured> => {
      log.push(`${label} ${task}`);
      if (task === 'broken') throw new Error('it broke');
      return { count: log.length };
    },
  }));
}

test('every task is needed once, however many workloads read it', () => {
  const workload = (name: string, tasks: string[]): Workload => ({
    name,
    title: '',
    tasks,
    figures: [],
    isShort: true,
  });
  expect(tasksOf([workload('a', ['raw', 'x']), workload('b', ['raw', 'y', 'x'])])).toEqual(['raw', 'x', 'y']);
});

describe('sit', () => {
  test('has two builds take turns at each task', async () => {
    const log: string[] = [];
    await sit(['x', 'y'], partiesOf(log, { A: ['x', 'y'], B: ['x', 'y'] }), 2, never);
    expect(log).toEqual(['A x', 'B x', 'A x', 'B x', 'A y', 'B y', 'A y', 'B y']);
  });

  test('does not ask a build for what it lacks', async () => {
    const log: string[] = [];
    await sit(['x', 'y'], partiesOf(log, { A: ['x', 'y'], B: ['y'] }), 1, never);
    expect(log).toEqual(['A x', 'A y', 'B y']);
  });

  test('keeps what was measured when a task fails, and does not try it again', async () => {
    const log: string[] = [];
    const done = await sit(['broken', 'x'], partiesOf(log, { A: ['broken', 'x'] }), 2, never);
    expect(log).toEqual(['A broken', 'A x', 'A x']);
    expect(done.map(({ task, run, failure }) => [task, run, failure])).toEqual([
      ['broken', 1, 'it broke'],
      ['x', 1, undefined],
      ['x', 2, undefined],
    ]);
  });

  test('ends at once when it is interrupted, with what was measured until then', async () => {
    const log: string[] = [];
    const parties = partiesOf(log, { A: ['x', 'broken', 'y'] });
    const interrupted = (): boolean => log.includes('A broken');
    const done = await sit(['x', 'broken', 'y'], parties, 1, interrupted);
    expect(log).toEqual(['A x', 'A broken']);
    expect(done.map(({ task, failure }) => [task, failure])).toEqual([['x', undefined]]);
  });

  test('gives each run of each build its own results', async () => {
    const done = await sit(['x'], partiesOf([], { A: ['x'], B: ['x'] }), 2, never);
    const count = (party: string, run: number): unknown => resultsOf(done, party, run)('x')?.count;
    expect([count('A', 1), count('B', 1), count('A', 2), count('B', 2)]).toEqual([1, 2, 3, 4]);
    expect(resultsOf(done, 'A', 1)('y')).toBeUndefined();
  });
});
