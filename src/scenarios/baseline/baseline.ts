/**
 * What earlier runs measured and a person agreed to: the committed numbers that expectations compare with ("110% of
 * baseline"). Plain JSON data. A number is kept under the expression that it is the value of, in the normal form that
 * `printQuantity` gives, so that spaces and brackets of the scenario make no difference.
 */

export interface Baseline {
  readonly version: 1;
  /** Name of the scenario that it belongs to. */
  readonly scenario: string;
  /** The seed of the run that gave the values; undefined: a value over several seeds. */
  readonly seed: number | undefined;
  readonly values: readonly BaselineValue[];
}

export interface BaselineValue {
  /** Normal form: "p95(peer.download_time{group=crowd})". */
  readonly expression: string;
  /** In `unit`. */
  readonly value: number;
  /** As `unitOf` writes it: "us", "bytes", "bytes/us", "" for a plain number. */
  readonly unit: string;
  /** How far a run may be from it either way, as a share of it: 0.05 for 5 %. What `within baseline` goes by. */
  readonly tolerance: number;
}

/** Where expectations look values up. */
export interface BaselineLookup {
  /** The value kept for an expression in normal form; undefined when there is none. */
  find(expression: string): BaselineValue | undefined;
}

/** Without a baseline: every expectation that compares with one has no data, and so fails. */
export const NO_BASELINE: BaselineLookup = { find: () => undefined };

export function lookupIn({ values }: Baseline): BaselineLookup {
  const byExpression = new Map(values.map((value) => [value.expression, value]));
  return { find: (expression) => byExpression.get(expression) };
}
