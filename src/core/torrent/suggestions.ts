/**
 * What we suggest to the peers that we serve (SUGGEST PIECE, BEP 6): a seed names pieces that it has given away least, so
 * that there are about as many copies of each and none leaves it twice before all have left it once. A few at a time
 * for each peer; when it has got one, it hears of another.
 */
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { PieceTable } from '../pieces/piece-table.ts';
import type { Random } from '../ports.ts';
import { LevelOrder } from '../strategies/level-order.ts';

/** Pieces looked at for one suggestion: near its end a peer has nearly all, and looking further would cost too much. */
const LOOKS_MAX = 1024;

export class Suggestions {
  readonly #table: PieceTable;
  readonly #random: Random;
  #count: number;
  /** How often each piece was suggested and not taken back; made when it is first needed. */
  #given: LevelOrder | undefined;

  /** `count`: how many a peer is to have at a time; 0: none. */
  constructor(table: PieceTable, random: Random, count: number) {
    this.#table = table;
    this.#random = random;
    this.#count = count;
  }

  /** Whether any was ever made; before that nobody need be asked what was suggested to it. */
  get haveBegun(): boolean {
    return this.#given !== undefined;
  }

  /** Other number from now on. */
  setCount(count: number): void {
    this.#count = count;
  }

  /** The peer is about to be served. */
  suggestTo(connection: PeerConnection): void {
    if (this.#count === 0 || !connection.fast || !this.#table.isComplete || connection.closed) return;
    this.#given ??= new LevelOrder(this.#table.geometry.pieceCount, this.#random);
    const given = this.#given;
    let rank = 0;
    for (let looks = 0; looks < LOOKS_MAX && rank < given.length; looks++) {
      if (connection.suggestedByUs.length >= this.#count) return;
      const piece = given.at(rank);
      const useful =
        !this.#table.holdings.has(connection.slot, piece) && !connection.suggestedByUs.includes(piece);
      if (!useful) rank++;
      else {
        connection.suggest(piece);
        given.increment(piece);
      }
    }
  }

  /** The peer has one more piece. */
  remoteGot(connection: PeerConnection, piece: number): void {
    if (!connection.suggestedByUs.includes(piece)) return;
    connection.takeBackSuggestion(piece);
    if (!connection.amChoking) this.suggestTo(connection);
  }

  /** The peer is gone: what it was to fetch it has not fetched. */
  forget(connection: PeerConnection): void {
    for (const piece of connection.suggestedByUs) this.#given?.decrement(piece);
  }
}
