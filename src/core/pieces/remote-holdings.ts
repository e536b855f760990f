/**
 * What the connected peers have: each has a slot, and each piece a bit for every slot. Piece by piece rather than peer by
 * peer, because a have concerns one piece, and when we get a piece the question is which of fifty peers have it: one look
 * instead of fifty. Peers that had everything from the start are remembered as such and set no bits.
 *
 * Invariant: `useful(slot)` is the number of pieces that the peer has and we lack.
 */
import type { Bitfield } from '../bitfield.ts';
import { invariant } from '../result.ts';
import { HOLDERS, type PieceRows, PLACE, VERIFIED } from './piece-rows.ts';
import type { CandidateIndex } from './rarity-index.ts';

export const NO_SLOT = -1;

/** What `gain` found. */
export const Gain = { known: -1, ours: 0 } as const;

/** What else is kept of a peer, as bits: for whoever asks at every have. */
export const Standing = {
  /** It could take more requests than there are blocks for. */
  hungry: 1,
  /** It wants something and we choke it. */
  patient: 2,
} as const;

/** Numbers for each slot. The claims are above the standings in the same number. */
const STRIDE = 4;
const USEFUL = 0;
const COUNT = 1;
const STANDING = 2;
const ANNOUNCED = 3;
const CLAIMS_SHIFT = 2;

export class RemoteHoldings {
  readonly #rows: PieceRows;
  #rarity: CandidateIndex;
  #own: Bitfield;
  /** By slot. */
  #peers: Int32Array;
  /** A bit by slot: it had everything from the start. */
  #seeds: Int32Array;
  readonly #freeSlots: number[] = [];
  #slotCount = 0;

  /** `own`: what we have or do not want, which only grows. */
  constructor(rows: PieceRows, rarity: CandidateIndex, own: Bitfield) {
    this.#rows = rows;
    this.#rarity = rarity;
    this.#own = own;
    this.#peers = new Int32Array(rows.width * STRIDE);
    this.#seeds = new Int32Array(rows.width >> 5);
  }

  /** Other pieces are wanted, in another order: counts anew what each peer has of them. */
  wantOthers(rarity: CandidateIndex, own: Bitfield): void {
    this.#rarity = rarity;
    this.#own = own;
    const { pieceCount } = this.#rows;
    for (let slot = 0; slot < this.#slotCount; slot++) {
      let useful = 0;
      for (let piece = 0; piece < pieceCount; piece++) {
        if (!own.has(piece) && this.has(slot, piece)) useful++;
      }
      this.#peers[slot * STRIDE + USEFUL] = useful;
    }
  }

