/**
 * What a picker sees where pieces have priorities: the candidates of one of them, as if there were no others. So every
 * picker keeps to priorities without knowing of them.
 */
import type { Microseconds } from '../ports.ts';
import type { PickView } from '../strategies/picker.ts';
import type { PriorityIndex, Tier } from './priority-index.ts';

export class TierView implements PickView {
  readonly #all: PickView;
  readonly #index: PriorityIndex;
  readonly #tier: Tier;

  /** `all`: the candidates of all priorities. */
  constructor(all: PickView, index: PriorityIndex, tier: Tier) {
    this.#all = all;
    this.#index = index;
    this.#tier = tier;
  }

  get pieceCount(): number {
    return this.#all.pieceCount;
  }

  get verifiedCount(): number {
    return this.#all.verifiedCount;
  }

  get candidateCount(): number {
    return this.#tier.end - this.#tier.start;
  }

  get suggested(): readonly number[] {
    return this.#all.suggested;
  }

  get nowUs(): Microseconds {
    return this.#all.nowUs;
  }

  get startedUs(): Microseconds {
    return this.#all.startedUs;
  }

  candidateAt(rank: number): number {
    return this.#all.candidateAt(this.#tier.start + rank);
  }

  levelStartAt(rank: number): number {
    return this.#all.levelStartAt(this.#tier.start + rank) - this.#tier.start;
  }

  levelEndAt(rank: number): number {
    return this.#all.levelEndAt(this.#tier.start + rank) - this.#tier.start;
  }

  isCandidate(piece: number): boolean {
    return this.#all.isCandidate(piece) && this.#index.priority(piece) === this.#tier.priority;
  }

  availability(piece: number): number {
    return this.#all.availability(piece);
  }

  hasPiece(piece: number): boolean {
    return this.#all.hasPiece(piece);
  }

  pieceLength(piece: number): number {
    return this.#all.pieceLength(piece);
  }

  remoteHas(piece: number): boolean {
    return this.#all.remoteHas(piece);
  }

  firstOfRemote(from: number, to: number): number {
    const { start } = this.#tier;
    const rank = this.#all.firstOfRemote(start + from, start + to);
    return rank < 0 ? -1 : rank - start;
  }

  firstInOrder(from: number, to: number): number {
    for (let next = from; next < to; next++) {
      next = this.#all.firstInOrder(next, to);
      if (next < 0) return -1;
      if (this.#index.priority(next) === this.#tier.priority) return next;
    }
    return -1;
  }

  firstStarted(from: number, to: number): number {
    return this.#ofTier(this.#all.firstStarted(from, to));
  }

  rarestStarted(from: number, to: number): number {
    return this.#ofTier(this.#all.rarestStarted(from, to));
  }

  /** What is begun is found by priority first, so what comes first of all is of this one, or nothing of this one comes first. */
  #ofTier(piece: number): number {
    return piece >= 0 && this.#index.priority(piece) === this.#tier.priority ? piece : -1;
  }
}
