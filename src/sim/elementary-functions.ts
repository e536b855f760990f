/**
 * Logarithm, exponential, power and normal quantile, made of + - * /, comparisons and `Math.sqrt` only: IEEE fixes the
 * last bit of those, and of nothing else in `Math`, so these give the same numbers on every engine.
 */
import { invariant } from '../core/result.ts';

/**
 * The natural logarithm of a positive, normal double, within 4 units in the last place. The argument is scaled by powers
 * of two (exact) into [sqrt(1/2), sqrt(2)), where ln m = 2 (z + z^3/3 + z^5/5 + ...) with z = (m - 1) / (m + 1),
 * |z| < 0.172, is summed to z^21.
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

/** The first 33 bits of ln 2, and the rest: multiples of the first by up to 2^20 are exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** Beyond these the result is 0 or infinite as a double. */
const EXPONENT_LEAST = -745.2;
const EXPONENT_MOST = 709.8;

/**
 * e^x for any x but NaN, within 2 units in the last place where the result is a normal double; 0 below -745.2 and
 * infinite above 709.8. x = k ln 2 + r with |r| <= ln 2 / 2; e^r is its Taylor series to r^14, scaled by 2^k (exact).
 */
export function naturalExponential(x: number): number {
  invariant(!Number.isNaN(x), 'the exponential of a number');
  if (x < EXPONENT_LEAST) return 0;
  if (x > EXPONENT_MOST) return Number.POSITIVE_INFINITY;
  const halvings = Math.floor(x / Math.LN2 + 0.5);
  const high = x - halvings * LN2_HIGH;
  const low = halvings * LN2_LOW;
  const rest = high - low;
  let sum = 0;
  for (let order = 14; order >= 2; order--) sum = (sum + 1) * (rest / order);
  // e^r = 1 + r + r * sum; what was lost in rounding `rest` is added back last.
  const lost = high - rest - low;
  let result = 1 + (rest + (rest * sum + lost));
  for (let left = halvings; left > 0; left--) result *= 2;
  for (let left = halvings; left < 0; left++) result /= 2;
  return result;
}

/** `base` to the power of `exponent`; base 0 or more. The relative error is about 2^-52 times 4 + 8 |exponent ln base|. */
export function power(base: number, exponent: number): number {
  invariant(base >= 0 && !Number.isNaN(exponent), 'a power of a number from 0');
  if (exponent === 0 || base === 1) return 1;
  if (base === 0) return exponent > 0 ? 0 : Number.POSITIVE_INFINITY;
  return naturalExponential(exponent * naturalLogarithm(base));
}

/**
 * The number that a standard normal draw does not exceed with this probability, in (0, 1), to about 1 in 10^15: Wichura,
 * "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988), routine PPND16.
 */
export function normalQuantile(probability: number): number {
  invariant(probability > 0 && probability < 1, 'a probability between 0 and 1');
  const distance = probability - 0.5;
  if (Math.abs(distance) <= 0.425) {
    const r = 0.180625 - distance * distance;
    return (distance * polynomial(CENTRE_TOP, r)) / polynomial(CENTRE_BOTTOM, r);
  }
  const tail = distance < 0 ? probability : 1 - probability;
  const root = Math.sqrt(-naturalLogarithm(tail));
  const value =
    root <= 5
      ? polynomial(SHOULDER_TOP, root - 1.6) / polynomial(SHOULDER_BOTTOM, root - 1.6)
      : polynomial(TAIL_TOP, root - 5) / polynomial(TAIL_BOTTOM, root - 5);
  return distance < 0 ? -value : value;
}

/** Coefficients from the constant one on. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let index = coefficients.length - 1; index >= 0; index--)
    sum = sum * x + (coefficients[index] as number);
  return sum;
}

const CENTRE_TOP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
];
const CENTRE_BOTTOM = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
];
const SHOULDER_TOP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
];
const SHOULDER_BOTTOM = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const TAIL_TOP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];
const TAIL_BOTTOM = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
];
