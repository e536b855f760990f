/**
 * Why pieces were chosen and peers choked, as columns: what the recorder writes, the file keeps and `Decisions` reads. All of
 * it stands beside the events and in no digest: what was decided is in those, this is why.
 *
 * The numbers of reasons are part of the file format and never reused.
 */
import type { ChokeMeasure, JoinReason } from '../../core/decisions.ts';
import type { UnchokeReason } from '../../core/observer.ts';

/** Most rows of each table. When one is full, the decisions of every second peer go, then of three in four, and so on. */
export const MAX_DECISIONS = 2 ** 21;

/** Reasons of a join by number. Endgame is one of them in the table. */
export const JOIN_REASONS: readonly (JoinReason | 'endgame')[] = [
  'strict-priority',
  'first-pieces',
  'many-started',
  'none-rarer',
  'none-earlier',
  'none-to-start',
  'endgame',
  'none-more-urgent',
  'picked',
];

export const MEASURES: readonly ChokeMeasure[] = [
  'order',
  'download-rate',
  'upload-rate',
  'unchoked-at',
  'from-middle',
  'owed',
  'worth',
];

/** Outcomes by number; 0: no slot. */
export const OUTCOMES: readonly (UnchokeReason | undefined)[] = [undefined, 'regular', 'optimistic', 'seed'];

/** Bits of `flags` of a judgement: the outcome in the lowest two, how chance gave it in the highest. */
export const Flag = { hadSlot: 4, interested: 8, snubbed: 16, unchokesUs: 32, drawn: 64, kept: 128 } as const;
export const OUTCOME_BITS = 3;

/** One row for each event `piecePicked` of a kept peer, in their order. -1 where the reason is not known. */
export interface PickColumns {
  readonly count: number;
  /** Copies among the connected peers. */
  readonly copies: Int32Array;
  /** Pieces that could be started and were as rare, itself included. */
  readonly equallyRare: Int32Array;
  /** Pieces that could be started. */
  readonly candidates: Int32Array;
  /** 1: asked for while choked, as allowed fast. */
  readonly allowedFast: Uint8Array;
}

/** Blocks of a piece that was begun with others are asked of one more remote. */
export interface JoinColumns {
  readonly count: number;
  readonly timeUs: Float64Array;
  readonly peer: Int32Array;
  readonly remote: Int32Array;
  readonly piece: Int32Array;
  /** Index into `JOIN_REASONS`. */
  readonly reason: Uint8Array;
  readonly copies: Int32Array;
  /** Copies of the piece that could have been started instead, -1 where there was none or nobody looked. */
  readonly other: Int32Array;
}

/** What a peer's choker decided about a remote, where anything about it differs from the row before of the same two. */
export interface JudgementColumns {
  readonly count: number;
  readonly timeUs: Float64Array;
  readonly peer: Int32Array;
  readonly remote: Int32Array;
  readonly flags: Uint8Array;
  /** Place in the choker's order from 1; 0: not ranked. */
  readonly rank: Int32Array;
  /** Index into `MEASURES`. */
  readonly measure: Uint8Array;
  readonly value: Int32Array;
}

/** What a peer's choker is and has to give, where it differs from the row before of the same peer. */
export interface ChokerColumns {
  readonly count: number;
  readonly timeUs: Float64Array;
  readonly peer: Int32Array;
  /** Index into `texts` of its name. */
  readonly choker: Int32Array;
  readonly slots: Int32Array;
  /** 1: it has everything. */
  readonly seeding: Uint8Array;
}

export interface DecisionTables {
  /** 1: of every peer. n > 1: of those whose index is a multiple of n. 0: nothing was recorded. */
  readonly everyNth: number;
  readonly texts: readonly string[];
  readonly picks: PickColumns;
  readonly joins: JoinColumns;
  readonly judgements: JudgementColumns;
  readonly chokers: ChokerColumns;
}

export function emptyPicks(count: number): PickColumns {
  return {
    count,
    copies: new Int32Array(count),
    equallyRare: new Int32Array(count),
    candidates: new Int32Array(count),
    allowedFast: new Uint8Array(count),
  };
}

export function emptyJoins(count: number): JoinColumns {
  return {
    count,
    timeUs: new Float64Array(count),
    peer: new Int32Array(count),
    remote: new Int32Array(count),
    piece: new Int32Array(count),
    reason: new Uint8Array(count),
    copies: new Int32Array(count),
    other: new Int32Array(count),
  };
}

export function emptyJudgements(count: number): JudgementColumns {
  return {
    count,
    timeUs: new Float64Array(count),
    peer: new Int32Array(count),
    remote: new Int32Array(count),
    flags: new Uint8Array(count),
    rank: new Int32Array(count),
    measure: new Uint8Array(count),
    value: new Int32Array(count),
  };
}

export function emptyChokers(count: number): ChokerColumns {
  return {
    count,
    timeUs: new Float64Array(count),
    peer: new Int32Array(count),
    choker: new Int32Array(count),
    slots: new Int32Array(count),
    seeding: new Uint8Array(count),
  };
}

export function noDecisions(everyNth = 0): DecisionTables {
  return {
    everyNth,
    texts: [],
    picks: emptyPicks(0),
    joins: emptyJoins(0),
    judgements: emptyJudgements(0),
    chokers: emptyChokers(0),
  };
}
