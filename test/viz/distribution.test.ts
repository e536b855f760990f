import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  distributionFrom,
  distributionOf,
  quantile,
  SHOWN_VALUES,
  shareAtMost,
  steps,
} from '../../viz/report/distribution.ts';
import { distributionTable } from '../../viz/report/distribution-table.ts';

describe('a distribution', () => {
  it('keeps all values where they are few, and counts those that have none', () => {
    const distribution = distributionFrom([30, Number.NaN, 10, 20]);
    expect(distribution).toEqual({ count: 3, of: 4, values: [10, 20, 30] });
    expect(steps(distribution)).toEqual([
      [10, 0.25],
      [20, 0.5],
      [30, 0.75],
    ]);
    expect([9, 10, 25, 99].map((value) => shareAtMost(distribution, value))).toEqual([0, 0.25, 0.5, 0.75]);
    expect([0.1, 0.5, 0.75, 1].map((share) => quantile(distribution, share))).toEqual([10, 20, 30, null]);
  });

  it('is that of all values where only some are kept, with both ends', () => {
    const all = Float64Array.from({ length: 5001 }, (_, index) => index * index);
    const distribution = distributionOf(all);
    expect(distribution.values.length).toBe(SHOWN_VALUES);
    expect([distribution.values[0], distribution.values.at(-1)]).toEqual([0, 25_000_000]);
    expect(quantile(distribution, 0.5)).toBe(2500 * 2500);
    for (const [value, share] of steps(distribution)) {
      expect(all.filter((each) => each <= value).length / 5001).toBeCloseTo(share, 12);
    }
  });

  it('never has a share that is further off than what was left out', () => {
    const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 2000 });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 1000 }), (all, value) => {
        const distribution = distributionFrom(all);
        const exact = all.filter((each) => each <= value).length / all.length;
        const shown = shareAtMost(distribution, value);
        expect(shown).toBeLessThanOrEqual(exact + 1e-12);
        expect(exact - shown).toBeLessThan(all.length <= SHOWN_VALUES ? 1e-12 : 1.01 / (SHOWN_VALUES - 1));
      }),
    );
  });

  it('of nobody has no steps and no quantiles', () => {
    const nobody = distributionFrom([]);
    expect([steps(nobody), quantile(nobody, 0.5), shareAtMost(nobody, 1)]).toEqual([[], null, 0]);
  });

  it('is a table of its steps, of which the quartiles and ends are shown', () => {
    const text = { name: 'group', title: 'Group', unit: 'text' } as const;
    const share = { name: 'share', title: 'Share', unit: 'share' } as const;
    const value = { name: 'us', title: 'Within', unit: 'us' } as const;
    const table = distributionTable([text], share, value, [
      { cells: ['home'], distribution: distributionFrom([4, 1, 3, 2]) },
      { cells: ['fibre'], distribution: distributionFrom([7, Number.NaN]) },
    ]);
    const rows = Array.from({ length: table.count }, (_, index) => table.row(index));
    expect(rows).toEqual([
      ['home', 0.25, 1],
      ['home', 0.5, 2],
      ['home', 0.75, 3],
      ['home', 1, 4],
      ['fibre', 0.5, 7],
    ]);
    expect(table.shown).toEqual([0, 1, 2, 3, 4]);
  });
});
