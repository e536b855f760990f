/** Candidates by priority against a model: whatever changes, each list holds its pieces, the rarest first. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Bitfield } from '../../src/core/bitfield.ts';
import { BLOCK_LENGTH, PieceGeometry } from '../../src/core/metainfo/piece-geometry.ts';
import { PieceTable } from '../../src/core/pieces/piece-table.ts';
import { FakeRandom } from '../support/fake-world.ts';

const PIECES = 6;
const geometry = new PieceGeometry(PIECES * BLOCK_LENGTH, BLOCK_LENGTH);
const priorities = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: PIECES, maxLength: PIECES });
const piece = fc.integer({ min: 0, max: PIECES - 1 });
const step = fc.oneof(
  fc.record({ does: fc.constant('prioritize' as const), priorities }),
  fc.record({ does: fc.constantFrom('start', 'give up', 'verify'), piece }),
  fc.record({ does: fc.constantFrom('gain', 'lose'), piece, peer: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ does: fc.constantFrom('come', 'complete', 'leave'), peer: fc.integer({ min: 0, max: 2 }) }),
);

it('the lists of a table hold what may be started, by priority and rarity, and useful pieces are counted', () => {
  fc.assert(
    fc.property(priorities, fc.array(step, { maxLength: 60 }), (first, steps) => {
      const table = new PieceTable(geometry, new FakeRandom('table'), { priorities: Uint8Array.from(first) });
      let wished = first;
      /** What each connected peer has, by slot. */
      const peers: ({ slot: number; has: Set<number> } | undefined)[] = [undefined, undefined, undefined];
      for (const each of steps) {
        if (each.does === 'prioritize') {
          wished = each.priorities;
          table.prioritize(Uint8Array.from(wished));
        } else if ('peer' in each && 'piece' in each) {
          const peer = peers[each.peer];
          if (each.does === 'gain' && peer !== undefined && !peer.has.has(each.piece)) {
            peer.has.add(each.piece);
            table.holdings.gain(peer.slot, each.piece);
          } else if (each.does === 'lose' && peer?.has.delete(each.piece)) {
            table.holdings.lose(peer.slot, each.piece);
          }
        } else if ('peer' in each) {
          const peer = peers[each.peer];
          if (each.does === 'leave' && peer !== undefined) {
            table.holdings.remove(peer.slot);
            peers[each.peer] = undefined;
          } else if (each.does !== 'leave' && peer === undefined) {
            const has = new Set(each.does === 'come' ? [] : Array(PIECES).keys());
            const slot = table.holdings.add();
            const all = new Bitfield(PIECES);
            for (const one of has) all.set(one);
            table.holdings.describe(slot, all);
            peers[each.peer] = { slot, has };
          }
        } else {
          const active = table.activePiece(each.piece);
          if (each.does === 'start' && table.rarity.isListed(each.piece)) table.start(each.piece);
          else if (each.does === 'give up' && active !== undefined) table.giveUp(active);
          else if (each.does === 'verify' && active !== undefined) {
            const holders = peers.filter((peer) => peer?.has.has(each.piece));
            table.verify(each.piece);
            for (const peer of holders) if (peer !== undefined) table.holdings.lessUseful(peer.slot);
          }
        }
        expectRight(table, wished, peers);
      }
    }),
    { numRuns: 300 },
  );
});

function expectRight(
  table: PieceTable,
  wished: readonly number[],
  peers: readonly ({ slot: number; has: Set<number> } | undefined)[],
): void {
  const { priorities: index, rarity } = table;
  const isFree = (each: number): boolean => !table.have.has(each) && table.activePiece(each) === undefined;
  let listed = 0;
  for (const { priority, start, end } of index?.tiers ?? []) {
    const ranked = Array.from({ length: end - start }, (_, rank) => rarity.at(start + rank));
    const due = wished.flatMap((each, at) => (each === priority && isFree(at) ? [at] : []));
    expect(ranked.toSorted((a, b) => a - b)).toEqual(due);
    const copies = ranked.map((each) => rarity.availability(each));
    expect(copies).toEqual(copies.toSorted((a, b) => a - b));
    for (const [at, count] of copies.entries()) {
      expect(rarity.levelStartAt(start + at)).toBe(start + copies.indexOf(count));
      expect(rarity.levelEndAt(start + at)).toBe(start + copies.lastIndexOf(count) + 1);
    }
    listed += ranked.length;
  }
  expect(rarity.length).toBe(listed);
  for (let each = 0; each < PIECES; each++) {
    expect(rarity.isListed(each)).toBe(isFree(each) && wished[each] !== 0);
    expect(rarity.availability(each)).toBe(peers.filter((peer) => peer?.has.has(each)).length);
  }
  for (const peer of peers) {
    if (peer === undefined) continue;
    const useful = [...peer.has].filter(
      (each) => !table.have.has(each) && (wished[each] !== 0 || table.activePiece(each) !== undefined),
    );
    expect(table.holdings.useful(peer.slot)).toBe(useful.length);
  }
}
