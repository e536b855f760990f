/**
 * Pieces in the order of a count that each has, least first. Changing one count by one is O(1): the piece swaps places
 * with the edge of its level.
 *
 * Invariant: order[ends[c - 1], ends[c]) are exactly the pieces whose count is c.
 */
import type { Random } from '../ports.ts';

export class LevelOrder {
  readonly #counts: Int32Array;
  readonly #order: Int32Array;
  readonly #places: Int32Array;
  /** Exclusive end of each level that has occurred; one number for each count. */
  readonly #ends: number[];

  /** Every piece at count 0, in an order that `random` shuffles; without it, in the order of the content. */
  constructor(pieceCount: number, random?: Random) {
    this.#counts = new Int32Array(pieceCount);
    this.#order = Int32Array.from({ length: pieceCount }, (_, piece) => piece);
    this.#places = this.#order.slice();
    this.#ends = [pieceCount];
    if (random === undefined) return;
    for (let rank = pieceCount - 1; rank > 0; rank--) this.#swap(rank, random.below(rank + 1));
  }

  get length(): number {
    return this.#order.length;
  }

  /** The piece at `rank` in [0, length), 0 being one with the least count. */
  at(rank: number): number {
    return this.#order[rank] as number;
  }

  count(piece: number): number {
    return this.#counts[piece] as number;
  }

  /** Exclusive end of the run of pieces with the same count as the one at `rank`. */
  levelEndAt(rank: number): number {
    return this.#ends[this.count(this.at(rank))] as number;
  }

  increment(piece: number): void {
    const count = this.count(piece);
    if (count + 1 === this.#ends.length) this.#ends.push(this.length);
    const edge = (this.#ends[count] as number) - 1;
    this.#swap(this.#places[piece] as number, edge);
    this.#ends[count] = edge;
    this.#counts[piece] = count + 1;
  }

  /** The count must not be 0. */
  decrement(piece: number): void {
    const count = this.count(piece);
    const edge = this.#ends[count - 1] as number;
    this.#swap(this.#places[piece] as number, edge);
    this.#ends[count - 1] = edge + 1;
    this.#counts[piece] = count - 1;
  }

  #swap(rank: number, other: number): void {
    const piece = this.at(rank);
    const second = this.at(other);
    this.#order[rank] = second;
    this.#order[other] = piece;
    this.#places[piece] = other;
    this.#places[second] = rank;
  }
}
