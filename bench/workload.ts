/**
 * What a benchmark is made of. A *task* is done by a fresh process and measures something; a *workload* names the tasks
 * that it needs and reads *figures* off what they measured. Several workloads may share a task: it is done once.
 */

/** What a task measured: flat, so that it travels as one line of JSON. */
export type Measured = Readonly<Record<string, number | string>>;

/** What one run of the tasks measured, by the task's name; undefined for one that failed or that a revision lacks. */
export type Results = (task: string) => Measured | undefined;

export interface Figure {
  /** Unique: "swarm-100/cost". Targets refer to it. */
  readonly name: string;
  /** What it is, with its unit: "ms per unit". */
  readonly label: string;
  /** Digits after the point. */
  readonly digits: number;
  /** Undefined where something that it needs was not measured. */
  of(results: Results): number | undefined;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly tasks: readonly string[];
  readonly figures: readonly Figure[];
  /** Figures that are shown as a table of their own, a row for each party. The others are shown one below the other. */
  readonly comparison?: Comparison;
  /** Whether it is run when nothing is named: it takes a minute at most. */
  readonly isShort: boolean;
}

/** The figure of a party and a column is called `<workload>/<party>-<column>`. */
export interface Comparison {
  readonly parties: readonly string[];
  readonly columns: readonly { readonly name: string; readonly label: string }[];
}

/** Blocks of 16 KiB in a unit of work, which is one peer downloading one MiB. */
export const BLOCKS_PER_UNIT = 64;

/** A number that a task measured. */
export function numberOf(results: Results, task: string, key: string): number | undefined {
  const value = results(task)?.[key];
  return typeof value === 'number' ? value : undefined;
}

/** left / right, where both are there. */
export function ratioOf(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined || right === 0 ? undefined : left / right;
}

/** Reads one number of one task, in a unit that is `scale` times as large. */
export function figure(
  name: string,
  label: string,
  digits: number,
  task: string,
  key: string,
  scale = 1,
): Figure {
  return { name, label, digits, of: (results) => ratioOf(numberOf(results, task, key), scale) };
}
