/** Medians and spreads of a few runs, and the ratio of two revisions that were run in turn. Pure. */

export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  /** How many values there were, at least one. */
  readonly count: number;
}

/** Undefined without values. Of an even number the median is the mean of the two in the middle. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
  return { median, lowest: sorted[0] as number, highest: sorted.at(-1) as number, count: sorted.length };
}

/**
 * The ratios left / right, pair by pair: two runs of one pair followed one another, so what the machine did to one it
 * most likely did to the other. Pairs of which one is missing, or that have no ratio, are left out.
 */
export function pairedRatios(
  left: readonly (number | undefined)[],
  right: readonly (number | undefined)[],
): number[] {
  const ratios: number[] = [];
  for (const [index, value] of left.entries()) {
    const other = right[index];
    if (value === undefined || other === undefined || other === 0) continue;
    ratios.push(value / other);
  }
  return ratios;
}
