/** Which runs a sweep has, and in which order they are done. */
import type { RunId } from './run-row.ts';
import { type ScenarioSweep, seedOf } from './sweep.ts';

/** Part `part` (from 1) of `of`, of all runs. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}

/**
 * All runs, or those of a shard: the first repetition of every cell, then the second, so that what is there when it is
 * interrupted is as much of each cell.
 */
export function runsOf(sweep: ScenarioSweep, baseSeed: number, shard?: Shard): RunId[] {
  const runs: RunId[] = [];
  for (let rep = 1; rep <= sweep.repetitions; rep++) {
    for (let cell = 1; cell <= sweep.cells.length; cell++) {
      const number = (rep - 1) * sweep.cells.length + cell - 1;
      if (shard !== undefined && number % shard.of !== shard.part - 1) continue;
      runs.push({ cell, rep, seed: seedOf(sweep, baseSeed, cell - 1, rep) });
    }
  }
  return runs;
}

export function keyOf({ cell, rep }: RunId): string {
  return `${cell}/${rep}`;
}

/** By cell, then by repetition: the order of the tables. */
export function inTableOrder<Row extends RunId>(rows: readonly Row[]): Row[] {
  return [...rows].sort((left, right) => left.cell - right.cell || left.rep - right.rep);
}
