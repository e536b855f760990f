/**
 * What we suggest to the peers that we serve (SUGGEST PIECE, BEP 6): a seed names pieces that it has given away least, so
 * that there are about as many copies of each and none leaves it twice before all have left it once. A few at a time
 * for each peer; when it asks for one, it hears of another. Nobody is interrupted: who is choked in the midst of a piece
 * may fetch the rest of it (ALLOWED FAST), as from the "smart seed" of Bharambe, Herley and Padmanabhan 2006.
 *
 * Invariant: a piece counts once for each peer that has taken it from us, is taking it, or may take it because it was suggested to
 * it, and half for each to which we broke it off and that may come back for the rest. What a peer did not ask for
 * before we choked it, got elsewhere or left behind when it went counts no more.
 */
import { BLOCK_LENGTH } from '../metainfo/piece-geometry.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { PieceTable } from '../pieces/piece-table.ts';
import type { Random } from '../ports.ts';
import { LevelOrder } from '../strategies/level-order.ts';

/** Pieces looked at for one suggestion: near its end a peer has nearly all, and looking further would cost too much. */
const LOOKS_MAX = 1024;
/** Pieces that one peer has asked for and not got, as far as we keep account of them: of more the oldest count no more. */
export const ASKED_MAX = 64;

/**
 * A peer knows of as many pieces as it may ask for before it hears of more: of what clients ask for ahead, which is some seconds of its
 * rate or a few blocks, and one more. What is suggested long before it is asked for keeps others from it meanwhile.
 */
const AHEAD_SECONDS = 5;
const AHEAD_MIN_BYTES = 4 * BLOCK_LENGTH;

/** How a piece stands with a peer that has not got it: what we were asked for may have been sent in part. */
type Standing = 'suggested' | 'asked' | 'begun' | 'broken-off';

/** In halves, so that what was broken off comes after what nobody has, and before what somebody has. */
const WEIGHTS: Readonly<Record<Standing, number>> = { suggested: 2, asked: 2, begun: 2, 'broken-off': 1 };

/** What one peer may have of us that it has not yet said it has. */
interface Book {
  readonly standings: Map<number, Standing>;
  /** How many are suggested. */
  suggested: number;
}

export class Suggestions {
  readonly #table: PieceTable;
  readonly #random: Random;
  readonly #onBegun: () => void;
  #count: number;
  /** How often each piece was given, in halves; made when a peer is served for the first time. */
  #given: LevelOrder | undefined;
  readonly #books = new Map<PeerConnection, Book>();

  /**
   * `count`: how many that a peer has not asked for it is to know of at a time; 0: none. `onBegun`: from now on there is
   * something to keep account of.
   */
  constructor(table: PieceTable, random: Random, count: number, onBegun: () => void) {
    this.#table = table;
    this.#random = random;
    this.#count = count;
    this.#onBegun = onBegun;
  }

  /** Whether there is anything to keep account of. */
  get haveBegun(): boolean {
    return this.#given !== undefined;
  }

