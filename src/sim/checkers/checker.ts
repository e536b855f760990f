/** A law of the simulated world that is checked while it runs. A check that was never evaluated proves nothing. */
export interface Checker {
  readonly name: string;
  /** How many single facts have been looked at so far. */
  readonly evaluations: number;
  /** Throws an `InvariantError` that names who broke the law. Changes nothing in the world. */
  check(): void;
}
