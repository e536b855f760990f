/**
 * Reads why pieces were chosen and peers choked: by peer and piece, by peer and remote. Indices are made when they are first
 * asked for and hold four bytes a row. A large run keeps the decisions of some peers only: ask `keeps`, and say so.
 */
import type { ChokeChance, ChokeMeasure, JoinReason } from '../../core/decisions.ts';
import type { UnchokeReason } from '../../core/observer.ts';
import { type RowsByKey, rowsByKey, rowsOf } from '../rows-by-key.ts';
import { EventKind, type Trace } from '../trace.ts';
import {
  type DecisionTables,
  Flag,
  JOIN_REASONS,
  MEASURES,
  OUTCOME_BITS,
  OUTCOMES,
} from './decision-columns.ts';

/** A piece was started with a remote. */
export interface Picked {
  readonly timeUs: number;
  readonly remote: number;
  readonly piece: number;
  /** The picker's word for it: "rarest-first". */
  readonly rule: string;
  /** Copies among connected peers, how many pieces were as rare, how many could be started; undefined: not known. */
  readonly reasons:
    | {
        readonly copies: number;
        readonly equallyRare: number;
        readonly candidates: number;
        readonly allowedFast: boolean;
      }
    | undefined;
}

/** A remote was asked for blocks of a piece that had been started with another. */
export interface Joined {
  readonly timeUs: number;
  readonly remote: number;
  readonly piece: number;
  readonly reason: JoinReason | 'endgame';
  readonly copies: number;
  /** Copies of what could have been started instead; -1: nothing, or nobody looked. */
  readonly other: number;
}

/** What a choker held of a remote from `timeUs` on, until the next row of the same two. */
export interface Judged {
  readonly timeUs: number;
  readonly remote: number;
  readonly outcome: UnchokeReason | undefined;
  readonly hadSlot: boolean;
  readonly interested: boolean;
  readonly snubbed: boolean;
  readonly unchokesUs: boolean;
  readonly rank: number;
  readonly measure: ChokeMeasure;
  readonly value: number;
  readonly chance: ChokeChance;
}

export interface ChokerState {
  readonly timeUs: number;
  readonly choker: string;
  readonly slots: number;
  readonly seeding: boolean;
}

