/**
 * Draws from distributions, made of + - * / and comparisons only: the same numbers on every engine, which
 * `Math.log` and its like do not promise.
 */
import type { Random } from '../core/ports.ts';
import { invariant } from '../core/result.ts';

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

/**
 * The natural logarithm of a positive, normal double, within 4 units in the last place, bit for bit the same
 * everywhere. The argument is scaled by powers of two (exact) into [sqrt(1/2), sqrt(2)), where
 * ln m = 2 (z + z^3/3 + z^5/5 + ...) with z = (m - 1) / (m + 1), |z| < 0.172, is summed to z^21.
 */
export function naturalLogarithm(x: number): number {
  invariant(x > 0 && x < Number.POSITIVE_INFINITY, 'the logarithm of a positive number');
  let mantissa = x;
  let exponent = 0;
  while (mantissa >= Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  const z = (mantissa - 1) / (mantissa + 1);
  const square = z * z;
  let sum = 0;
  for (let power = 21; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return exponent * Math.LN2 + 2 * z * sum;
}

function bits53(random: Random): number {
  const high = random.uint32() >>> 5;
  return high * 2 ** 26 + (random.uint32() >>> 6);
}
