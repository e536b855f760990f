/**
 * Super-seeding (BEP 16): the only seed of a new torrent says that it has nothing, and names one piece to each peer. A
 * peer hears of another piece when somebody else has got the one that it was named: so it has passed it on, and
 * hardly a piece leaves us twice before all have left us once. Then it is over, and we are a seed like any other.
 *
 * Invariant: what a remote may fetch from us is what it was named, and of that at most one piece has not spread.
 */
import { Bitfield } from '../bitfield.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { PieceTable } from '../pieces/piece-table.ts';
import type { Clock, Microseconds, Random, Timer } from '../ports.ts';
import { LevelOrder } from '../strategies/level-order.ts';

/** Who has its piece for so long hears of another, though nobody else has got it: perhaps nobody can reach that peer. */
const PATIENCE_US: Microseconds = 30_000_000;
/** Pieces looked at for one offer. */
const LOOKS_MAX = 1024;
const NONE = -1;

interface Offer {
  /** What the remote was named last, while that has not spread. */
  piece: number;
  /** Since when it has that; undefined while it has not. */
  hasItSinceUs: Microseconds | undefined;
  /** All that it was named. */
  readonly named: Bitfield;
}

export class SuperSeeding {
  readonly #clock: Clock;
  readonly #table: PieceTable;
  readonly #offers = new Map<PeerConnection, Offer>();
  /** How often each piece was offered and not taken back. */
  readonly #given: LevelOrder;
  /** Pieces that somebody else has, or had. */
  readonly #seen: Bitfield;
  #timer: Timer | undefined;

  constructor(clock: Clock, table: PieceTable, random: Random) {
    const { pieceCount } = table.geometry;
    this.#clock = clock;
    this.#table = table;
    this.#given = new LevelOrder(pieceCount, random);
    this.#seen = new Bitfield(pieceCount);
  }

  /** Every piece has left us: there is nothing to hide any more. */
  get isOver(): boolean {
    return this.#seen.isComplete;
  }

  /** A remote to which we have said that we have nothing: it is named a piece. */
  welcome(connection: PeerConnection): void {
    const offer = { piece: NONE, hasItSinceUs: undefined, named: new Bitfield(this.#seen.length) };
    this.#offers.set(connection, offer);
    this.#offer(connection, offer);
  }

  /** Whether the remote was named the piece. */
  mayServe(connection: PeerConnection, piece: number): boolean {
    return this.#offers.get(connection)?.named.has(piece) ?? true;
  }

  /** The remote has one more piece. */
  remoteGot(connection: PeerConnection, piece: number): void {
    if (this.isOver) return;
    this.#seen.set(piece);
    if (this.isOver) {
      this.#tellAll();
      return;
    }
    for (const [other, offer] of this.#offers) {
      if (offer.piece !== piece) continue;
      if (other !== connection) this.#offer(other, offer);
      else if (this.#offers.size === 1) this.#offer(other, offer);
      else {
        offer.hasItSinceUs = this.#clock.now();
        this.#waitForIt();
      }
    }
  }

  /** The remote has said what it has in all. */
  remoteHas(connection: PeerConnection, have: Bitfield | undefined): void {
    for (let piece = 0; have !== undefined && piece < have.length; piece++) {
      if (have.has(piece)) this.remoteGot(connection, piece);
    }
    const offer = this.#offers.get(connection);
    // It may have had the piece before it was named.
    if (!this.isOver && offer !== undefined && offer.piece !== NONE && have?.has(offer.piece) === true) {
      this.#offer(connection, offer);
    }
  }

  /** The remote is gone: what it did not fetch is for others. */
  forget(connection: PeerConnection): void {
    const offer = this.#offers.get(connection);
    if (offer === undefined) return;
    this.#offers.delete(connection);
    if (offer.piece !== NONE && offer.hasItSinceUs === undefined) this.#given.decrement(offer.piece);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#offers.clear();
  }

  /** Names another piece: one that nobody has, if there is one, and of these one that was offered least. */
  #offer(connection: PeerConnection, offer: Offer): void {
    const piece = this.#choose(connection, offer);
    offer.piece = piece;
    offer.hasItSinceUs = undefined;
    if (piece === NONE || connection.closed) return;
    this.#given.increment(piece);
    offer.named.set(piece);
    connection.announcePiece(piece);
  }

  #choose(connection: PeerConnection, { named }: Offer): number {
    let second = NONE;
    const looks = Math.min(LOOKS_MAX, this.#given.length);
    for (let rank = 0; rank < looks; rank++) {
      const piece = this.#given.at(rank);
      if (named.has(piece) || this.#table.holdings.has(connection.slot, piece)) continue;
      if (!this.#seen.has(piece)) return piece;
      if (second === NONE) second = piece;
    }
    return second;
  }

  #waitForIt(): void {
    this.#timer ??= this.#clock.schedule(this.#clock.now() + PATIENCE_US, () => {
      this.#timer = undefined;
      const sinceUs = this.#clock.now() - PATIENCE_US;
      let waiting = false;
      for (const [connection, offer] of this.#offers) {
        if (offer.hasItSinceUs === undefined) continue;
        if (offer.hasItSinceUs <= sinceUs) this.#offer(connection, offer);
        else waiting = true;
      }
      if (waiting) this.#waitForIt();
    });
  }

  #tellAll(): void {
    for (const [connection, { named }] of this.#offers) {
      if (connection.closed) continue;
      const rest: number[] = [];
      for (let piece = 0; piece < named.length; piece++) if (!named.has(piece)) rest.push(piece);
      connection.announcePieces(rest, 0, rest.length);
    }
    this.stop();
  }
}