  /** Takes in a peer of which nothing is known. Returns its slot. */
  add(): number {
    let slot = this.#freeSlots.pop();
    if (slot === undefined) {
      slot = this.#slotCount;
      if (slot === this.#rows.width) this.#widen();
      this.#slotCount++;
    }
    this.#peers.fill(0, slot * STRIDE, (slot + 1) * STRIDE);
    return slot;
  }

  /** Forgets the peer and what it has. */
  remove(slot: number): void {
    invariant(slot >= 0 && slot < this.#slotCount, () => `no peer has slot ${slot}`);
    const word = slot >> 5;
    const bit = 1 << (slot & 31);
    if (((this.#seeds[word] as number) & bit) !== 0) {
      this.#rarity.removeSeed();
      this.#seeds[word] = (this.#seeds[word] as number) & ~bit;
    } else if (this.count(slot) > 0) this.#clear(word, bit);
    this.#freeSlots.push(slot);
  }

  has(slot: number, piece: number): boolean {
    return ((this.holders(piece, slot >> 5) >>> (slot & 31)) & 1) !== 0;
  }

  /** Of the slots from 32 × `word` on, a bit for each that has the piece. */
  holders(piece: number, word: number): number {
    const { cells, stride } = this.#rows;
    return (cells[piece * stride + HOLDERS + word] as number) | (this.#seeds[word] as number);
  }

  /** How many pieces the peer has. */
  count(slot: number): number {
    return this.#peers[slot * STRIDE + COUNT] as number;
  }

  /** How many pieces the peer has that we lack. */
  useful(slot: number): number {
    return this.#peers[slot * STRIDE + USEFUL] as number;
  }

  /** Whether the peer has everything. */
  isComplete(slot: number): boolean {
    return this.count(slot) === this.#rows.pieceCount;
  }

  /** Whether the peer is in this standing (one of `Standing`). */
  is(slot: number, standing: number): boolean {
    return ((this.#peers[slot * STRIDE + STANDING] as number) & standing) !== 0;
  }

  set(slot: number, standing: number, value: boolean): void {
    const at = slot * STRIDE + STANDING;
    const before = this.#peers[at] as number;
    this.#peers[at] = value ? before | standing : before & ~standing;
  }

  /** Pieces that the peer was told that we have, each time counted. */
  claims(slot: number): number {
    return (this.#peers[slot * STRIDE + STANDING] as number) >> CLAIMS_SHIFT;
  }

  noteClaims(slot: number, count: number): void {
    const at = slot * STRIDE + STANDING;
    this.#peers[at] = (this.#peers[at] as number) + (count << CLAIMS_SHIFT);
  }

  /** Index into the log of verified pieces: what lies before has been announced to the peer. */
  announced(slot: number): number {
    return this.#peers[slot * STRIDE + ANNOUNCED] as number;
  }

  setAnnounced(slot: number, announced: number): void {
    this.#peers[slot * STRIDE + ANNOUNCED] = announced;
  }

  /**
   * The peer has one more piece. Returns how many it has that we lack when that is one of them, `Gain.ours` when we have
   * it, `Gain.known` when the peer is known to have it.
   */
  gain(slot: number, piece: number): number {
    const { cells, stride, pieceCount } = this.#rows;
    const peers = this.#peers;
    const row = piece * stride;
    const word = row + HOLDERS + (slot >> 5);
    const bits = cells[word] as number;
    const bit = 1 << (slot & 31);
    const count = peers[slot * STRIDE + COUNT] as number;
    if ((bits & bit) !== 0 || count === pieceCount) return Gain.known;
    cells[word] = bits | bit;
    peers[slot * STRIDE + COUNT] = count + 1;
    // One that becomes complete piece by piece stays counted piece by piece.
    this.#rarity.increment(piece);
    if (cells[row + PLACE] === VERIFIED) return Gain.ours;
    const useful = (peers[slot * STRIDE + USEFUL] as number) + 1;
    peers[slot * STRIDE + USEFUL] = useful;
    return useful;
  }

  /** The peer has a piece no longer. False when it was not known to have it. */
  lose(slot: number, piece: number): boolean {
    if (!this.has(slot, piece)) return false;
    const { cells, stride, pieceCount } = this.#rows;
    const word = slot >> 5;
    const bit = 1 << (slot & 31);
    if (this.#isSeed(slot)) {
      // From now on it is counted piece by piece.
      this.#seeds[word] = (this.#seeds[word] as number) & ~bit;
      this.#rarity.removeSeed();
      for (let each = 0; each < pieceCount; each++) {
        const at = each * stride + HOLDERS + word;
        cells[at] = (cells[at] as number) | bit;
        this.#rarity.increment(each);
      }
    }
    const at = piece * stride + HOLDERS + word;
    cells[at] = (cells[at] as number) & ~bit;
    this.#rarity.decrement(piece);
    const peer = slot * STRIDE;
    this.#peers[peer + COUNT] = (this.#peers[peer + COUNT] as number) - 1;
    if (cells[piece * stride + PLACE] !== VERIFIED) {
      this.#peers[peer + USEFUL] = (this.#peers[peer + USEFUL] as number) - 1;
    }
    return true;
  }

  /** The peer, of which nothing was known, has these pieces. */
  describe(slot: number, have: Bitfield): void {
    this.#peers[slot * STRIDE + COUNT] = have.count;
    this.#peers[slot * STRIDE + USEFUL] = have.countMissingFrom(this.#own);
    const word = slot >> 5;
    const bit = 1 << (slot & 31);
    if (have.isComplete) {
      this.#seeds[word] = (this.#seeds[word] as number) | bit;
      this.#rarity.addSeed();
      return;
    }
    const { cells, stride } = this.#rows;
    for (let piece = 0; piece < have.length; piece++) {
      if (!have.has(piece)) continue;
      const at = piece * stride + HOLDERS + word;
      cells[at] = (cells[at] as number) | bit;
      this.#rarity.increment(piece);
    }
  }

  /** We have got a piece that this peer has. Returns how many are left that it has and we lack. */
  lessUseful(slot: number): number {
    const left = (this.#peers[slot * STRIDE + USEFUL] as number) - 1;
    this.#peers[slot * STRIDE + USEFUL] = left;
    return left;
  }

  /** Of the candidates, the first with a rank in [from, to) that the peer has: its rank; -1 when it has none of them. */
  firstHeld(slot: number, from: number, to: number): number {
    if (this.#isSeed(slot)) return from < to ? from : -1;
    const { cells, stride, order } = this.#rows;
    const bit = 1 << (slot & 31);
    const word = HOLDERS + (slot >> 5);
    for (let rank = from; rank < to; rank++) {
      if (((cells[(cells[order + rank] as number) * stride + word] as number) & bit) !== 0) return rank;
    }
    return -1;
  }

  /** The first candidate in [from, to), in the order of the content, that the peer has; -1 when there is none. */
  firstHeldInOrder(slot: number, from: number, to: number): number {
    const { cells, stride } = this.#rows;
    const all = this.#isSeed(slot);
    const bit = 1 << (slot & 31);
    const word = HOLDERS + (slot >> 5);
    for (let piece = from, row = from * stride; piece < to; piece++, row += stride) {
      if ((cells[row + PLACE] as number) >= 0 && (all || ((cells[row + word] as number) & bit) !== 0))
        return piece;
    }
    return -1;
  }

  /** Eight pieces from 8 × `index` on as a byte of a bitfield (BEP 3): those that the peer has. */
  byteAt(slot: number, index: number): number {
    const { cells, stride, pieceCount } = this.#rows;
    const count = Math.min(8, pieceCount - index * 8);
    if (this.#isSeed(slot)) return (0xff00 >> count) & 0xff;
    let at = index * 8 * stride + HOLDERS + (slot >> 5);
    let byte = 0;
    for (let bit = 7; bit > 7 - count; bit--) {
      byte |= (((cells[at] as number) >>> (slot & 31)) & 1) << bit;
      at += stride;
    }
    return byte;
  }

  #isSeed(slot: number): boolean {
    return (((this.#seeds[slot >> 5] as number) >>> (slot & 31)) & 1) !== 0;
  }

  #clear(word: number, bit: number): void {
    const { cells, stride, pieceCount } = this.#rows;
    for (let piece = 0; piece < pieceCount; piece++) {
      const at = piece * stride + HOLDERS + word;
      const bits = cells[at] as number;
      if ((bits & bit) === 0) continue;
      cells[at] = bits & ~bit;
      this.#rarity.decrement(piece);
    }
  }

  #widen(): void {
    this.#rows.widen();
    const peers = new Int32Array(this.#rows.width * STRIDE);
    peers.set(this.#peers);
    this.#peers = peers;
    const seeds = new Int32Array(this.#rows.width >> 5);
    seeds.set(this.#seeds);
    this.#seeds = seeds;
  }
}
