/**
 * Tests of whether two sets of numbers differ by more than chance, all two-sided. Each states the fewest numbers it takes,
 * and below them is undefined.
 */
import { naturalExponential } from '../../sim/elementary-functions.ts';
import { IndexDraws } from './bootstrap.ts';
import { type Interval, mean, ranks, standardDeviation } from './describe.ts';
import { studentQuantile, studentTwoSided } from './student-t.ts';

export interface TTest {
  readonly t: number;
  readonly freedom: number;
  readonly p: number;
  /** Of the mean difference. */
  readonly interval: Interval;
}

/** Student's t test on differences of pairs; from two pairs on, unless all differ by the same. */
export function pairedTTest(differences: readonly number[], confidence = 0.95): TTest | undefined {
  const centre = mean(differences);
  const sd = standardDeviation(differences);
  if (centre === undefined || sd === undefined || sd === 0) return undefined;
  return tTest(centre, sd / Math.sqrt(differences.length), differences.length - 1, confidence);
}

/** Welch's t test of right against left, which need not have one spread; from two numbers a side on. */
export function welchTTest(
  left: readonly number[],
  right: readonly number[],
  confidence = 0.95,
): TTest | undefined {
  const sdLeft = standardDeviation(left);
  const sdRight = standardDeviation(right);
  if (sdLeft === undefined || sdRight === undefined) return undefined;
  const a = (sdLeft * sdLeft) / left.length;
  const b = (sdRight * sdRight) / right.length;
  if (a + b === 0) return undefined;
  const freedom = ((a + b) * (a + b)) / ((a * a) / (left.length - 1) + (b * b) / (right.length - 1));
  return tTest((mean(right) as number) - (mean(left) as number), Math.sqrt(a + b), freedom, confidence);
}

function tTest(difference: number, error: number, freedom: number, confidence: number): TTest {
  const t = difference / error;
  const half = studentQuantile((1 + confidence) / 2, freedom) * error;
  return {
    t,
    freedom,
    p: studentTwoSided(t, freedom),
    interval: { low: difference - half, high: difference + half },
  };
}

/** Beyond so many pairs the normal approximation is as good. */
const WILCOXON_EXACT_MOST = 50;

/**
 * Wilcoxon's signed rank test on differences of pairs; those that are 0 are left out, and one has to remain. Exact up to
 * 50, ties included, else by the normal approximation with the correction for ties. It cannot come below 5 % with fewer
 * than six differences.
 */
export function wilcoxonTest(
  differences: readonly number[],
): { readonly w: number; readonly p: number; readonly exact: boolean } | undefined {
  const own = differences.filter((value) => value !== 0);
  const n = own.length;
  if (n === 0) return undefined;
  const { ranks: rankOf, ties } = ranks(own.map(Math.abs));
  const positive = rankOf.reduce((sum, rank, index) => sum + ((own[index] as number) > 0 ? rank : 0), 0);
  const w = Math.min(positive, (n * (n + 1)) / 2 - positive);
  if (n <= WILCOXON_EXACT_MOST) return { w, p: Math.min(1, 2 * signedRankCdf(w, rankOf)), exact: true };
  const tied = ties.reduce((sum, size) => sum + size * size * size - size, 0);
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tied / 48;
  const z = (w - (n * (n + 1)) / 4) / Math.sqrt(variance);
  return { w, p: Math.min(1, 2 * normalCdf(z)), exact: false };
}

/** The probability that those of `ranks` with a plus by fair chance sum to `w` at most: counted, one after the other. */
function signedRankCdf(w: number, ranks: readonly number[]): number {
  // Twice the rank is whole, whatever is tied.
  const sums = new Float64Array(ranks.length * (ranks.length + 1) + 1);
  sums[0] = 1;
  for (const rank of ranks) {
    const step = Math.round(2 * rank);
    for (let sum = sums.length - 1; sum >= 0; sum--) {
      // Halved at each rank, so that it is a probability all the time.
      sums[sum] = ((sums[sum] as number) + (sum >= step ? (sums[sum - step] as number) : 0)) / 2;
    }
  }
  return sums.slice(0, Math.round(2 * w) + 1).reduce((total, probability) => total + probability, 0);
}

