/** Notes every reason that an engine gives, with the time. */
import type { ChokeJudgement, DecisionObserver, JoinReason } from '../../src/core/decisions.ts';

export interface NotedJudgement extends ChokeJudgement {
  readonly atUs: number;
  readonly remote: number;
}

export class NotedDecisions implements DecisionObserver {
  readonly picks: {
    readonly atUs: number;
    readonly copies: number;
    readonly equallyRare: number;
    readonly candidates: number;
    readonly allowedFast: boolean;
  }[] = [];
  readonly joins: {
    readonly remote: number;
    readonly piece: number;
    readonly reason: JoinReason | 'endgame';
    readonly copies: number;
    readonly other: number;
  }[] = [];
  readonly rounds: { readonly choker: string; readonly slots: number; readonly seeding: boolean }[] = [];
  readonly judgements: NotedJudgement[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  pickReasons(copies: number, equallyRare: number, candidates: number, allowedFast: boolean): void {
    this.picks.push({ atUs: this.#now(), copies, equallyRare, candidates, allowedFast });
  }

  pieceJoined(remote: number, piece: number, reason: JoinReason, copies: number, other: number): void {
    this.joins.push({ remote, piece, reason, copies, other });
  }

  endgameAsked(remote: number, piece: number): void {
    this.joins.push({ remote, piece, reason: 'endgame', copies: -1, other: -1 });
  }

  chokeRound(choker: string, slots: number, seeding: boolean): void {
    this.rounds.push({ choker, slots, seeding });
  }

  judged(remote: number, judgement: ChokeJudgement): void {
    this.judgements.push({ ...judgement, atUs: this.#now(), remote });
  }
}
