/**
 * A piece at a time, each to somebody drawn by chance: the uploads of models that count in rounds (Mundinger, Weber and Weiss 2008),
 * where every peer gives one part a round to one that lacks it. A turn ends with the last block of a piece's worth of bytes, not at
 * the next round, so that no turn ends in the middle of a piece; but who takes nothing for a minute has had its turn.
 */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Microseconds, Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from './choker.ts';

const IDLE_US: Microseconds = 60_000_000;

/** The turn of one that has a slot. */
interface Turn {
  /** Bytes that it will have been sent when the turn is over. */
  readonly untilBytes: number;
  /** What it had been sent when that last grew, and when that was. */
  readonly sentBytes: number;
  readonly grewUs: Microseconds;
}

export class PieceByPiece implements Choker {
  readonly name = 'piece-by-piece';
  /** Of those that have a slot. */
  #turns = new Map<ChokeCandidate, Turn>();

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void {
    const pieceBytes = Math.ceil(round.totalBytes / Math.max(1, round.pieceCount));
    const turns = new Map<ChokeCandidate, Turn>();
    const serve = (index: number, turn: Turn | undefined): void => {
      const candidate = candidates[index] as ChokeCandidate;
      const { sentBytes } = candidate;
      const grewUs = turn?.sentBytes === sentBytes ? turn.grewUs : round.nowUs;
      turns.set(candidate, { untilBytes: turn?.untilBytes ?? sentBytes + pieceBytes, sentBytes, grewUs });
      account?.given(index, turn === undefined ? 'drawn' : 'kept');
      unchoke(index, round.seeding ? 'seed' : 'regular');
    };
    const waiting: number[] = [];
    const idle: number[] = [];
    candidates.forEach((candidate, index) => {
      if (!candidate.interested) return;
      const turn = candidate.unchoked ? this.#turns.get(candidate) : undefined;
      if (turn === undefined) waiting.push(index);
      else if (round.number >= 0 && isIdle(turn, candidate, round.nowUs)) idle.push(index);
      else if (turns.size < round.slots) serve(index, turn);
    });
    while (turns.size < round.slots && waiting.length > 0) {
      const [index] = waiting.splice(random.below(waiting.length), 1);
      serve(index as number, undefined);
    }
    // Nobody else wants anything.
    for (const index of idle) if (turns.size < round.slots) serve(index, undefined);
    this.#turns = turns;
  }

  isTurnOver(candidate: ChokeCandidate): boolean {
    const turn = this.#turns.get(candidate);
    return turn !== undefined && candidate.sentBytes >= turn.untilBytes;
  }
}

function isIdle({ sentBytes, grewUs }: Turn, candidate: ChokeCandidate, nowUs: Microseconds): boolean {
  return candidate.sentBytes === sentBytes && nowUs - grewUs >= IDLE_US;
}