/** The probability of a standard normal value up to z: from the continued fraction of its tail, or the series near 0. */
export function normalCdf(z: number): number {
  const x = Math.abs(z);
  const density = naturalExponential((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let tail: number;
  if (x < 3) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * sum && n < 200; n++) {
      term *= (x * x) / (2 * n + 1);
      sum += term;
    }
    tail = 0.5 - density * sum;
  } else {
    let fraction = 0;
    for (let n = 100; n >= 1; n--) fraction = n / (x + fraction);
    tail = density / (x + fraction);
  }
  return z < 0 ? tail : 1 - tail;
}

/** Every way of giving signs is looked at up to here; beyond, so many are drawn. */
const SIGNS_EXACT_MOST = 16;
const PERMUTATIONS = 9999;

/**
 * The test of the mean difference of pairs by changing signs: as likely as the one that was seen, if left and right were
 * alike. Exact up to 16 pairs, else from 9,999 draws, which always are the same.
 */
export function signFlipTest(differences: readonly number[]): number | undefined {
  const n = differences.length;
  if (n < 2) return undefined;
  const seen = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  // A sum that differs in its last digits only is the same sum.
  const least = seen * (1 - 1e-12);
  let asFar = 0;
  if (n <= SIGNS_EXACT_MOST) {
    for (let signs = 0; signs < 2 ** n; signs++) {
      let sum = 0;
      for (let index = 0; index < n; index++) {
        const value = differences[index] as number;
        sum += (signs >> index) & 1 ? -value : value;
      }
      if (Math.abs(sum) >= least) asFar++;
    }
    return asFar / 2 ** n;
  }
  const draws = new IndexDraws();
  for (let round = 0; round < PERMUTATIONS; round++) {
    let sum = 0;
    for (const value of differences) sum += draws.below(2) === 1 ? -value : value;
    if (Math.abs(sum) >= least) asFar++;
  }
  return (asFar + 1) / (PERMUTATIONS + 1);
}

/** Divisions into two sides are all looked at up to so many. */
const DIVISIONS_EXACT_MOST = 50_000;

/**
 * The test of the difference of two means by dividing all numbers anew: exact where there are at most 50,000 divisions,
 * else from 9,999 draws, which always are the same. From two numbers a side on.
 */
export function permutationTest(left: readonly number[], right: readonly number[]): number | undefined {
  if (left.length < 2 || right.length < 2) return undefined;
  const all = [...left, ...right];
  const total = all.reduce((sum, value) => sum + value, 0);
  const seen = left.reduce((sum, value) => sum + value, 0);
  const slack = Math.max(...all.map(Math.abs)) * all.length * 1e-12;
  const counts = { divisions: 0, below: 0, above: 0 };
  const count = (sum: number): void => {
    counts.divisions++;
    if (sum <= seen + slack) counts.below++;
    if (sum >= seen - slack) counts.above++;
  };
  const exact = choose(all.length, left.length) <= DIVISIONS_EXACT_MOST;
  if (exact) eachSum(all, left.length, 0, 0, count);
  else drawSums(all, left.length, count);
  // The sum of one side says that of the other, and both directions count.
  if (!Number.isFinite(total)) return undefined;
  const more = exact ? 0 : 1;
  const one = (Math.min(counts.below, counts.above) + more) / (counts.divisions + more);
  return Math.min(1, 2 * one);
}

function choose(n: number, k: number): number {
  let result = 1;
  for (let index = 1; index <= k; index++) result = (result * (n - k + index)) / index;
  return Math.round(result);
}

function eachSum(
  all: readonly number[],
  left: number,
  from: number,
  sum: number,
  count: (sum: number) => void,
): void {
  if (left === 0) {
    count(sum);
    return;
  }
  for (let index = from; index <= all.length - left; index++) {
    eachSum(all, left - 1, index + 1, sum + (all[index] as number), count);
  }
}

function drawSums(all: readonly number[], left: number, count: (sum: number) => void): void {
  const draws = new IndexDraws();
  const order = Float64Array.from(all);
  for (let round = 0; round < PERMUTATIONS; round++) {
    let sum = 0;
    for (let index = 0; index < left; index++) {
      const other = index + draws.below(order.length - index);
      const value = order[other] as number;
      order[other] = order[index] as number;
      order[index] = value;
      sum += value;
    }
    count(sum);
  }
}
