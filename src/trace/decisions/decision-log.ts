/**
 * Why pieces are chosen and peers choked, while a run goes on. A judgement that says nothing new about its two peers is left
 * out, so that a seed with fifty waiting peers does not fill the trace round after round. Bounded by `MAX_DECISIONS` for each
 * table: a run with more keeps the decisions of fewer peers, always the same ones for the same run.
 */
import type { ChokeChance, ChokeJudgement, DecisionObserver, JoinReason } from '../../core/decisions.ts';
import { RowLog } from '../row-log.ts';
import { PairIndex } from '../transfers/pair-index.ts';
import {
  type DecisionTables,
  Flag,
  JOIN_REASONS,
  MAX_DECISIONS,
  MEASURES,
  OUTCOMES,
} from './decision-columns.ts';

const CHANCE_FLAGS: Readonly<Record<ChokeChance, number>> = { none: 0, drawn: Flag.drawn, kept: Flag.kept };
const ENDGAME = JOIN_REASONS.indexOf('endgame');
const MAX_INT32 = 2 ** 31 - 1;
/** Ranks share a word with the flags and the measure. */
const MAX_RANK = 2 ** 15 - 1;
/** Below this nobody's decisions are worth keeping. */
const MOST_PEERS = 2 ** 24;
/** Pairs whose latest judgement is remembered; beyond, all are forgotten, and said again. */
const MAX_REMEMBERED = 2 ** 20;

export class DecisionLog {
  readonly #most: number;
  #everyNth = 1;
  /** peer, copies, equally rare, candidates doubled, and one more where allowed fast. */
  readonly #picks = new RowLog(4);
  /** peer, remote, piece, reason, copies, other. */
  readonly #joins = new RowLog(6);
  /** peer, remote, flags with measure and rank above, value. */
  readonly #judgements = new RowLog(4);
  /** peer, choker, slots, seeding. */
  readonly #chokers = new RowLog(4);
  readonly #texts: string[] = [];
  readonly #textIndex = new Map<string, number>();
  /** The latest judgement of each pair: its flags, its value. */
  #latest = new PairIndex();
  /** By peer: what its choker last was. */
  readonly #latestChoker = new Map<number, number>();
  #finished: DecisionTables | undefined = undefined;

  constructor(most: number = MAX_DECISIONS) {
    this.#most = most;
  }

