/**
 * Student's t distribution: its function from the incomplete beta function, which is a continued fraction, and the
 * inverse of that by halving. Made of exact arithmetic and our own logarithm and exponential, so every engine gives the
 * same digits.
 */
import { invariant } from '../../core/result.ts';
import { naturalExponential, naturalLogarithm } from '../../sim/elementary-functions.ts';

/** Lanczos' approximation with g = 7 and nine terms (Godfrey's coefficients): some 15 digits. */
const LANCZOS_G = 7;
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];
const LOG_ROOT_TWO_PI = 0.9189385332046727;

/** The logarithm of the gamma function of a number from 1/2. */
export function logGamma(x: number): number {
  invariant(x >= 0.5, 'the logarithm of the gamma function from 1/2 on');
  const z = x - 1;
  let sum = LANCZOS[0] as number;
  for (let term = 1; term < LANCZOS.length; term++) sum += (LANCZOS[term] as number) / (z + term);
  const t = z + LANCZOS_G + 0.5;
  return LOG_ROOT_TWO_PI + (z + 0.5) * naturalLogarithm(t) - t + naturalLogarithm(sum);
}

const SMALLEST = 1e-300;
const PRECISION = 1e-16;
const MOST_TERMS = 10_000;

/** The regularized incomplete beta function I_x(a, b), a and b from 1/2, by Lentz' evaluation of its continued fraction. */
export function incompleteBeta(a: number, b: number, x: number): number {
  invariant(x >= 0 && x <= 1, 'a part of 1');
  if (x === 0 || x === 1) return x;
  // It converges fast below the mean, and both tails sum to one.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const front = naturalExponential(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * naturalLogarithm(x) + b * naturalLogarithm(1 - x),
  );
  let c = 1;
  let d = away(1 - ((a + b) * x) / (a + 1));
  d = 1 / d;
  let fraction = d;
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < PRECISION * 4) break;
  }
  return (front * fraction) / a;
}

function away(value: number): number {
  return Math.abs(value) < SMALLEST ? SMALLEST : value;
}

/** The probability of a value beyond `t` on either side, `freedom` (from 1) degrees of freedom. */
export function studentTwoSided(t: number, freedom: number): number {
  invariant(freedom >= 1, 'at least one degree of freedom');
  if (!Number.isFinite(t)) return 0;
  const square = t * t;
  const a = freedom / 2;
  const x = freedom / (freedom + square);
  // Of the two parts the one that the continued fraction gives, so that a small one keeps its digits.
  return x > (a + 1) / (a + 2.5)
    ? 1 - incompleteBeta(0.5, a, square / (freedom + square))
    : incompleteBeta(a, 0.5, x);
}

/** The probability of a value up to `t`. */
export function studentCdf(t: number, freedom: number): number {
  const tail = studentTwoSided(t, freedom) / 2;
  return t < 0 ? tail : 1 - tail;
}

/** The value that is not exceeded with this probability, which lies between 0 and 1. */
export function studentQuantile(probability: number, freedom: number): number {
  invariant(probability > 0 && probability < 1, 'a probability between 0 and 1');
  if (probability === 0.5) return 0;
  if (probability < 0.5) return -studentQuantile(1 - probability, freedom);
  const tails = 2 * (1 - probability);
  let high = 1;
  while (studentTwoSided(high, freedom) > tails && high < 1e12) high *= 2;
  let low = high === 1 ? 0 : high / 2;
  // Until no number lies between the two.
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (studentTwoSided(middle, freedom) > tails) low = middle;
    else high = middle;
  }
  return high;
}
