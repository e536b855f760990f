/**
 * Draws from distributions, made of + - * /, comparisons and square roots only: the same numbers on every engine, which
 * `Math.log` and its like do not promise. A draw from a `Distribution` takes one number of the stream, whatever its kind:
 * other parameters give other values of the same rank.
 */
import type { Random } from '../core/ports.ts';
import { invariant } from '../core/result.ts';
import { naturalExponential, naturalLogarithm, normalQuantile, power } from './elementary-functions.ts';

export { naturalLogarithm } from './elementary-functions.ts';

/** Which values a draw may have, and how often; values of 0 and more in any unit. Plain JSON data. */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  /** Any number from `lowest` to `highest`, as likely as any other. */
  | { readonly kind: 'uniform'; readonly lowest: number; readonly highest: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  /** P(X > x) = exp(-(x / scale)^shape); a shape below 1 has a heavy tail. */
  | { readonly kind: 'weibull'; readonly shape: number; readonly scale: number }
  /** ln X is normal around ln `median` with the standard deviation `sigma`. */
  | { readonly kind: 'log-normal'; readonly median: number; readonly sigma: number }
  /** P(X > x) = (least / x)^shape from `least` on. */
  | { readonly kind: 'pareto'; readonly least: number; readonly shape: number }
  /** One of these values, each as often as its weight says. */
  | { readonly kind: 'values'; readonly values: readonly WeightedValue[] }
  /** Straight lines between points of the distribution function: shares rise from 0 to 1, values do not fall. */
  | { readonly kind: 'quantiles'; readonly points: readonly QuantilePoint[] };

export interface WeightedValue {
  readonly value: number;
  /** Above 0. */
  readonly weight: number;
}

export interface QuantilePoint {
  /** The share of draws up to `value`. */
  readonly share: number;
  readonly value: number;
}

/** One draw; finite and at least 0 for parameters that are. Takes one number (two 32-bit words) of the stream. */
export function draw(random: Random, distribution: Distribution): number {
  return upperQuantile(distribution, uniformUnit(random));
}

/**
 * The value that a draw exceeds with the probability `share`, in (0, 1]: 0.5 gives the median, 1 the least value. At
 * most `Number.MAX_VALUE`. The share counts from above because that is where distributions need its full precision.
 */
export function upperQuantile(distribution: Distribution, share: number): number {
  invariant(share > 0 && share <= 1, 'a share above 0 and up to 1');
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return distribution.highest - (distribution.highest - distribution.lowest) * share;
    case 'exponential':
      return -distribution.mean * naturalLogarithm(share);
    case 'weibull':
      return finite(distribution.scale * power(-naturalLogarithm(share), 1 / distribution.shape));
    case 'log-normal':
      return share === 1
        ? 0
        : finite(distribution.median * naturalExponential(-distribution.sigma * normalQuantile(share)));
    case 'pareto':
      return finite(distribution.least * power(share, -1 / distribution.shape));
    case 'values':
      return weightedValue(distribution.values, 1 - share);
    case 'quantiles':
      return between(distribution.points, 1 - share);
  }
}

/** A uniform integer in [low, high], both included; the span may be up to 2^53 - 1. */
export function uniformInteger(random: Random, low: number, high: number): number {
  invariant(Number.isSafeInteger(low) && Number.isSafeInteger(high) && low <= high, 'low <= high, integers');
  const span = high - low + 1;
  invariant(span <= Number.MAX_SAFE_INTEGER, 'a span of at most 2^53 - 1');
  if (span <= 2 ** 32) return low + random.below(span);
  const bound = 2 ** 53 - (2 ** 53 % span);
  let value = bits53(random);
  while (value >= bound) value = bits53(random);
  return low + (value % span);
}

/** A uniform double in (0, 1], a multiple of 2^-53. */
export function uniformUnit(random: Random): number {
  return (bits53(random) + 1) / 2 ** 53;
}

/** An exponential draw with this mean (any unit), at least 0 and at most 36.8 means. */
export function exponential(random: Random, mean: number): number {
  return -mean * naturalLogarithm(uniformUnit(random));
}

/** The times in microseconds of a Poisson process: one exponential gap after another, rounded up. */
export function poissonArrivals(random: Random, count: number, ratePerSecond: number): number[] {
  invariant(ratePerSecond > 0, 'a Poisson process has a positive rate');
  const times: number[] = [];
  let atUs = 0;
  for (let index = 0; index < count; index++) {
    atUs += exponential(random, 1e6 / ratePerSecond);
    times.push(Math.ceil(atUs));
  }
  return times;
}

/** The value in whose part of the line from 0 to 1 `share` lies, the parts being as long as the weights say. */
function weightedValue(values: readonly WeightedValue[], share: number): number {
  let total = 0;
  for (const { weight } of values) total += weight;
  let below = 0;
  for (const { value, weight } of values) {
    below += weight;
    if (share * total < below) return value;
  }
  // Only where the weights' sum was rounded.
  return (values.at(-1) as WeightedValue).value;
}

function between(points: readonly QuantilePoint[], share: number): number {
  let before = points[0] as QuantilePoint;
  for (const point of points) {
    if (share <= point.share) {
      const width = point.share - before.share;
      if (width === 0) return point.value;
      return before.value + ((point.value - before.value) * (share - before.share)) / width;
    }
    before = point;
  }
  return before.value;
}

function finite(value: number): number {
  return Math.min(value, Number.MAX_VALUE);
}

function bits53(random: Random): number {
  const high = random.uint32() >>> 5;
  return high * 2 ** 26 + (random.uint32() >>> 6);
}
