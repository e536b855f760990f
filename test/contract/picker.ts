/** What every piece picker keeps to, whatever its taste. */
import { describe, expect, it } from 'vitest';
import type { PickView, PiecePicker } from '../../src/core/strategies/picker.ts';
import { SeededRandom } from '../../src/sim/random.ts';

/** A view made of plain numbers: how many copies each piece has, which are candidates, what the remote has. */
export function pickView(
  copies: readonly number[],
  candidates: readonly number[],
  remote: readonly number[],
  verifiedCount = 10,
): PickView {
  const copiesOf = (piece: number): number => copies[piece] as number;
  const ranked = candidates.toSorted((a, b) => copiesOf(a) - copiesOf(b));
  return {
    pieceCount: copies.length,
    verifiedCount,
    candidateCount: ranked.length,
    candidateAt: (rank) => {
      if (!(rank >= 0 && rank < ranked.length)) throw new Error(`no candidate at rank ${rank}`);
      return ranked[rank] as number;
    },
    levelEndAt: (rank) =>
      ranked.findLastIndex((piece) => copiesOf(piece) === copiesOf(ranked[rank] as number)) + 1,
    isCandidate: (piece) => candidates.includes(piece),
    availability: copiesOf,
    remoteHas: (piece) => remote.includes(piece),
    firstOfRemote: (from, to) => {
      const rank = ranked.slice(from, to).findIndex((piece) => remote.includes(piece));
      return rank < 0 ? -1 : from + rank;
    },
  };
}

export function describePicker(name: string, create: () => PiecePicker): void {
  describe(`the picker ${name}`, () => {
    it('is called what it is registered as', () => {
      expect(create().name).toBe(name);
    });

    it('names a candidate that the remote has, whenever there is one, and nothing otherwise', () => {
      const random = SeededRandom.named(`views for ${name}`);
      const draws = SeededRandom.named(`draws of ${name}`);
      const picker = create();
      let picked = 0;
      for (let count = 0; count < 3000; count++) {
        const pieces = 1 + random.below(12);
        const some = (chance: number): number[] =>
          [...Array(pieces).keys()].filter(() => random.below(100) < chance);
        const candidates = some(60);
        const remote = some(random.below(100));
        const copies = Array.from({ length: pieces }, () => random.below(4));
        const pick = picker.pick(pickView(copies, candidates, remote, random.below(8)), draws);
        const possible = candidates.filter((piece) => remote.includes(piece));
        if (possible.length === 0) expect(pick).toBeUndefined();
        else {
          picked++;
          expect(possible).toContain(pick?.piece);
          expect(pick?.rule).toMatch(/^[a-z]+(-[a-z]+)*$/);
        }
      }
      expect(picked).toBeGreaterThan(500);
    });

    it('picks the same from the same view and the same draws', () => {
      const view = pickView([3, 1, 1, 2, 0, 2, 1, 1], [0, 1, 2, 3, 5, 6, 7], [0, 1, 2, 3, 5, 6, 7]);
      const run = (): (number | undefined)[] => {
        const random = SeededRandom.named('again');
        const picker = create();
        return Array.from({ length: 20 }, () => picker.pick(view, random)?.piece);
      };
      expect(run()).toEqual(run());
    });
  });
}