export class Decisions {
  readonly #trace: Trace;
  readonly #tables: DecisionTables;
  readonly #peers: number;
  /** Rows of events that are picks, and of each its peer. */
  #pickEvents: Int32Array | undefined = undefined;
  #picksByPeer: RowsByKey | undefined = undefined;
  #joinsByPeer: RowsByKey | undefined = undefined;
  #judgementsByPeer: RowsByKey | undefined = undefined;
  #chokersByPeer: RowsByKey | undefined = undefined;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#tables = trace.decisions;
    this.#peers = trace.header.peers.length;
  }

  /** Whether the reasons of this peer were kept. */
  keeps(peer: number): boolean {
    const { everyNth } = this.#tables;
    return everyNth !== 0 && peer % everyNth === 0;
  }

  /** Every piece that the peer started, in order. Of a peer whose reasons were not kept, without them. */
  picks(peer: number): Picked[] {
    if (!this.keeps(peer)) return this.#barePicks(peer);
    const events = this.#picks();
    return Array.from(rowsOf(this.#picksByPeer as RowsByKey, peer), (row) =>
      this.#pickAt(events[row] as number, row),
    );
  }

  joins(peer: number): Joined[] {
    const { joins } = this.#tables;
    this.#joinsByPeer ??= rowsByKey(joins.peer, this.#peers);
    return Array.from(rowsOf(this.#joinsByPeer, peer), (row) => ({
      timeUs: joins.timeUs[row] as number,
      remote: joins.remote[row] as number,
      piece: joins.piece[row] as number,
      reason: JOIN_REASONS[joins.reason[row] as number] as Joined['reason'],
      copies: joins.copies[row] as number,
      other: joins.other[row] as number,
    }));
  }

  /** What the peer's choker last held of each remote up to `atUs`, by remote. */
  standings(peer: number, atUs: number): Map<number, Judged> {
    const { judgements } = this.#tables;
    this.#judgementsByPeer ??= rowsByKey(judgements.peer, this.#peers);
    const latest = new Map<number, number>();
    for (const row of rowsOf(this.#judgementsByPeer, peer)) {
      if ((judgements.timeUs[row] as number) > atUs) break;
      latest.set(judgements.remote[row] as number, row);
    }
    return new Map([...latest].map(([remote, row]) => [remote, this.#judgementAt(row)]));
  }

  /** Everything that the peer's choker held of a remote, in order. */
  judgements(peer: number, remote: number): Judged[] {
    const { judgements } = this.#tables;
    this.#judgementsByPeer ??= rowsByKey(judgements.peer, this.#peers);
    const rows = rowsOf(this.#judgementsByPeer, peer).filter((row) => judgements.remote[row] === remote);
    return Array.from(rows, (row) => this.#judgementAt(row));
  }

  /** Everything that the peer's choker held of anybody, in order. */
  allJudgements(peer: number): Judged[] {
    this.#judgementsByPeer ??= rowsByKey(this.#tables.judgements.peer, this.#peers);
    return Array.from(rowsOf(this.#judgementsByPeer, peer), (row) => this.#judgementAt(row));
  }

  /** The peer's choker at an instant; undefined: it had not decided anything yet. */
  choker(peer: number, atUs: number): ChokerState | undefined {
    const { chokers, texts } = this.#tables;
    this.#chokersByPeer ??= rowsByKey(chokers.peer, this.#peers);
    const rows = rowsOf(this.#chokersByPeer, peer);
    const row = rows.findLast((each) => (chokers.timeUs[each] as number) <= atUs);
    if (row === undefined) return undefined;
    return {
      timeUs: chokers.timeUs[row] as number,
      choker: texts[chokers.choker[row] as number] as string,
      slots: chokers.slots[row] as number,
      seeding: chokers.seeding[row] === 1,
    };
  }

  #picks(): Int32Array {
    if (this.#pickEvents !== undefined) return this.#pickEvents;
    const { events } = this.#trace;
    const rows = new Int32Array(this.#tables.picks.count);
    let pick = 0;
    for (let row = 0; row < events.count; row++) {
      if (events.kind[row] === EventKind.piecePicked && this.keeps(events.peer[row] as number)) {
        rows[pick++] = row;
      }
    }
    this.#picksByPeer = rowsByKey(
      rows.map((row) => events.peer[row] as number),
      this.#peers,
    );
    this.#pickEvents = rows;
    return rows;
  }

  #barePicks(peer: number): Picked[] {
    const { events } = this.#trace;
    const found: Picked[] = [];
    for (let row = 0; row < events.count; row++) {
      if (events.kind[row] === EventKind.piecePicked && events.peer[row] === peer)
        found.push(this.#pickAt(row, -1));
    }
    return found;
  }

  /** `pick` -1: its reasons were not kept. */
  #pickAt(event: number, pick: number): Picked {
    const { events, strings } = this.#trace;
    const { copies, equallyRare, candidates, allowedFast } = this.#tables.picks;
    return {
      timeUs: events.timeUs[event] as number,
      remote: events.a[event] as number,
      piece: events.b[event] as number,
      rule: strings[events.c[event] as number] as string,
      reasons:
        (copies[pick] ?? -1) < 0
          ? undefined
          : {
              copies: copies[pick] as number,
              equallyRare: equallyRare[pick] as number,
              candidates: candidates[pick] as number,
              allowedFast: allowedFast[pick] === 1,
            },
    };
  }

  #judgementAt(row: number): Judged {
    const { timeUs, remote, flags, rank, measure, value } = this.#tables.judgements;
    const bits = flags[row] as number;
    return {
      timeUs: timeUs[row] as number,
      remote: remote[row] as number,
      outcome: OUTCOMES[bits & OUTCOME_BITS],
      hadSlot: (bits & Flag.hadSlot) !== 0,
      interested: (bits & Flag.interested) !== 0,
      snubbed: (bits & Flag.snubbed) !== 0,
      unchokesUs: (bits & Flag.unchokesUs) !== 0,
      chance: (bits & Flag.drawn) !== 0 ? 'drawn' : (bits & Flag.kept) !== 0 ? 'kept' : 'none',
      rank: rank[row] as number,
      measure: MEASURES[measure[row] as number] as ChokeMeasure,
      value: value[row] as number,
    };
  }
}
