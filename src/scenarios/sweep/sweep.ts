/** A sweep as the rest of the program sees it: which values vary, and every cell spelled out. Plain JSON data. */
import type { Expectation } from '../expectations/expectation.ts';

export interface ScenarioSweep {
  /** Runs of each cell, from 1. */
  readonly repetitions: number;
  /** `paired`: repetition n has the same seed in every cell (common random numbers). */
  readonly seeds: 'paired' | 'independent';
  /** The paths that vary, in the order of the file. */
  readonly factors: readonly SweepFactor[];
  /** In the order of the matrix, the last factor varying fastest; then what was included besides. */
  readonly cells: readonly SweepCell[];
  /** Columns of the author's own; undefined: none. */
  readonly measures?: readonly SweepMeasure[];
  /** What must hold of cells over all their runs; undefined: nothing is expected. */
  readonly expectations?: readonly SweepExpectation[];
}

export interface SweepMeasure {
  /** Its column. */
  readonly name: string;
  /** As written, without a comparison. */
  readonly text: string;
  /** Compares it with nought: the left side is its value. */
  readonly compiled: Expectation;
}

export interface SweepExpectation {
  readonly name: string;
  /** A column of plain numbers. */
  readonly of: string;
  /** Indices of the cells that it is about, at least one. */
  readonly cells: readonly number[];
  /** Index of the cell by which that of `cells` at the same place is divided; undefined: by none. */
  readonly against?: readonly number[];
  /** `each`: every run by itself. */
  readonly take: 'mean' | 'median' | 'each';
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly because: string;
}

export interface SweepFactor {
  /** Keys with dots between them. */
  readonly path: string;
  /** As text, in the order of the file; those that only an included cell has come last. */
  readonly labels: readonly string[];
}

export interface SweepCell {
  /** One for each factor; undefined keeps what the file says. */
  readonly settings: readonly (CellSetting | undefined)[];
  /** The values as text, one for each factor; "" where a factor has none here. */
  readonly labels: readonly string[];
}

export interface CellSetting {
  readonly value: unknown;
  /** Where in the file it was written. */
  readonly writtenAt: readonly (string | number)[];
}

/** Bounds of a sweep, so that a slip of the pen is an error and not a week of waiting. */
export const MAX_FACTOR_VALUES = 1000;
export const MAX_REPETITIONS = 10_000;
export const MAX_CELLS = 2000;
export const MAX_RUNS = 100_000;

/** A value as a column of a table has it. */
export function labelOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The seed of repetition `rep` (from 1) of the cell at index `cell`. `base` is the seed of the scenario. */
export function seedOf(
  { seeds, repetitions }: ScenarioSweep,
  base: number,
  cell: number,
  rep: number,
): number {
  return base + rep - 1 + (seeds === 'paired' ? 0 : cell * repetitions);
}
