/**
 * The pieces that may still be started, kept sorted by availability (how many connected peers are known to have a
 * piece), rarest first. Changing one availability by one is O(1): the piece swaps places with the edge of its level.
 * Availability is kept for every piece, listed or not. Peers that have everything are counted apart (`seeds`), because
 * they do not change the order.
 *
 * Invariant: order[levelEnd[a - 1], levelEnd[a]) are exactly the listed pieces with availability a.
 */
import type { Random } from '../ports.ts';

export class RarityIndex {
  readonly #availability: Int32Array;
  readonly #order: Int32Array;
  readonly #position: Int32Array;
  /** Exclusive end of each level in the order. Its last entry is the number of listed pieces. */
  #levelEnd: Int32Array = new Int32Array(8);
  #levels = 1;
  #listed: number;
  #seeds = 0;

  /** Every piece is listed at availability 0, in an order shuffled by `random` so that peers break ties differently. */
  constructor(pieceCount: number, random: Random) {
    this.#availability = new Int32Array(pieceCount);
    this.#order = new Int32Array(pieceCount);
    this.#position = new Int32Array(pieceCount);
    this.#listed = pieceCount;
    for (let piece = 0; piece < pieceCount; piece++) this.#order[piece] = piece;
    for (let index = pieceCount - 1; index > 0; index--) {
      const other = random.below(index + 1);
      const piece = this.#order[index] as number;
      this.#order[index] = this.#order[other] as number;
      this.#order[other] = piece;
    }
    for (let index = 0; index < pieceCount; index++) this.#position[this.#order[index] as number] = index;
    this.#levelEnd[0] = pieceCount;
  }

  /** How many pieces are listed. */
  get length(): number {
    return this.#listed;
  }

  /** The listed piece at `rank`, 0 being the rarest. */
  at(rank: number): number {
    return this.#order[rank] as number;
  }

  /** Exclusive end of the run of pieces that are as rare as the one at `rank`. */
  levelEndAt(rank: number): number {
    return this.#levelEnd[this.#availability[this.#order[rank] as number] as number] as number;
  }

  isListed(piece: number): boolean {
    return (this.#position[piece] as number) >= 0;
  }

  /** Copies of a piece among the connected peers, seeds included. */
  availability(piece: number): number {
    return (this.#availability[piece] as number) + this.#seeds;
  }

  addSeed(): void {
    this.#seeds++;
  }

  removeSeed(): void {
    this.#seeds--;
  }

  increment(piece: number): void {
    const level = this.#availability[piece] as number;
    if (level + 1 >= this.#levels) this.#addLevel();
    this.#availability[piece] = level + 1;
    if ((this.#position[piece] as number) < 0) return;
    const edge = (this.#levelEnd[level] as number) - 1;
    this.#swap(this.#position[piece] as number, edge);
    this.#levelEnd[level] = edge;
  }

  decrement(piece: number): void {
    const level = this.#availability[piece] as number;
    this.#availability[piece] = level - 1;
    if ((this.#position[piece] as number) < 0) return;
    const edge = this.#levelEnd[level - 1] as number;
    this.#swap(this.#position[piece] as number, edge);
    this.#levelEnd[level - 1] = edge + 1;
  }

  /** Takes a piece off the list: it was started, or is not wanted. */
  remove(piece: number): void {
    let hole = this.#position[piece] as number;
    if (hole < 0) return;
    for (let level = this.#availability[piece] as number; level < this.#levels; level++) {
      const edge = (this.#levelEnd[level] as number) - 1;
      if (hole < edge) {
        this.#place(this.#order[edge] as number, hole);
        hole = edge;
      }
      this.#levelEnd[level] = edge;
    }
    this.#position[piece] = -1;
    this.#listed--;
  }

  /** Lists a piece again: its download was given up or failed the check. */
  add(piece: number): void {
    if ((this.#position[piece] as number) >= 0) return;
    const level = this.#availability[piece] as number;
    let hole = this.#listed;
    for (let above = this.#levels - 1; above > level; above--) {
      const edge = this.#levelEnd[above - 1] as number;
      if (edge < hole) {
        this.#place(this.#order[edge] as number, hole);
        hole = edge;
      }
      this.#levelEnd[above] = (this.#levelEnd[above] as number) + 1;
    }
    this.#levelEnd[level] = (this.#levelEnd[level] as number) + 1;
    this.#place(piece, hole);
    this.#listed++;
  }

  #addLevel(): void {
    if (this.#levels === this.#levelEnd.length) {
      const grown = new Int32Array(this.#levels * 2);
      grown.set(this.#levelEnd);
      this.#levelEnd = grown;
    }
    this.#levelEnd[this.#levels] = this.#listed;
    this.#levels++;
  }

  #place(piece: number, index: number): void {
    this.#order[index] = piece;
    this.#position[piece] = index;
  }

  #swap(a: number, b: number): void {
    const pieceA = this.#order[a] as number;
    const pieceB = this.#order[b] as number;
    this.#place(pieceB, a);
    this.#place(pieceA, b);
  }
}
