/** What the runs of a sweep show of what it expects: of means, medians and single runs, of one cell or of two. */
import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../src/scenarios/sweep/figures.ts';
import { formatDemand, judgeSweep } from '../../../src/scenarios/sweep/judge-sweep.ts';
import { type RunRow, rowWithoutFigures } from '../../../src/scenarios/sweep/run-row.ts';
import type { ScenarioSweep, SweepExpectation } from '../../../src/scenarios/sweep/sweep.ts';

const FIGURES: readonly Figure[] = [{ name: 'x', unit: 'plain', better: undefined, words: 'x' }];

function row(cell: number, rep: number, value: number | null): RunRow {
  const id = { cell, rep, seed: rep, digest: 'd' };
  return { ...id, status: 'done', reason: '', notHeld: [], figures: [value], completions: [] };
}

function judged(demand: Partial<SweepExpectation>, rows: readonly RunRow[]) {
  const expectation: SweepExpectation = {
    ...{ name: 'e', of: 'x', cells: [0], take: 'mean', because: '', ...demand },
  };
  const sweep: ScenarioSweep = {
    ...{ repetitions: 2, seeds: 'paired', factors: [], expectations: [expectation] },
    cells: [
      { settings: [], labels: [] },
      { settings: [], labels: [] },
    ],
  };
  return judgeSweep(sweep, FIGURES, rows).map(({ status, value, values }) => ({ status, value, values }));
}

describe('an expectation of cells', () => {
  const rows = [row(1, 2, 3), row(1, 1, 1), row(1, 3, 5.6), row(2, 1, 2), row(2, 2, 2), row(2, 3, 2)];

  it.each([
    ['the mean within', { atLeast: 3.1, atMost: 3.3 }, 'held'],
    ['the mean below', { atLeast: 3.3 }, 'failed'],
    ['the median', { take: 'median', atLeast: 3, atMost: 3 }, 'held'],
    ['each run', { take: 'each', atLeast: 1, atMost: 5.6 }, 'held'],
    ['each run, one beyond', { take: 'each', atLeast: 1.1 }, 'failed'],
    ['the ratio', { against: [1], atLeast: 1.59, atMost: 1.61 }, 'held'],
  ] as const)('%s', (_title, demand, status) => {
    expect(judged(demand, rows)[0]?.status).toBe(status);
  });

  it('has the values in the order of repetitions, and the ratio run by run', () => {
    expect(judged({ atLeast: 0 }, rows)[0]?.values).toEqual([1, 3, 5.6]);
    expect(judged({ atLeast: 0, against: [1] }, rows)[0]?.values).toEqual([0.5, 1.5, 2.8]);
  });

  it('has no data where a run has no value, or failed', () => {
    expect(judged({ atLeast: 0 }, [row(1, 1, 1), row(1, 2, null)])[0]?.status).toBe('no-data');
    const failed = rowWithoutFigures({ cell: 1, rep: 2, seed: 2 }, 'failed', 'a law was broken');
    expect(judged({ atLeast: 0 }, [row(1, 1, 1), failed])[0]?.status).toBe('no-data');
    expect(judged({ atLeast: 0, against: [1] }, [row(1, 1, 1), row(2, 1, 0)])[0]?.status).toBe('no-data');
  });

  it('is passed over for cells that were not run at all', () => {
    expect(judged({ cells: [0, 1], atLeast: 0 }, [row(1, 1, 1)])).toHaveLength(1);
    expect(judged({ against: [1], atLeast: 0 }, [row(1, 1, 1)])).toEqual([]);
  });

  it('says what is right', () => {
    const demand = { name: 'e', of: 'x', cells: [0], because: '' };
    expect(formatDemand({ ...demand, take: 'mean', atLeast: 1, atMost: 2 })).toBe('1 to 2');
    expect(formatDemand({ ...demand, take: 'each', atMost: 2 })).toBe('at most 2, in each run');
    expect(formatDemand({ ...demand, take: 'median', atLeast: 1 })).toBe('at least 1, as a median');
  });
});
