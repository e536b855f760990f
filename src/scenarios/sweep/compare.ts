/**
 * Compares one figure on two sides: two values of a factor, two runs, two sweeps. Where both sides have runs of the same
 * seeds they are compared pair by pair, which takes the luck of the seed out. Pure.
 */

import { benjaminiHochberg, holm } from '../statistics/corrections.ts';
import { differences, type Interval, mean } from '../statistics/describe.ts';
import { cliffsDelta, cohenD, cohenDz, hodgesLehmann, hodgesLehmannPaired } from '../statistics/effects.ts';
import { pairedTTest, permutationTest, signFlipTest, welchTTest, wilcoxonTest } from '../statistics/tests.ts';
import type { Figure } from './figures.ts';

/** A finding is one that chance alone brings in less than one of twenty such tables. */
export const SIGNIFICANT = 0.05;

/** The values of one figure on one side. */
export interface Side {
  readonly label: string;
  /** By what pairs them: a run of the other side with the same key is its pair. Undefined: the run has no such value. */
  readonly values: ReadonlyMap<string, number | undefined>;
}

export interface Comparison {
  readonly figure: Figure;
  /** What both sides have in common: "peers.crowd.count 100"; empty where there is nothing else. */
  readonly where: string;
  readonly left: string;
  readonly right: string;
  readonly paired: boolean;
  /** Pairs, or runs on either side. */
  readonly n: number;
  readonly nRight: number;
  /** Runs or pairs that have no value on at least one side. */
  readonly missing: number;
  /** Runs that have a value on the left and none on the right any more. */
  readonly lost: number;
  readonly leftMean: number | undefined;
  readonly rightMean: number | undefined;
  /** Right minus left of each pair; none where nothing is paired. */
  readonly changes: readonly number[];
  /** Right minus left, on average. */
  readonly difference: number | undefined;
  /** By Student's t (Welch's where nothing is paired); undefined below two. */
  readonly interval: Interval | undefined;
  readonly p: number | undefined;
  /** By Wilcoxon's signed ranks; pairs only. */
  readonly pSignedRank: number | undefined;
  readonly pPermutation: number | undefined;
  /** d_z of pairs, Cohen's d otherwise. */
  readonly effect: number | undefined;
  readonly cliffsDelta: number | undefined;
  readonly hodgesLehmann: number | undefined;
}

/** A comparison among others: its p-value is corrected for their number. */
export interface Judged extends Comparison {
  /** After Holm, over all comparisons of the table. */
  readonly pHolm: number | undefined;
  /** After Benjamini and Hochberg. */
  readonly q: number | undefined;
  readonly verdict: Verdict;
}

/** `same`: every value is. `unclear`: no difference that chance would not bring. `higher`, `lower`: neither way is better. */
export type Verdict = 'same' | 'better' | 'worse' | 'higher' | 'lower' | 'unclear' | 'no-data';

export function compareSides(
  figure: Figure,
  where: string,
  left: Side,
  right: Side,
  paired: boolean,
): Comparison {
  const common = { figure, where, left: left.label, right: right.label, paired };
  return paired ? { ...common, ...comparePairs(left, right) } : { ...common, ...compareApart(left, right) };
}

function comparePairs({ values: left }: Side, { values: right }: Side) {
  const keys = [...left.keys()].filter((key) => right.has(key));
  const whole = keys.filter((key) => left.get(key) !== undefined && right.get(key) !== undefined);
  const a = whole.map((key) => left.get(key) as number);
  const b = whole.map((key) => right.get(key) as number);
  const changes = differences(a, b);
  const test = pairedTTest(changes);
  const difference = mean(changes);
  // Where all pairs differ by the same there is no spread, and the test of signs is all there is.
  const constant = test === undefined && changes.length >= 2;
  const pPermutation = signFlipTest(changes);
  return {
    n: whole.length,
    nRight: whole.length,
    missing: keys.length - whole.length,
    lost: keys.filter((key) => left.get(key) !== undefined && right.get(key) === undefined).length,
    leftMean: mean(a),
    rightMean: mean(b),
    changes,
    difference,
    interval: constant ? { low: difference as number, high: difference as number } : test?.interval,
    p: constant ? pPermutation : test?.p,
    pSignedRank: wilcoxonTest(changes)?.p,
    pPermutation,
    effect: cohenDz(changes),
    cliffsDelta: cliffsDelta(a, b),
    hodgesLehmann: hodgesLehmannPaired(changes),
  };
}

function compareApart({ values: left }: Side, { values: right }: Side) {
  const a = present(left);
  const b = present(right);
  const leftMean = mean(a);
  const rightMean = mean(b);
  const test = welchTTest(a, b);
  const difference = leftMean === undefined || rightMean === undefined ? undefined : rightMean - leftMean;
  const constant = test === undefined && a.length >= 2 && b.length >= 2;
  const pPermutation = permutationTest(a, b);
  return {
    n: a.length,
    nRight: b.length,
    missing: left.size + right.size - a.length - b.length,
    lost: Math.max(0, right.size - b.length - (left.size - a.length)),
    leftMean,
    rightMean,
    changes: [],
    difference,
    interval: constant ? { low: difference as number, high: difference as number } : test?.interval,
    p: constant ? pPermutation : test?.p,
    pSignedRank: undefined,
    pPermutation,
    effect: cohenD(a, b),
    cliffsDelta: cliffsDelta(a, b),
    hodgesLehmann: hodgesLehmann(a, b),
  };
}

function present(values: ReadonlyMap<string, number | undefined>): number[] {
  return [...values.values()].filter((value) => value !== undefined);
}

/** Corrects the p-values of one table for their number and says what each comparison comes to. */
export function judgeComparisons(comparisons: readonly Comparison[]): Judged[] {
  const tested = comparisons.filter(({ p }) => p !== undefined);
  const pValues = tested.map(({ p }) => p as number);
  const corrected = holm(pValues);
  const shares = benjaminiHochberg(pValues);
  return comparisons.map((comparison) => {
    const place = tested.indexOf(comparison);
    const pHolm = place < 0 ? undefined : corrected[place];
    const q = place < 0 ? undefined : shares[place];
    return { ...comparison, pHolm, q, verdict: verdictOf(comparison, pHolm) };
  });
}

function verdictOf({ difference, interval, figure }: Comparison, pHolm: number | undefined): Verdict {
  if (difference === undefined) return 'no-data';
  if (difference === 0 && (interval === undefined || (interval.low === 0 && interval.high === 0)))
    return 'same';
  if (pHolm === undefined || pHolm >= SIGNIFICANT) return 'unclear';
  const direction = difference > 0 ? 'higher' : 'lower';
  if (figure.better === undefined) return direction;
  return figure.better === direction ? 'better' : 'worse';
}

/** The difference as a part of the left side; undefined where that is 0 or has no mean. */
export function relativeDifference({ difference, leftMean }: Comparison): number | undefined {
  if (difference === undefined || leftMean === undefined || leftMean === 0) return undefined;
  return difference / Math.abs(leftMean);
}

/** Half the interval as a part of the left side. */
export function relativeMargin({ interval, leftMean }: Comparison): number | undefined {
  if (interval === undefined || leftMean === undefined || leftMean === 0) return undefined;
  return (interval.high - interval.low) / 2 / Math.abs(leftMean);
}
