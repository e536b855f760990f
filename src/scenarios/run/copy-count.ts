/**
 * How many copies of each piece there are among the honest peers that are present: kept while the run goes on, for
 * peers that leave as soon as enough copies exist.
 */
import { Bitfield } from '../../core/bitfield.ts';

export class CopyCount {
  readonly #pieceCount: number;
  readonly #copies: Int32Array;
  /** How many pieces have exactly this many copies. */
  readonly #piecesWith: number[] = [];
  readonly #held = new Map<number, Bitfield>();
  #least = 0;

  constructor(pieceCount: number) {
    this.#pieceCount = pieceCount;
    this.#copies = new Int32Array(pieceCount);
    this.#piecesWith[0] = pieceCount;
  }

  /** Copies of the rarest piece. */
  get least(): number {
    return this.#least;
  }

  /** The peer holds the piece from now on. */
  add(peer: number, piece: number): void {
    let held = this.#held.get(peer);
    if (held === undefined) {
      held = new Bitfield(this.#pieceCount);
      this.#held.set(peer, held);
    }
    if (held.has(piece)) return;
    held.set(piece);
    this.#change(piece, 1);
  }

  /** The peer is not there any more, nor what it holds. */
  remove(peer: number): void {
    const held = this.#held.get(peer);
    if (held === undefined) return;
    this.#held.delete(peer);
    for (let piece = 0; piece < this.#pieceCount; piece++) if (held.has(piece)) this.#change(piece, -1);
  }

  #change(piece: number, by: 1 | -1): void {
    const before = this.#copies[piece] as number;
    const after = before + by;
    const counts = this.#piecesWith;
    this.#copies[piece] = after;
    counts[before] = (counts[before] ?? 0) - 1;
    counts[after] = (counts[after] ?? 0) + 1;
    if (after < this.#least) this.#least = after;
    else if (before === this.#least && counts[before] === 0) this.#least = after;
  }
}
