/** Distributions against their closed forms, and the elementary functions below them against the platform's. */
import { describe, expect, it } from 'vitest';
import { type Distribution, draw, uniformUnit, upperQuantile } from '../../src/sim/distributions.ts';
import { naturalExponential, normalQuantile, power } from '../../src/sim/elementary-functions.ts';
import { SeededRandom } from '../../src/sim/random.ts';

const relative = (value: number, expected: number): number => Math.abs(value / expected - 1);

describe('naturalExponential', () => {
  it('agrees with the platform within 2 units in the last place', () => {
    const random = SeededRandom.named('exponential function');
    for (let index = 0; index < 30_000; index++) {
      const span = [1400, 60, 2, 1e-6][index % 4] as number;
      const x = (uniformUnit(random) - 0.5) * span;
      const expected = Math.exp(x);
      expect(Math.abs(naturalExponential(x) - expected)).toBeLessThanOrEqual(2 * 2 ** -52 * expected);
    }
  });

  it.each([
    [0, 1],
    [1, Math.E],
    [-1, 0.36787944117144233],
    [Number.NEGATIVE_INFINITY, 0],
    [-746, 0],
    [710, Number.POSITIVE_INFINITY],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('of %d is %d', (x, expected) => {
    expect(relative(naturalExponential(x) + 1, expected + 1) || 0).toBeLessThan(3e-16);
  });

  it('has the same bits everywhere', () => {
    expect([2.5, -37.1, 100.37, 709.7].map(naturalExponential)).toEqual([
      12.182493960703473, 7.721020781656124e-17, 3.8916802344770778e43, 1.6549840276802644e308,
    ]);
  });
});

describe('power', () => {
  it('agrees with the platform within its stated error', () => {
    const random = SeededRandom.named('power');
    for (let index = 0; index < 20_000; index++) {
      const base = uniformUnit(random) * (index % 2 === 0 ? 1 : 1000);
      const exponent = (uniformUnit(random) - 0.5) * 40;
      const bound = 2 ** -52 * (4 + 8 * Math.abs(exponent * Math.log(base)));
      expect(relative(power(base, exponent), base ** exponent)).toBeLessThanOrEqual(bound);
    }
  });

  it.each([
    [0, 2, 0],
    [0, -2, Number.POSITIVE_INFINITY],
    [0, 0, 1],
    [7, 0, 1],
    [1, 1e300, 1],
  ])('%d to the power of %d is %d', (base, exponent, expected) => {
    expect(power(base, exponent)).toBe(expected);
  });
});

describe('normalQuantile', () => {
  /** Computed with 50 digits. */
  it.each([
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167813],
    [1e-20, -9.262340089798409],
    [1e-10, -6.361340902404056],
    [0.05, -1.6448536269514729],
    [0.0751, -1.43882539275254],
    [0.6, 0.2533471031357997],
    [0.975, 1.959963984540054],
    [0.99999, 4.264890793923841],
  ])('of %d is %d', (probability, expected) => {
    expect(relative(normalQuantile(probability), expected)).toBeLessThan(2e-15);
  });

  it('is odd around a half, and rises', () => {
    expect(normalQuantile(0.5)).toBe(0);
    let before = Number.NEGATIVE_INFINITY;
    for (let step = 1; step < 4096; step++) {
      const value = normalQuantile(step / 4096);
      expect(value).toBeGreaterThan(before);
      expect(Math.abs(value + normalQuantile(1 - step / 4096))).toBeLessThan(1e-14);
      before = value;
    }
  });
});

const closedForms: [string, Distribution, (share: number) => number][] = [
  ['constant', { kind: 'constant', value: 5 }, () => 5],
  ['uniform', { kind: 'uniform', lowest: 3, highest: 7 }, (share) => 7 - 4 * share],
  ['exponential', { kind: 'exponential', mean: 10 }, (share) => -10 * Math.log(share)],
  [
    'Weibull, heavy tail',
    { kind: 'weibull', shape: 0.6, scale: 30 },
    (share) => 30 * (-Math.log(share)) ** (1 / 0.6),
  ],
  [
    'Weibull, shape 2 (Rayleigh)',
    { kind: 'weibull', shape: 2, scale: 30 },
    (share) => 30 * Math.sqrt(-Math.log(share)),
  ],
  ['Pareto', { kind: 'pareto', least: 4, shape: 1.2 }, (share) => 4 * share ** (-1 / 1.2)],
];

describe('quantiles', () => {
  it.each(closedForms)('%s: as the closed form says', (_, distribution, closed) => {
    for (const share of [2 ** -53, 1e-9, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999999]) {
      expect(relative(upperQuantile(distribution, share), closed(share))).toBeLessThan(1e-13);
    }
  });

  it('log-normal: the median, and one and two standard deviations of the logarithm', () => {
    const distribution: Distribution = { kind: 'log-normal', median: 10, sigma: 1.5 };
    expect(upperQuantile(distribution, 0.5)).toBe(10);
    expect(relative(upperQuantile(distribution, 0.15865525393145705), 10 * Math.exp(1.5))).toBeLessThan(
      1e-14,
    );
    expect(relative(upperQuantile(distribution, 0.9772498680518208), 10 * Math.exp(-3))).toBeLessThan(1e-13);
  });

  it('values: each has its weight, in the order given', () => {
    const distribution: Distribution = {
      kind: 'values',
      values: [
        { value: 1, weight: 1 },
        { value: 5, weight: 3 },
      ],
    };
    expect([1, 0.7501, 0.75, 0.5, 2 ** -53].map((share) => upperQuantile(distribution, share))).toEqual([
      1, 1, 5, 5, 5,
    ]);
  });

  it('quantiles: straight between the points, steps where two shares are equal', () => {
    const distribution: Distribution = {
      kind: 'quantiles',
      points: [
        { share: 0, value: 2 },
        { share: 0.5, value: 4 },
        { share: 0.5, value: 10 },
        { share: 1, value: 20 },
      ],
    };
    expect([1, 0.75, 0.5, 0.25].map((share) => upperQuantile(distribution, share))).toEqual([2, 3, 4, 15]);
    expect(upperQuantile(distribution, 0.499999)).toBeGreaterThan(10);
    expect(upperQuantile(distribution, 2 ** -53)).toBeCloseTo(20, 10);
  });

  it.each([
    ...closedForms.map(([name, distribution]) => [name, distribution] as const),
    ['log-normal', { kind: 'log-normal', median: 10, sigma: 3 }] as const,
    ['Pareto without a mean', { kind: 'pareto', least: 1, shape: 0.01 }] as const,
    ['Weibull with an absurd tail', { kind: 'weibull', shape: 0.001, scale: 1 }] as const,
  ])('%s: finite, at least 0, and the higher the rarer', (_, distribution) => {
    let before = Number.POSITIVE_INFINITY;
    for (const share of [2 ** -53, 1e-6, 0.01, 0.5, 0.99, 1 - 2 ** -53, 1]) {
      const value = upperQuantile(distribution, share);
      expect(value).toBeLessThan(Number.POSITIVE_INFINITY);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(before);
      before = value;
    }
  });
});

describe('draws', () => {
  it('are always the same, one number of the stream each', () => {
    const random = SeededRandom.named('7/crowd-1/sessions');
    const kinds: Distribution[] = [
      { kind: 'weibull', shape: 0.6, scale: 30 },
      { kind: 'log-normal', median: 10, sigma: 1.5 },
      { kind: 'pareto', least: 4, shape: 1.2 },
      { kind: 'exponential', mean: 10 },
    ];
    const draws = kinds.map((kind) => draw(random, kind));
    expect(draws).toMatchInlineSnapshot(`
      [
        1.7377505782822578,
        18.153488965506057,
        49.46215802873901,
        2.2047252074895223,
      ]
    `);
    const again = SeededRandom.named('7/crowd-1/sessions');
    expect(kinds.map((kind) => upperQuantile(kind, uniformUnit(again)))).toEqual(draws);
  });

  it('have the shares of the distribution', () => {
    const random = SeededRandom.named('shares');
    for (const distribution of [
      { kind: 'weibull', shape: 0.6, scale: 30 },
      { kind: 'log-normal', median: 10, sigma: 1.5 },
      { kind: 'pareto', least: 4, shape: 1.2 },
    ] satisfies Distribution[]) {
      const draws = Array.from({ length: 20_000 }, () => draw(random, distribution));
      for (const share of [0.1, 0.5, 0.9]) {
        const above = draws.filter((one) => one > upperQuantile(distribution, share)).length / draws.length;
        // Five standard deviations.
        expect(Math.abs(above - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / draws.length));
      }
    }
  });
});
