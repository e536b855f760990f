/**
 * Who holds which piece, and how many copies each piece has among the peers that are present: state that follows the
 * events of a trace one by one. Copies of a piece always equal the number of honest peers present that hold it: what
 * others claim to hold is of no use to anybody. A peer that leaves takes its copies along; one that comes back says anew
 * what it holds. Being switched off because the run ended does not count as leaving.
 */
import { Departure, EventKind, type Trace } from '../trace.ts';
import { givesCopies } from './behaviour.ts';

export class Holdings {
  /** Copies of each piece among present peers. */
  readonly copies: Int32Array;
  /** 1 for each peer that is present. */
  readonly present: Uint8Array;
  /** How many pieces each peer holds, present or not. */
  readonly heldCount: Int32Array;
  readonly #trace: Pick<Trace, 'header' | 'events'>;
  readonly #pieceCount: number;
  /** One bit for each peer and piece. */
  readonly #held: Uint8Array;
  /** 1 for each peer whose copies count. */
  readonly #honest: Uint8Array;
  /** How many pieces have exactly this many copies. */
  readonly #piecesWithCopies: Int32Array;
  #min = 0;
  #max = 0;
  #total = 0;

  /** `events` may hold only the one that is applied. */
  constructor(trace: Pick<Trace, 'header' | 'events'>) {
    const peers = trace.header.peers;
    this.#trace = trace;
    this.#pieceCount = trace.header.torrent.pieceCount;
    this.copies = new Int32Array(this.#pieceCount);
    this.present = new Uint8Array(peers.length);
    this.heldCount = new Int32Array(peers.length);
    this.#honest = Uint8Array.from(peers, ({ behaviour }) => (givesCopies(behaviour) ? 1 : 0));
    this.#held = new Uint8Array(Math.ceil((peers.length * this.#pieceCount) / 8));
    this.#piecesWithCopies = new Int32Array(peers.length + 1);
    this.#piecesWithCopies[0] = this.#pieceCount;
    for (const [index, peer] of peers.entries()) {
      if (peer.have !== 'all') continue;
      for (let piece = 0; piece < this.#pieceCount; piece++) this.#setHeld(index, piece);
    }
  }

  /** Copies of the rarest piece. */
  get min(): number {
    return this.#min;
  }

  /** Copies of the most common piece. */
  get max(): number {
    return this.#max;
  }

  /** Copies of a piece, on average. */
  get mean(): number {
    return this.#pieceCount === 0 ? 0 : this.#total / this.#pieceCount;
  }

  /** How many pieces are as rare as the rarest. */
  get rarestCount(): number {
    return this.#piecesWithCopies[this.#min] as number;
  }

  has(peer: number, piece: number): boolean {
    const bit = peer * this.#pieceCount + piece;
    return ((this.#held[bit >>> 3] as number) & (1 << (bit & 7))) !== 0;
  }

  /** Applies one event; true when it changed the number of copies or who is present. Apply each row once, in order. */
  apply(row: number): boolean {
    const events = this.#trace.events;
    const peer = events.peer[row] as number;
    switch (events.kind[row]) {
      case EventKind.joined:
        return this.#setPresent(peer, 1);
      case EventKind.left: {
        if (events.a[row] === Departure.endOfRun) return false;
        const changed = this.#setPresent(peer, 0);
        if (events.a[row] !== Departure.planned) this.#forget(peer);
        return changed;
      }
      case EventKind.pieceVerified: {
        const piece = events.a[row] as number;
        if (this.has(peer, piece)) return false;
        this.#setHeld(peer, piece);
        if (this.present[peer] === 0) return false;
        if (this.#honest[peer] === 0) return false;
        this.#changeCopies(piece, 1);
        return true;
      }
      default:
        return false;
    }
  }

  #setPresent(peer: number, present: 0 | 1): boolean {
    if (this.present[peer] === present) return false;
    this.present[peer] = present;
    if (this.heldCount[peer] === 0 || this.#honest[peer] === 0) return true;
    for (let piece = 0; piece < this.#pieceCount; piece++) {
      if (this.has(peer, piece)) this.#changeCopies(piece, present === 1 ? 1 : -1);
    }
    return true;
  }

  /** What a peer that is not present holds is not known until it says so. */
  #forget(peer: number): void {
    for (let piece = 0; this.heldCount[peer] !== 0 && piece < this.#pieceCount; piece++) {
      if (!this.has(peer, piece)) continue;
      const bit = peer * this.#pieceCount + piece;
      this.#held[bit >>> 3] = (this.#held[bit >>> 3] as number) & ~(1 << (bit & 7));
      this.heldCount[peer] = (this.heldCount[peer] as number) - 1;
    }
  }

  #setHeld(peer: number, piece: number): void {
    const bit = peer * this.#pieceCount + piece;
    this.#held[bit >>> 3] = (this.#held[bit >>> 3] as number) | (1 << (bit & 7));
    this.heldCount[peer] = (this.heldCount[peer] as number) + 1;
  }

  #changeCopies(piece: number, change: 1 | -1): void {
    const before = this.copies[piece] as number;
    const after = before + change;
    const histogram = this.#piecesWithCopies;
    this.copies[piece] = after;
    this.#total += change;
    histogram[before] = (histogram[before] as number) - 1;
    histogram[after] = (histogram[after] as number) + 1;
    if (after < this.#min) this.#min = after;
    if (after > this.#max) this.#max = after;
    if (histogram[before] === 0) {
      if (before === this.#min) this.#min = after;
      if (before === this.#max) this.#max = after;
    }
  }
}
