/** Who sent which block, against a plain list: whoever's blocks are all forgotten has no number, which others get then. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PeerConnection } from '../../src/core/peer/peer-connection.ts';
import { BlockSenders } from '../../src/core/torrent/block-senders.ts';

const PLACES = 12;

it('everybody is known at the places of their blocks, and no more senders are kept than have some', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ place: fc.nat(2 * PLACES - 1), who: fc.nat(7) }) },
    { weight: 1, arbitrary: fc.record({ from: fc.nat(PLACES), count: fc.nat(PLACES) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const people = Array.from({ length: 8 }, () => ({ senderNumber: 0 }) as PeerConnection);
      const senders = new BlockSenders(PLACES);
      const model = new Array<PeerConnection | undefined>(2 * PLACES).fill(undefined);
      senders.grow(2 * PLACES);
      for (const one of steps) {
        if ('who' in one) {
          const sender = people[one.who] as PeerConnection;
          senders.note(one.place, sender);
          model[one.place] = sender;
        } else {
          senders.clear(one.from, one.from + one.count);
          model.fill(undefined, one.from, one.from + one.count);
        }
        expect(model.map((_, place) => senders.at(place))).toEqual(model);
        // Numbers are given out again before there are new ones.
        const numbers = new Set(model.filter((sender) => sender !== undefined).map((s) => s.senderNumber));
        expect(numbers.size).toBe(new Set(model.filter((sender) => sender !== undefined)).size);
        for (const number of numbers) expect(number).toBeLessThanOrEqual(people.length);
      }
    }),
    { numRuns: 200 },
  );
});
