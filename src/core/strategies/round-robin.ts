/**
 * Each in turn, for a number of pieces (libtorrent's `round_robin` with its `seeding_piece_quota`): whoever has a slot keeps
 * it until it was sent so many, then it goes to the one that was served longest ago, by chance among those that never were.
 * Nobody is cut off in the middle of its share, so that a piece that was begun is finished; but who takes nothing for a
 * while (a minute, if nothing else is said) has had its turn.
 */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Microseconds, Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from './choker.ts';

/** The turn of one that has a slot. */
interface Turn {
  /** Bytes that it had been sent when the turn began. */
  readonly sentBefore: number;
  /** What it had been sent when that last grew, and when that was. */
  readonly sentBytes: number;
  readonly grewUs: Microseconds;
}

export class RoundRobin implements Choker {
  readonly name = 'round-robin';
  readonly #quota: number;
  readonly #idleUs: Microseconds;
  /** Of those that have a slot. */
  #turns = new Map<ChokeCandidate, Turn>();

  /** `quota`: pieces that each is sent at a time. `idle`: who takes nothing for so long has had its turn. */
  constructor({ quota, idle }: { readonly quota: number; readonly idle: Microseconds }) {
    this.#quota = quota;
    this.#idleUs = idle;
  }

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void {
    const quotaBytes = (this.#quota * round.totalBytes) / Math.max(1, round.pieceCount);
    const served = new Map<ChokeCandidate, Turn>();
    const serve = (index: number, turn: Turn | undefined): void => {
      const candidate = candidates[index] as ChokeCandidate;
      const { sentBytes } = candidate;
      const grewUs = turn?.sentBytes === sentBytes ? turn.grewUs : round.nowUs;
      served.set(candidate, { sentBefore: turn?.sentBefore ?? sentBytes, sentBytes, grewUs });
      account?.given(index, turn === undefined ? 'drawn' : 'kept');
      unchoke(index, round.seeding ? 'seed' : 'regular');
    };
    const isOver = ({ sentBefore, sentBytes, grewUs }: Turn, candidate: ChokeCandidate): boolean =>
      candidate.sentBytes - sentBefore >= quotaBytes ||
      (candidate.sentBytes === sentBytes && round.nowUs - grewUs >= this.#idleUs);
    const waiting: number[] = [];
    const hadEnough: number[] = [];
    candidates.forEach((candidate, index) => {
      if (!candidate.interested) return;
      const turn = this.#turns.get(candidate);
      if (!candidate.unchoked || turn === undefined) waiting.push(index);
      else if (round.number >= 0 && isOver(turn, candidate)) hadEnough.push(index);
      else if (served.size < round.slots) serve(index, turn);
    });
    while (served.size < round.slots && waiting.length > 0) {
      const place = this.#longestAgo(candidates, waiting, random);
      const [index] = waiting.splice(place, 1);
      serve(index as number, undefined);
    }
    // Nobody else wants anything: then they go on, and begin a share anew.
    for (const index of hadEnough) {
      if (served.size >= round.slots) break;
      serve(index, undefined);
    }
    this.#turns = served;
  }

  /** The place in `waiting` of one that was unchoked longest ago. */
  #longestAgo(candidates: readonly ChokeCandidate[], waiting: readonly number[], random: Random): number {
    const sinceUs = (place: number): number =>
      (candidates[waiting[place] as number] as ChokeCandidate).unchokedAtUs;
    let earliestUs = Number.POSITIVE_INFINITY;
    let places: number[] = [];
    for (let place = 0; place < waiting.length; place++) {
      const unchokedUs = sinceUs(place);
      if (unchokedUs < earliestUs) {
        earliestUs = unchokedUs;
        places = [];
      }
      if (unchokedUs === earliestUs) places.push(place);
    }
    return places[random.below(places.length)] as number;
  }
}
