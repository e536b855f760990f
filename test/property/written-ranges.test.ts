import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WrittenRanges } from '../../src/sim/written-ranges.ts';

const SIZE = 40;
const range = fc
  .tuple(fc.integer({ min: 0, max: SIZE - 1 }), fc.integer({ min: 1, max: 12 }))
  .map(([start, length]) => [start, Math.min(SIZE, start + length)] as const);

test('ranges cover exactly what a map of bytes says was written', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12, size: 'max' }), range, (writes, asked) => {
      const ranges = new WrittenRanges();
      const bytes = new Uint8Array(SIZE);
      for (const [start, end] of writes) {
        ranges.add(start, end);
        bytes.fill(1, start, end);
      }
      expect(ranges.covers(...asked)).toBe(!bytes.subarray(...asked).includes(0));
    }),
    { numRuns: 2000 },
  );
});
