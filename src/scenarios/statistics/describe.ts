/** Means, spreads and ranks of a few numbers. What takes more numbers than there are is undefined, never made up. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Undefined without numbers. */
export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample, with n - 1; undefined below two numbers. */
export function standardDeviation(values: readonly number[]): number | undefined {
  const centre = mean(values);
  if (centre === undefined || values.length < 2) return undefined;
  const squares = values.reduce((sum, value) => sum + (value - centre) * (value - centre), 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** The mean of the two in the middle where there is an even number of them; undefined without numbers. */
export function median(values: readonly number[]): number | undefined {
  return medianOfSorted(ascending(values));
}

export function medianOfSorted(sorted: ArrayLike<number>): number | undefined {
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  return (upper + (sorted[middle - 1] as number)) / 2;
}

export function ascending(values: readonly number[]): number[] {
  return [...values].sort((left, right) => left - right);
}

/** The rank of each, from 1; equal ones share the mean of theirs. `ties` has the size of each group of equals above one. */
export function ranks(values: readonly number[]): { readonly ranks: number[]; readonly ties: number[] } {
  const order = [...values.keys()].sort(
    (left, right) => (values[left] as number) - (values[right] as number),
  );
  const result = new Array<number>(values.length).fill(0);
  const ties: number[] = [];
  let from = 0;
  while (from < order.length) {
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (const index of order.slice(from, to)) result[index] = (from + 1 + to) / 2;
    if (to - from > 1) ties.push(to - from);
    from = to;
  }
  return { ranks: result, ties };
}

/** Right minus left, pair by pair. */
export function differences(left: readonly number[], right: readonly number[]): number[] {
  return right.slice(0, left.length).map((value, index) => value - (left[index] as number));
}
