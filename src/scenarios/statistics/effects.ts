/** How large a difference is, apart from whether it is one. Each is undefined where it has no meaning. */
import { ascending, mean, medianOfSorted, standardDeviation } from './describe.ts';

/** Cohen's d of right against left: the difference of the means over their pooled standard deviation. From two a side on. */
export function cohenD(left: readonly number[], right: readonly number[]): number | undefined {
  const a = standardDeviation(left);
  const b = standardDeviation(right);
  if (a === undefined || b === undefined) return undefined;
  const weighted = (left.length - 1) * a * a + (right.length - 1) * b * b;
  const pooled = Math.sqrt(weighted / (left.length + right.length - 2));
  return pooled === 0 ? undefined : ((mean(right) as number) - (mean(left) as number)) / pooled;
}

/** Cohen's d_z: the mean of differences of pairs over their standard deviation. From two pairs on. */
export function cohenDz(differences: readonly number[]): number | undefined {
  const sd = standardDeviation(differences);
  return sd === undefined || sd === 0 ? undefined : (mean(differences) as number) / sd;
}

/** Cliff's delta: how much more often a number of the right is above one of the left than below it; -1 to 1. */
export function cliffsDelta(left: readonly number[], right: readonly number[]): number | undefined {
  if (left.length === 0 || right.length === 0) return undefined;
  let balance = 0;
  for (const a of left) {
    for (const b of right) balance += Math.sign(b - a);
  }
  return balance / (left.length * right.length);
}

/** The shift between two sides after Hodges and Lehmann: the median of all differences right minus left. */
export function hodgesLehmann(left: readonly number[], right: readonly number[]): number | undefined {
  return medianOfSorted(ascending(left.flatMap((a) => right.map((b) => b - a))));
}

/** The same for pairs: the median of the means of any two differences, each with itself too (Walsh averages). */
export function hodgesLehmannPaired(differences: readonly number[]): number | undefined {
  const averages = differences.flatMap((a, index) => differences.slice(index).map((b) => (a + b) / 2));
  return medianOfSorted(ascending(averages));
}