  get byteLength(): number {
    const rows = [this.#picks, this.#joins, this.#judgements, this.#chokers];
    return rows.reduce((sum, { byteLength }) => sum + byteLength, this.#latest.byteLength);
  }

  /** There is an event `piecePicked` of this peer; why follows, or never. */
  picked(peer: number): void {
    if (!this.#keeps(peer)) return;
    if (this.#picks.count >= this.#most) this.#thin();
    if (this.#keeps(peer)) this.#picks.append(0, peer, -1, -1, -2);
  }

  /** Of the peer's latest pick, if there was none since. */
  pickReasons(
    peer: number,
    copies: number,
    equallyRare: number,
    candidates: number,
    allowedFast: boolean,
  ): void {
    const row = this.#picks.count - 1;
    if (row < 0 || this.#picks.get(row, 0) !== peer) return;
    this.#picks.set(row, 1, copies);
    this.#picks.set(row, 2, equallyRare);
    this.#picks.set(row, 3, 2 * candidates + (allowedFast ? 1 : 0));
  }

  joined(
    timeUs: number,
    peer: number,
    remote: number,
    piece: number,
    reason: JoinReason | 'endgame',
    copies: number,
    other: number,
  ): void {
    if (!this.#keeps(peer)) return;
    const row = this.#joins.count - 1;
    const number = JOIN_REASONS.indexOf(reason);
    // In endgame a remote is asked for one block after another.
    if (number === ENDGAME && row >= 0 && this.#isJoin(row, peer, remote, piece)) return;
    if (this.#joins.count >= this.#most) this.#thin();
    if (this.#keeps(peer)) this.#joins.append(timeUs, peer, remote, piece, number, copies, other);
  }

  chokeRound(timeUs: number, peer: number, choker: string, slots: number, seeding: boolean): void {
    if (!this.#keeps(peer)) return;
    const text = this.#intern(choker);
    const what = (text * 2 + (seeding ? 1 : 0)) * 2 ** 20 + slots;
    if (this.#latestChoker.get(peer) === what) return;
    this.#latestChoker.set(peer, what);
    if (this.#chokers.count >= this.#most) this.#thin();
    if (this.#keeps(peer)) this.#chokers.append(timeUs, peer, text, slots, seeding ? 1 : 0);
  }

  judged(timeUs: number, peer: number, remote: number, judgement: ChokeJudgement): void {
    if (!this.#keeps(peer)) return;
    const { outcome, hadSlot, interested, snubbed, unchokesUs, rank, measure, chance } = judgement;
    const flags =
      OUTCOMES.indexOf(outcome) +
      (hadSlot ? Flag.hadSlot : 0) +
      (interested ? Flag.interested : 0) +
      (snubbed ? Flag.snubbed : 0) +
      (unchokesUs ? Flag.unchokesUs : 0) +
      CHANCE_FLAGS[chance] +
      (MEASURES.indexOf(measure) << 8) +
      (Math.min(rank, MAX_RANK) << 16);
    const value = Math.max(-MAX_INT32, Math.min(MAX_INT32, Math.round(judgement.value)));
    let pair = this.#latest.find(peer, remote);
    if (pair < 0) {
      if (this.#latest.count >= MAX_REMEMBERED) this.#latest = new PairIndex();
      pair = this.#latest.add(peer, remote);
    } else if (this.#latest.first(pair) === flags && this.#latest.second(pair) === value) return;
    this.#latest.setFirst(pair, flags);
    this.#latest.setSecond(pair, value);
    if (this.#judgements.count >= this.#most) this.#thin();
    if (this.#keeps(peer)) this.#judgements.append(timeUs, peer, remote, flags, value);
  }

  /** All that was kept; nothing may be reported any more. */
  finish(): DecisionTables {
    if (this.#finished === undefined) {
      this.#finished = this.#toColumns();
      for (const table of [this.#picks, this.#joins, this.#judgements, this.#chokers]) table.clear();
      this.#latest = new PairIndex();
    }
    return this.#finished;
  }

  #toColumns(): DecisionTables {
    const flags = this.#judgements.column(2);
    const packed = this.#picks.column(3);
    return {
      everyNth: this.#everyNth,
      texts: this.#texts.slice(),
      picks: {
        count: this.#picks.count,
        copies: this.#picks.column(1),
        equallyRare: this.#picks.column(2),
        candidates: packed.map((word) => word >> 1),
        allowedFast: Uint8Array.from(packed, (word) => word & 1),
      },
      joins: {
        count: this.#joins.count,
        timeUs: this.#joins.times(),
        peer: this.#joins.column(0),
        remote: this.#joins.column(1),
        piece: this.#joins.column(2),
        reason: Uint8Array.from(this.#joins.column(3)),
        copies: this.#joins.column(4),
        other: this.#joins.column(5),
      },
      judgements: {
        count: this.#judgements.count,
        timeUs: this.#judgements.times(),
        peer: this.#judgements.column(0),
        remote: this.#judgements.column(1),
        flags: Uint8Array.from(flags, (word) => word & 255),
        rank: flags.map((word) => word >> 16),
        measure: Uint8Array.from(flags, (word) => (word >> 8) & 255),
        value: this.#judgements.column(3),
      },
      chokers: {
        count: this.#chokers.count,
        timeUs: this.#chokers.times(),
        peer: this.#chokers.column(0),
        choker: this.#chokers.column(1),
        slots: this.#chokers.column(2),
        seeding: Uint8Array.from(this.#chokers.column(3)),
      },
    };
  }

  /** Whether this peer's decisions are kept; of nobody's when `everyNth` is 0. */
  #keeps(peer: number): boolean {
    return this.#everyNth === 1 || peer % this.#everyNth === 0;
  }

  #isJoin(row: number, peer: number, remote: number, piece: number): boolean {
    const joins = this.#joins;
    return (
      joins.get(row, 0) === peer &&
      joins.get(row, 1) === remote &&
      joins.get(row, 2) === piece &&
      joins.get(row, 3) === ENDGAME
    );
  }

  #thin(): void {
    const everyNth = 2 * this.#everyNth;
    this.#everyNth = everyNth > MOST_PEERS ? 0 : everyNth;
    const tables = [this.#picks, this.#joins, this.#judgements, this.#chokers];
    for (const table of tables) table.thin((peer) => this.#keeps(peer));
    const fullest = Math.max(...tables.map(({ count }) => count));
    if (fullest > this.#most / 2 && this.#everyNth !== 0) this.#thin();
  }

  #intern(text: string): number {
    let index = this.#textIndex.get(text);
    if (index === undefined) {
      index = this.#texts.length;
      this.#texts.push(text);
      this.#textIndex.set(text, index);
    }
    return index;
  }
}

/** Writes down what the engine of one peer says. */
export class PeerDecisions implements DecisionObserver {
  readonly #log: DecisionLog;
  readonly #peer: number;
  readonly #now: () => number;

  constructor(log: DecisionLog, peer: number, now: () => number) {
    this.#log = log;
    this.#peer = peer;
    this.#now = now;
  }

  pickReasons(copies: number, equallyRare: number, candidates: number, allowedFast: boolean): void {
    this.#log.pickReasons(this.#peer, copies, equallyRare, candidates, allowedFast);
  }

  pieceJoined(remote: number, piece: number, reason: JoinReason, copies: number, other: number): void {
    this.#log.joined(this.#now(), this.#peer, remote, piece, reason, copies, other);
  }

  endgameAsked(remote: number, piece: number): void {
    this.#log.joined(this.#now(), this.#peer, remote, piece, 'endgame', -1, -1);
  }

  chokeRound(choker: string, slots: number, seeding: boolean): void {
    this.#log.chokeRound(this.#now(), this.#peer, choker, slots, seeding);
  }

  judged(remote: number, judgement: ChokeJudgement): void {
    this.#log.judged(this.#now(), this.#peer, remote, judgement);
  }
}
