/** The contract of `Random`: ranges, independence of named streams, and a generous look at uniformity. */
import { describe, expect, it } from 'vitest';
import type { Random } from '../../src/core/ports.ts';

export function describeRandom(name: string, factory: () => Random): void {
  describe(`random contract: ${name}`, () => {
    const draw = (random: Random, count: number): number[] =>
      Array.from({ length: count }, () => random.uint32());

    it('draws whole numbers in [0, 2^32), high and low', () => {
      const values = draw(factory(), 2_000);
      for (const value of values) expect(Number.isInteger(value) && value >= 0 && value < 2 ** 32).toBe(true);
      expect(Math.max(...values)).toBeGreaterThan(0.98 * 2 ** 32);
      expect(Math.min(...values)).toBeLessThan(0.02 * 2 ** 32);
    });

    it('draws below a limit, every value about as often', () => {
      const random = factory();
      const counts = new Array<number>(7).fill(0);
      for (let index = 0; index < 7_000; index++) {
        const value = random.below(7);
        counts[value] = (counts[value] ?? Number.NaN) + 1;
      }
      expect(counts).toHaveLength(7);
      for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(200);
      expect(random.below(1)).toBe(0);
      const wide = random.below(2 ** 32);
      expect(Number.isInteger(wide) && wide >= 0 && wide < 2 ** 32).toBe(true);
    });

    it('has no modulo bias for limits that do not divide 2^32', () => {
      const random = factory();
      const limit = 3 * 2 ** 30;
      let low = 0;
      for (let index = 0; index < 6_000; index++) if (random.below(limit) < 2 ** 30) low++;
      expect(Math.abs(low - 2_000)).toBeLessThan(250);
    });

    it('forks the same stream for the same name, whatever was drawn between', () => {
      const random = factory();
      const first = draw(random.fork('picker'), 5);
      random.uint32();
      random.fork('choker').uint32();
      expect(draw(random.fork('picker'), 5)).toEqual(first);
      expect(draw(random.fork('choker'), 5)).not.toEqual(first);
      expect(draw(random.fork('picker').fork('picker'), 5)).not.toEqual(first);
    });

    it('a fork takes nothing from its parent', () => {
      const random = factory();
      const twin = random.fork('twin');
      const other = random.fork('twin');
      other.fork('child').uint32();
      expect(draw(other, 5)).toEqual(draw(twin, 5));
    });
  });
}
