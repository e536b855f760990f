/**
 * How many values become one. Percentile p is the smallest value that at least p % of all values do not exceed (nearest
 * rank, no interpolation): it is always one of the values. The standard deviation is that of the values themselves (over
 * n, not n - 1).
 */
import { nearest } from '../nearest.ts';

const PLAIN_KINDS = ['min', 'max', 'mean', 'sum', 'count', 'fraction', 'stddev', 'gini', 'jain'] as const;

export type Aggregate =
  | { readonly kind: (typeof PLAIN_KINDS)[number] }
  | { readonly kind: 'percentile'; readonly percent: number };

/** What each one gives, for people; the single source of the list and the documentation. */
export const AGGREGATES: Readonly<Record<string, string>> = {
  min: 'the least value',
  max: 'the greatest value',
  mean: 'the sum over the number of values',
  median: 'the same as p50',
  'p1 to p99.9, p100':
    'percentile p: the smallest value that at least p % of all values do not exceed; one decimal at most',
  sum: 'the sum of the values',
  count: 'how many values there are; of a condition: how many meet it',
  fraction: 'the share that meets a condition, or of ones in a metric of 0 and 1',
  stddev: 'the standard deviation: √(Σ(x - mean)² / n)',
  gini: 'the Gini coefficient Σ|x - y| / (2 n² mean) over all pairs: 0 when all are equal, (n - 1)/n when one has everything',
  jain: "Jain's index (Σx)² / (n Σx²): 1 when all are equal, 1/n when one has everything",
};

/** The aggregate of this name; undefined when there is none. */
export function aggregateNamed(name: string): Aggregate | undefined {
  const kind = PLAIN_KINDS.find((one) => one === name);
  if (kind !== undefined) return { kind };
  if (name === 'median') return { kind: 'percentile', percent: 50 };
  const digits = /^p(\d{1,3}(?:\.\d)?)$/.exec(name)?.[1];
  const percent = Number(digits);
  return digits !== undefined && percent >= 1 && percent <= 100 ? { kind: 'percentile', percent } : undefined;
}

export function nearestAggregate(name: string): string | undefined {
  return nearest(name, [...PLAIN_KINDS, 'median', 'p50', 'p90', 'p95', 'p99']);
}

export const AGGREGATE_NAMES: readonly string[] = [...PLAIN_KINDS, 'median', 'p1 to p99.9', 'p100'];

/** Whether the result is a number without a unit, whatever the values are. */
export function isPlain({ kind }: Aggregate): boolean {
  return kind === 'count' || kind === 'fraction' || kind === 'gini' || kind === 'jain';
}
