/** The order by levels against a model that counts: always sorted, nothing lost, every level ends where it should. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LevelOrder } from '../../src/core/strategies/level-order.ts';
import { FakeRandom } from '../support/fake-world.ts';

const PIECES = 12;

it('stays sorted by count whatever is counted', () => {
  const step = fc.tuple(fc.boolean(), fc.nat(PIECES - 1));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.boolean(), (steps, shuffled) => {
      const order = new LevelOrder(PIECES, shuffled ? new FakeRandom() : undefined);
      const counts: number[] = Array(PIECES).fill(0);
      for (const [up, piece] of steps) {
        if (!up && counts[piece] === 0) continue;
        counts[piece] = (counts[piece] as number) + (up ? 1 : -1);
        if (up) order.increment(piece);
        else order.decrement(piece);
      }
      const pieces = Array.from({ length: PIECES }, (_, rank) => order.at(rank));
      expect(new Set(pieces).size).toBe(PIECES);
      const sorted = pieces.map((piece) => counts[piece] as number);
      expect(sorted).toEqual(counts.toSorted((a, b) => a - b));
      for (let rank = 0; rank < PIECES; rank++) {
        expect(order.count(pieces[rank] as number)).toBe(sorted[rank]);
        expect(order.levelEndAt(rank)).toBe(sorted.lastIndexOf(sorted[rank] as number) + 1);
      }
    }),
  );
});
