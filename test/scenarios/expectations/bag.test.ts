/** The bag agrees with sorting and counting a plain list. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Bag } from '../../../src/scenarios/expectations/bag.ts';

it('gives the aggregates of what was added and not removed', () => {
  const number = fc.integer({ min: -3, max: 12 });
  fc.assert(
    fc.property(
      fc.array(number, { minLength: 1 }),
      fc.array(number),
      fc.integer({ min: 1, max: 100 }),
      (kept, removed, percent) => {
        const bag = new Bag();
        for (const value of [...removed, ...kept]) bag.add(value);
        for (const value of removed) bag.remove(value);
        const sorted = kept.toSorted((a, b) => a - b);
        const sum = sorted.reduce((total, value) => total + value, 0);
        expect(bag.size).toBe(kept.length);
        expect(bag.aggregate({ kind: 'min' })).toBe(sorted[0]);
        expect(bag.aggregate({ kind: 'max' })).toBe(sorted.at(-1));
        expect(bag.aggregate({ kind: 'sum' })).toBe(sum);
        expect(bag.aggregate({ kind: 'mean' })).toBe(sum / kept.length);
        const notAbove = (value: number) =>
          sorted.filter((one) => one <= value).length * 100 >= percent * kept.length;
        expect(bag.aggregate({ kind: 'percentile', percent })).toBe(sorted.find(notAbove));
      },
    ),
  );
});

it('has nothing to say when it is empty', () => {
  const bag = new Bag();
  bag.add(1);
  bag.remove(1);
  for (const kind of ['min', 'max', 'mean', 'sum', 'count', 'fraction'] as const) {
    expect(bag.aggregate({ kind })).toBeUndefined();
  }
});
