/** Passes an engine's reasons on to the observer behind, under the numbers by which that one knows the remotes. */
import type { ChokeJudgement, DecisionObserver, JoinReason } from '../../core/decisions.ts';

export class PassedDecisions implements DecisionObserver {
  readonly #decisions: DecisionObserver;
  readonly #index: (remote: number) => number;

  constructor(decisions: DecisionObserver, index: (remote: number) => number) {
    this.#decisions = decisions;
    this.#index = index;
  }

  pickReasons(copies: number, equallyRare: number, candidates: number, allowedFast: boolean): void {
    this.#decisions.pickReasons(copies, equallyRare, candidates, allowedFast);
  }

  pieceJoined(remote: number, piece: number, reason: JoinReason, copies: number, other: number): void {
    this.#decisions.pieceJoined(this.#index(remote), piece, reason, copies, other);
  }

  endgameAsked(remote: number, piece: number): void {
    this.#decisions.endgameAsked(this.#index(remote), piece);
  }

  chokeRound(choker: string, slots: number, seeding: boolean): void {
    this.#decisions.chokeRound(choker, slots, seeding);
  }

  judged(remote: number, judgement: ChokeJudgement): void {
    this.#decisions.judged(this.#index(remote), judgement);
  }
}
