/**
 * A distribution as a report carries it: the values in ascending order, or so many of them, spread evenly over the order,
 * that no screen could show more. Of those that could have had a value some may have none (a download that never ended).
 */

export interface ReportDistribution {
  /** How many have a value. */
  readonly count: number;
  /** How many could have had one. */
  readonly of: number;
  /** All `count`, or `SHOWN_VALUES` of them, the least and the largest always. */
  readonly values: readonly number[];
}

export const SHOWN_VALUES = 201;

/** @param sorted in ascending order, no NaN */
export function distributionOf(
  sorted: ArrayLike<number>,
  of: number = sorted.length,
  round: (value: number) => number = Math.round,
): ReportDistribution {
  const count = sorted.length;
  const shown = Math.min(count, SHOWN_VALUES);
  const values = Array.from({ length: shown }, (_, index) =>
    round(sorted[placeOf(index, shown, count)] as number),
  );
  return { count, of, values };
}

/** Of an unsorted column: the values that exist. */
export function distributionFrom(
  values: readonly number[],
  of: number = values.length,
  round?: (value: number) => number,
): ReportDistribution {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  return distributionOf(sorted, of, round);
}

/** The steps of the curve: at each value the share of all that have at most that. */
export function steps({
  values,
  count,
  of,
}: ReportDistribution): (readonly [value: number, share: number])[] {
  return values.map((value, index) => [value, (placeOf(index, values.length, count) + 1) / Math.max(1, of)]);
}

/** The share of all that have at most `value`; between the values that are known, that of the one below. */
export function shareAtMost(distribution: ReportDistribution, value: number): number {
  const { values, count, of } = distribution;
  let place = -1;
  for (let index = 0; index < values.length && (values[index] as number) <= value; index++) {
    place = placeOf(index, values.length, count);
  }
  return (place + 1) / Math.max(1, of);
}

/** The least value that at least this share of all has at most; null where so many have none. */
export function quantile(distribution: ReportDistribution, share: number): number | null {
  const { values, count, of } = distribution;
  const wanted = Math.max(0, Math.ceil(share * of) - 1);
  if (wanted >= count) return null;
  for (let index = 0; index < values.length; index++) {
    if (placeOf(index, values.length, count) >= wanted) return values[index] as number;
  }
  return null;
}

/** Where the shown value number `index` stands among all. */
function placeOf(index: number, shown: number, count: number): number {
  return shown === count ? index : Math.round((index * (count - 1)) / (shown - 1));
}
