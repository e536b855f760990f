/**
 * The statistics against SciPy: `scipy-vectors.json` holds the numbers, each under the call that gave it, and
 * `scipy-vectors.py` makes it anew.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { bootstrapInterval, meanOf, medianOf } from '../../../src/scenarios/statistics/bootstrap.ts';
import { benjaminiHochberg, holm } from '../../../src/scenarios/statistics/corrections.ts';
import {
  differences,
  mean,
  median,
  ranks,
  standardDeviation,
} from '../../../src/scenarios/statistics/describe.ts';
import {
  cliffsDelta,
  cohenD,
  cohenDz,
  hodgesLehmann,
  hodgesLehmannPaired,
} from '../../../src/scenarios/statistics/effects.ts';
import { estimateOf, meanInterval } from '../../../src/scenarios/statistics/estimate.ts';
import {
  incompleteBeta,
  logGamma,
  studentCdf,
  studentQuantile,
  studentTwoSided,
} from '../../../src/scenarios/statistics/student-t.ts';
import {
  normalCdf,
  pairedTTest,
  permutationTest,
  signFlipTest,
  welchTTest,
  wilcoxonTest,
} from '../../../src/scenarios/statistics/tests.ts';

type Row = readonly number[];
const vectors = JSON.parse(readFileSync(new URL('scipy-vectors.json', import.meta.url), 'utf8'));

/** To so many digits, whatever the size. */
function expectClose(actual: number | undefined, expected: number, relative = 1e-10): void {
  expect(actual).toBeDefined();
  const error = Math.abs((actual as number) - expected);
  expect(error, `${actual} is not ${expected}`).toBeLessThanOrEqual(
    relative * Math.max(Math.abs(expected), 1e-12),
  );
}

describe('functions', () => {
  test('logarithm of gamma', () => {
    for (const [x, value] of vectors['scipy.special.gammaln(x)'] as Row[]) {
      expect(logGamma(x as number)).toBeCloseTo(value as number, 11);
    }
  });

  test('incomplete beta', () => {
    for (const [a, b, x, value] of vectors['scipy.special.betainc(a, b, x)'] as Row[]) {
      expectClose(incompleteBeta(a as number, b as number, x as number), value as number, 1e-11);
    }
  });

  test("Student's t: the probability of less, and of more on both sides", () => {
    for (const [t, df, cdf, tails] of vectors['stats.t.cdf(t, df), 2 * stats.t.sf(abs(t), df)'] as Row[]) {
      expectClose(studentCdf(t as number, df as number), cdf as number, 1e-11);
      expectClose(studentTwoSided(t as number, df as number), tails as number, 1e-11);
    }
  });

  test("Student's t: quantiles", () => {
    for (const [p, df, value] of vectors['stats.t.ppf(p, df)'] as Row[]) {
      expectClose(studentQuantile(p as number, df as number), value as number, 1e-9);
    }
  });

  test('normal', () => {
    for (const [z, value] of vectors['stats.norm.cdf(z)'] as Row[]) {
      expectClose(normalCdf(z as number), value as number, 1e-12);
    }
  });
});

