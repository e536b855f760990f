import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pairedRatios, spreadOf } from '../../bench/statistics.ts';

describe('spreadOf', () => {
  test.each([
    { values: [3], median: 3, lowest: 3, highest: 3 },
    { values: [10, 9, 100], median: 10, lowest: 9, highest: 100 },
    { values: [4, 1, 3, 2], median: 2.5, lowest: 1, highest: 4 },
  ])('of $values', ({ values, ...expected }) => {
    expect(spreadOf(values)).toEqual({ ...expected, count: values.length });
  });

  test('of nothing is nothing', () => expect(spreadOf([])).toBeUndefined());

  test('leaves the values as they are, and has as many below the median as above', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 30 }), (values) => {
        const before = [...values];
        const spread = spreadOf(values);
        expect(values).toEqual(before);
        const median = spread?.median as number;
        const below = values.filter((value) => value < median).length;
        const above = values.filter((value) => value > median).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

describe('pairedRatios', () => {
  test('pairs run with run, whatever the order of their sizes', () => {
    expect(pairedRatios([2, 30], [1, 10])).toEqual([2, 3]);
  });

  test('leaves out what has no partner and what cannot be divided', () => {
    expect(pairedRatios([2, undefined, 5, 7, 8], [1, 3, undefined, 0])).toEqual([2]);
  });
});
