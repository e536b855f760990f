/**
 * What the engine tells of its reasons, for whoever wants to explain a run: why a piece was chosen, why a remote was choked.
 * Nothing follows from it, and where nobody listens (`TorrentObserver.decisions` is undefined) it costs nothing. Like an
 * observer's, every method must be cheap and must not call into the engine.
 */
import type { UnchokeReason } from './observer.ts';

/**
 * Why a peer goes on with a piece that it began with others instead of starting one: its picker always does (strict
 * priority, Cohen 2003); it has too few pieces yet, or too many are begun; no piece that it could start is rarer, or
 * comes earlier; there is none that it could start; none has as high a priority; the picker named it.
 */
export type JoinReason =
  | 'strict-priority'
  | 'first-pieces'
  | 'many-started'
  | 'none-rarer'
  | 'none-earlier'
  | 'none-to-start'
  | 'none-more-urgent'
  | 'picked';

/**
 * What a choker goes by: bytes per second over about 20 s, from the remote or to it; when it was last unchoked, in
 * milliseconds; how far it is from the middle of its download, in percent; bytes that we owe it; thousandths of what it gives
 * for what it costs; the order in which a choker of the user's own named it.
 */
export type ChokeMeasure =
  | 'download-rate'
  | 'upload-rate'
  | 'unchoked-at'
  | 'from-middle'
  | 'owed'
  | 'worth'
  | 'order';

/** How chance gave a slot: drawn now, or kept from an earlier draw. */
export type ChokeChance = 'none' | 'drawn' | 'kept';

/** A choker tells it how it came to its choice. Candidates are named by their index, as in `decide`. */
export interface ChokeAccount {
  /** To be called for each that was ranked, the best first. */
  ranked(index: number, measure: ChokeMeasure, value: number): void;
  /** A slot that nobody had earned went to it. */
  given(index: number, chance: 'drawn' | 'kept'): void;
}

/** What a round has decided about one remote. The same object each time: to be read during the call only. */
export interface ChokeJudgement {
  /** Why it has a slot from now on; undefined: it has none. */
  readonly outcome: UnchokeReason | undefined;
  readonly hadSlot: boolean;
  readonly interested: boolean;
  readonly snubbed: boolean;
  readonly unchokesUs: boolean;
  /** Its place in the choker's order, from 1; 0 where it was not ranked, or the choker does not say. */
  readonly rank: number;
  readonly measure: ChokeMeasure;
  /** In units of `measure`; any number. */
  readonly value: number;
  readonly chance: ChokeChance;
}

export interface DecisionObserver {
  /**
   * Of the piece that `piecePicked` has just named: copies among connected peers; how many pieces that could be started,
   * itself included, were as rare, and how many there were at all; and whether it may be asked for although we are
   * choked, as allowed fast (BEP 6).
   */
  pickReasons(copies: number, equallyRare: number, candidates: number, allowedFast: boolean): void;
  /** The remote is asked for blocks of a piece begun with others. `other`: copies of what could have been started, or -1. */
  pieceJoined(remote: number, piece: number, reason: JoinReason, copies: number, other: number): void;
  /** In endgame the remote is asked for a block that others were asked for. */
  endgameAsked(remote: number, piece: number): void;
  /** What holds for the judgements that follow, until said otherwise. */
  chokeRound(choker: string, slots: number, seeding: boolean): void;
  /** Of each remote that wants something or had a slot; between rounds, of those only that get one. */
  judged(remote: number, judgement: ChokeJudgement): void;
}
