/** A picker's view made of plain numbers: what the contract shows to a picker in place of an engine. */
import type { PickView } from '../../../core/strategies/picker.ts';

/** How many copies each piece has, which are candidates, what the remote has. `rest` replaces parts of the view. */
export function pickView(
  copies: readonly number[],
  candidates: readonly number[],
  remote: readonly number[],
  verifiedCount = 10,
  rest: Partial<PickView> = {},
): PickView {
  const copiesOf = (piece: number): number => copies[piece] as number;
  const ranked = candidates.toSorted((a, b) => copiesOf(a) - copiesOf(b));
  const listed = new Set(candidates);
  const held = new Set(remote);
  const isAsRareAs = (rank: number) => (piece: number) =>
    copiesOf(piece) === copiesOf(ranked[rank] as number);
  return {
    pieceCount: copies.length,
    verifiedCount,
    candidateCount: ranked.length,
    candidateAt: (rank) => {
      if (!(rank >= 0 && rank < ranked.length)) throw new RangeError(`no candidate at rank ${rank}`);
      return ranked[rank] as number;
    },
    levelStartAt: (rank) => ranked.findIndex(isAsRareAs(rank)),
    levelEndAt: (rank) => ranked.findLastIndex(isAsRareAs(rank)) + 1,
    isCandidate: (piece) => listed.has(piece),
    availability: copiesOf,
    hasPiece: () => false,
    pieceLength: () => 65_536,
    remoteHas: (piece) => held.has(piece),
    firstOfRemote: (from, to) => {
      for (let rank = from; rank < to; rank++) if (held.has(ranked[rank] as number)) return rank;
      return -1;
    },
    firstInOrder: (from, to) => {
      for (let piece = from; piece < to; piece++) if (listed.has(piece) && held.has(piece)) return piece;
      return -1;
    },
    firstStarted: () => -1,
    rarestStarted: () => -1,
    suggested: [],
    nowUs: 0,
    startedUs: 0,
    ...rest,
  };
}