  /** How often the piece was given; halves are of what was broken off. For whoever checks the account. */
  timesGiven(piece: number): number {
    return (this.#given?.count(piece) ?? 0) / 2;
  }

  /** Other number from now on. */
  setCount(count: number): void {
    this.#count = count;
  }

  /** The peer is about to be served, or knows of too few. */
  suggestTo(connection: PeerConnection): void {
    if (this.#count === 0 || !this.#table.isComplete || connection.closed) return;
    const given = this.#given ?? this.#begin();
    if (!connection.fast) return;
    const book = this.#bookOf(connection);
    const count = this.#countFor(connection);
    let rank = 0;
    for (let looks = 0; looks < LOOKS_MAX && rank < given.length; looks++) {
      if (book.suggested >= count) return;
      const piece = given.at(rank);
      if (book.standings.has(piece) || this.#table.holdings.has(connection.slot, piece)) rank++;
      else {
        connection.suggest(piece);
        this.#change(book, piece, 'suggested');
      }
    }
  }

  /** The peer has asked for a block of the piece and is to get it. */
  remoteAsked(connection: PeerConnection, piece: number): void {
    const book = this.#bookOf(connection);
    const standing = book.standings.get(piece);
    if (standing === 'asked' || standing === 'begun') return;
    // It may ask for what was not suggested, too.
    this.#change(book, piece, standing === 'broken-off' ? 'begun' : 'asked');
    if (book.standings.size - book.suggested > ASKED_MAX) this.#forgetOldest(book);
    if (!connection.amChoking) this.suggestTo(connection);
  }

  /** A block of the piece was sent to the peer. */
  weSent(connection: PeerConnection, piece: number): void {
    const standings = this.#books.get(connection)?.standings;
    if (standings?.get(piece) === 'asked') standings.set(piece, 'begun');
  }

  /** The peer is not sent a block of the piece that it asked for. */
  weRefused(connection: PeerConnection, piece: number): void {
    const book = this.#books.get(connection);
    const standing = book?.standings.get(piece);
    if (book === undefined || standing === undefined || standing === 'suggested') return;
    this.#change(book, piece, standing === 'asked' ? undefined : 'broken-off');
  }

  /**
   * The peer was choked: it may fetch the rest of what we have begun to send, and is not to fetch what it has not asked for. What
   * it asked for is refused block by block.
   */
  weChoked(connection: PeerConnection): void {
    const book = this.#books.get(connection);
    if (book === undefined) return;
    for (const [piece, standing] of book.standings) {
      if (standing === 'suggested') this.#change(book, piece, undefined);
      else if (standing === 'begun' && connection.fast) connection.grantFast(piece);
    }
  }

  /** The peer has one more piece. */
  remoteGot(connection: PeerConnection, piece: number): void {
    const book = this.#books.get(connection);
    if (book === undefined) return;
    connection.endGrant(piece);
    this.#settle(book, piece);
    if (!connection.amChoking) this.suggestTo(connection);
  }

  /** The peer has said what it has in all. */
  remoteHas(connection: PeerConnection): void {
    const book = this.#books.get(connection);
    if (book === undefined) return;
    for (const piece of book.standings.keys()) {
      if (!this.#table.holdings.has(connection.slot, piece)) continue;
      connection.endGrant(piece);
      this.#settle(book, piece);
    }
    if (!connection.amChoking) this.suggestTo(connection);
  }

  /** The peer is gone: what it was to fetch it has not fetched. */
  forget(connection: PeerConnection): void {
    const book = this.#books.get(connection);
    if (book === undefined) return;
    for (const piece of book.standings.keys()) this.#change(book, piece, undefined);
    this.#books.delete(connection);
  }

  #countFor({ uploadRate }: PeerConnection): number {
    const aheadBytes = Math.max(AHEAD_MIN_BYTES, AHEAD_SECONDS * uploadRate);
    return Math.min(this.#count, 1 + Math.floor(aheadBytes / this.#table.geometry.pieceLengthOf(0)));
  }

  #begin(): LevelOrder {
    const given = new LevelOrder(this.#table.geometry.pieceCount, this.#random);
    this.#given = given;
    this.#onBegun();
    return given;
  }

  /** The peer has the piece: of us, where we have sent some of it; what is left of its account is for good then. */
  #settle(book: Book, piece: number): void {
    const standing = book.standings.get(piece);
    if (standing === undefined) return;
    if (standing === 'broken-off') this.#change(book, piece, 'begun');
    if (standing === 'suggested' || standing === 'asked') this.#change(book, piece, undefined);
    else book.standings.delete(piece);
  }

  #forgetOldest(book: Book): void {
    for (const [piece, standing] of book.standings) {
      if (standing === 'suggested') continue;
      this.#change(book, piece, undefined);
      return;
    }
  }

  /** `standing`: undefined for none. */
  #change(book: Book, piece: number, standing: Standing | undefined): void {
    const before = book.standings.get(piece);
    if (standing === undefined) book.standings.delete(piece);
    else book.standings.set(piece, standing);
    if (before === 'suggested') book.suggested--;
    if (standing === 'suggested') book.suggested++;
    let more = weightOf(standing) - weightOf(before);
    for (; more > 0; more--) this.#given?.increment(piece);
    for (; more < 0; more++) this.#given?.decrement(piece);
  }

  #bookOf(connection: PeerConnection): Book {
    let book = this.#books.get(connection);
    if (book === undefined) {
      book = { standings: new Map(), suggested: 0 };
      this.#books.set(connection, book);
    }
    return book;
  }
}

function weightOf(standing: Standing | undefined): number {
  return standing === undefined ? 0 : WEIGHTS[standing];
}