describe.each(Object.entries(vectors.samples) as [string, Record<string, unknown>][])(
  'sample %s',
  (_, sample) => {
    const left = sample.left as readonly number[];
    const right = sample.right as readonly number[];
    const has = (call: string) => Object.hasOwn(sample, call);
    const numbers = (call: string) => sample[call] as Row;
    const number = (call: string) => sample[call] as number;

    test('mean, spread, median', () => {
      const [m, sd, middle] = numbers('mean_sd_median(left)');
      expectClose(mean(left), m as number);
      expectClose(standardDeviation(left), sd as number);
      expectClose(median(left), middle as number);
    });

    test('interval of the mean', () => {
      const [low, high] = numbers('ttest_1samp(left, 0).confidence_interval()');
      expectClose(meanInterval(left)?.low, low as number);
      expectClose(meanInterval(left)?.high, high as number);
    });

    test("Welch's t test", () => {
      const [t, df, p, low, high] = numbers('ttest_ind(right, left, equal_var=False)');
      const result = welchTTest(left, right);
      expectClose(result?.t, t as number);
      expectClose(result?.freedom, df as number);
      expectClose(result?.p, p as number);
      expectClose(result?.interval.low, low as number, 1e-8);
      expectClose(result?.interval.high, high as number, 1e-8);
    });

    test('permutation of sides', () => {
      const [p, exact] = sample['permutation_test((left, right), mean difference)'] as [number, boolean];
      const own = permutationTest(left, right) as number;
      // Of those that are drawn SciPy has 200,000 and we have 9,999: four standard errors apart at most.
      if (exact && left.length < 10) expectClose(own, p);
      else expect(Math.abs(own - p)).toBeLessThan(4 * 2 * Math.sqrt((p * (1 - p / 2)) / 2 / 9999) + 1e-3);
    });

    test('effect sizes of two sides', () => {
      expectClose(cohenD(left, right), number('cohen d'));
      expectClose(hodgesLehmann(left, right), number('median(subtract.outer(right, left))'));
      const delta = number('2 * mannwhitneyu(right, left).statistic / (n * m) - 1');
      expect(cliffsDelta(left, right)).toBeCloseTo(delta, 12);
    });

    test.runIf(has('ttest_rel(right, left)'))('paired t test', () => {
      const [t, df, p, low, high] = numbers('ttest_rel(right, left)');
      const result = pairedTTest(differences(left, right));
      expectClose(result?.t, t as number);
      expect(result?.freedom).toBe(df);
      expectClose(result?.p, p as number);
      expectClose(result?.interval.low, low as number, 1e-8);
      expectClose(result?.interval.high, high as number, 1e-8);
    });

    test.runIf(has('wilcoxon(right, left)'))('signed ranks', () => {
      const [w, p] = numbers('wilcoxon(right, left)');
      const result = wilcoxonTest(differences(left, right));
      expectClose(result?.w, w as number);
      expectClose(result?.p, p as number);
    });

    test.runIf(has('d_z'))('effect sizes of pairs', () => {
      expectClose(cohenDz(differences(left, right)), number('d_z'));
      expectClose(hodgesLehmannPaired(differences(left, right)), number('median(walsh)'));
    });

    test.runIf(has('d_z'))('permutation of signs', () => {
      const p = number("permutation_test((right, left), permutation_type='samples')");
      const own = signFlipTest(differences(left, right)) as number;
      if (left.length <= 16) expectClose(own, p);
      else expect(Math.abs(own - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 9999) + 1e-3);
    });

    test.runIf(has("bootstrap((left,), np.mean, method='percentile')"))('bootstrap', () => {
      // Both draw; ours as often as a fortieth of its spread shows.
      const slack = (standardDeviation(left) as number) / 40;
      for (const [call, statistic] of [
        ["bootstrap((left,), np.mean, method='percentile')", meanOf],
        ["bootstrap((left,), np.median, method='percentile')", medianOf],
      ] as const) {
        const [low, high] = numbers(call);
        const own = bootstrapInterval(left, statistic, { resamples: 40_000 });
        expect(Math.abs((own?.low as number) - (low as number)), call).toBeLessThan(slack);
        expect(Math.abs((own?.high as number) - (high as number)), call).toBeLessThan(slack);
      }
    });
  },
);

test('corrections for many comparisons', () => {
  const [cases] = Object.entries(vectors).filter(([call]) => call.startsWith('corrections:'));
  for (const [p, bh, stepDown] of (cases as [string, [Row, Row, Row][]])[1]) {
    for (const [index, value] of benjaminiHochberg(p).entries()) expectClose(value, bh[index] as number);
    for (const [index, value] of holm(p).entries()) expectClose(value, stepDown[index] as number);
  }
});

describe('too little', () => {
  it('makes no number up', () => {
    expect(estimateOf([])).toEqual({
      n: 0,
      mean: undefined,
      meanInterval: undefined,
      sd: undefined,
      median: undefined,
      medianInterval: undefined,
      min: undefined,
      max: undefined,
    });
    expect(estimateOf([4])).toMatchObject({
      n: 1,
      mean: 4,
      median: 4,
      min: 4,
      meanInterval: undefined,
      medianInterval: undefined,
    });
    expect(pairedTTest([3])).toBeUndefined();
    expect(welchTTest([1], [2, 3])).toBeUndefined();
    expect(wilcoxonTest([0, 0])).toBeUndefined();
    expect(signFlipTest([1])).toBeUndefined();
    expect(permutationTest([1], [2, 3])).toBeUndefined();
    expect(cohenD([1], [2, 3])).toBeUndefined();
    expect(cliffsDelta([], [1])).toBeUndefined();
    expect(hodgesLehmann([], [1])).toBeUndefined();
    expect(hodgesLehmannPaired([])).toBeUndefined();
  });

  it('has no spread to go by where all are the same', () => {
    expect(pairedTTest([2, 2, 2])).toBeUndefined();
    expect(cohenDz([2, 2, 2])).toBeUndefined();
    expect(signFlipTest([2, 2, 2])).toBe(0.25);
    expect(meanInterval([2, 2, 2])).toEqual({ low: 2, high: 2 });
  });
});

describe('what is drawn', () => {
  it('is the same every time', () => {
    const values = [5.1, 1.7, 9.3, 2.2, 7.9, 3.4];
    expect(bootstrapInterval(values, medianOf)).toEqual(bootstrapInterval(values, medianOf));
    expect(bootstrapInterval(values, meanOf, { seed: 2, resamples: 50 })).not.toEqual(
      bootstrapInterval(values, meanOf, { seed: 3, resamples: 50 }),
    );
  });
});

test('equal numbers share their rank', () => {
  expect(ranks([3, 1, 3, 2])).toEqual({ ranks: [3.5, 1, 3.5, 2], ties: [2] });
});
