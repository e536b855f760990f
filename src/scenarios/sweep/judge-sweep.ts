/**
 * What the runs of a sweep show of what it expects, cell by cell. Nothing is held for lack of evidence: a run that failed,
 * or in which the value does not exist, leaves its cell without data.
 */
import type { Interval } from '../statistics/describe.ts';
import { estimateOf } from '../statistics/estimate.ts';
import type { Figure } from './figures.ts';
import { inTableOrder } from './run-order.ts';
import type { RunRow } from './run-row.ts';
import type { ScenarioSweep, SweepExpectation } from './sweep.ts';

export interface SweepVerdict {
  readonly expectation: SweepExpectation;
  /** Index of the cell. */
  readonly cell: number;
  readonly status: 'held' | 'failed' | 'no-data';
  /** One for each run that has one, in the order of repetitions. */
  readonly values: readonly number[];
  /** The mean, or the median where that is what counts. */
  readonly value: number | undefined;
  /** Of the above, at 95 %; undefined where there are too few runs. */
  readonly interval: Interval | undefined;
}

/** One verdict for each expectation and cell that has runs at all. */
export function judgeSweep(
  sweep: ScenarioSweep,
  figures: readonly Figure[],
  rows: readonly RunRow[],
): SweepVerdict[] {
  const runsOf = (cell: number): RunRow[] => inTableOrder(rows).filter((row) => row.cell === cell + 1);
  return (sweep.expectations ?? []).flatMap((expectation) => {
    const column = figures.findIndex(({ name }) => name === expectation.of);
    return expectation.cells.flatMap((cell, place) => {
      const own = runsOf(cell);
      const partner = expectation.against?.[place];
      const others = partner === undefined ? undefined : runsOf(partner);
      if (own.length === 0 || others?.length === 0) return [];
      return [verdictOn(expectation, cell, valuesOf(column, own, others), own.length)];
    });
  });
}

/** The values of the runs of a cell, each over that of the run of the partner with the same repetition. */
function valuesOf(column: number, own: readonly RunRow[], others: readonly RunRow[] | undefined): number[] {
  return own.flatMap((row) => {
    const value = row.figures[column];
    if (typeof value !== 'number') return [];
    if (others === undefined) return [value];
    const other = others.find(({ rep }) => rep === row.rep)?.figures[column];
    return typeof other === 'number' && other !== 0 ? [value / other] : [];
  });
}

function verdictOn(
  expectation: SweepExpectation,
  cell: number,
  values: readonly number[],
  runs: number,
): SweepVerdict {
  const { take, atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = expectation;
  const estimate = estimateOf(values);
  const isMedian = take === 'median';
  const value = isMedian ? estimate.median : estimate.mean;
  const isRight = (each: number | undefined): boolean =>
    each !== undefined && each >= atLeast && each <= atMost;
  const held = take === 'each' ? values.every(isRight) : isRight(value);
  return {
    expectation,
    cell,
    status: values.length < runs ? 'no-data' : held ? 'held' : 'failed',
    values,
    value,
    interval: isMedian ? estimate.medianInterval : estimate.meanInterval,
  };
}

/** "at most 1.35", "from 0.9 to 1.1", for people. */
export function formatDemand({ atLeast, atMost, take }: SweepExpectation): string {
  const range =
    atLeast === undefined
      ? `at most ${atMost}`
      : atMost === undefined
        ? `at least ${atLeast}`
        : `${atLeast} to ${atMost}`;
  return take === 'each' ? `${range}, in each run` : take === 'median' ? `${range}, as a median` : range;
}
