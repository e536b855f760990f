/**
 * One plan on both networks, figure by figure. The simulated run is the same each time; on sockets the machine and chance
 * have their say, so the plan may be run there several times, and the median of the runs is what is compared.
 */
import type { Trace } from '../../trace/trace.ts';
import { median } from '../statistics/describe.ts';
import { type Figure, figuresOf, measureRun } from '../sweep/figures.ts';

export interface ParityRow extends Figure {
  readonly simulated: number | undefined;
  /** One for each run on sockets. */
  readonly real: readonly (number | undefined)[];
  /** Of those runs that have the figure; undefined when none has. */
  readonly realMedian: number | undefined;
  /** (sockets - simulated) / simulated; undefined where one has no value or the simulated one is 0. */
  readonly difference: number | undefined;
}

/** Rows for all figures in their order. Traces are of the same plan. */
export function compareNetworks(simulated: Trace, real: readonly Trace[]): ParityRow[] {
  const here = measureRun(simulated);
  const there = real.map((trace) => measureRun(trace));
  return figuresOf(simulated.header.groups).map((figure, index): ParityRow => {
    const values = there.map((run) => run[index]);
    const realMedian = median(values.filter((value) => value !== undefined));
    const base = here[index];
    const known = base !== undefined && base !== 0 && realMedian !== undefined;
    return {
      ...figure,
      simulated: base,
      real: values,
      realMedian,
      difference: known ? (realMedian - base) / base : undefined,
    };
  });
}

/** The figure by which two networks are held to agree. */
export const AGREEMENT_FIGURE = 'completion_time_p50_us';

/** Whether the median completion differs by no more than `tolerance`, a share; false where there is none to compare. */
export function agrees(rows: readonly ParityRow[], tolerance: number): boolean {
  const row = rows.find(({ name }) => name === AGREEMENT_FIGURE);
  return row?.difference !== undefined && Math.abs(row.difference) <= tolerance;
}
