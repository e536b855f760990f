/**
 * The pieces that may still be started, kept sorted by availability (how many connected peers are known to have a
 * piece), rarest first. Changing one availability by one is O(1): the piece swaps places with the edge of its level.
 * Availability is kept for every piece, listed or not. Peers that have everything are counted apart (`seeds`), because
 * they do not change the order.
 *
 * Invariant: order[levelEnd[a - 1], levelEnd[a]) are exactly the listed pieces with availability a.
 */
import type { Random } from '../ports.ts';
import { AVAILABILITY, type PieceRows, PLACE, VERIFIED } from './piece-rows.ts';

/** The pieces that may still be started, in ranks. */
export interface CandidateIndex {
  /** How many pieces are listed. */
  readonly length: number;
  /** Peers that have everything from the start, which no piece counts. */
  readonly seeds: number;
  /** The listed piece at `rank`. */
  at(rank: number): number;
  /** First rank of the run of pieces that are as rare as the one at `rank`. */
  levelStartAt(rank: number): number;
  /** Exclusive end of that run. */
  levelEndAt(rank: number): number;
  /** How many listed pieces are as rare as this one and as urgent, itself included if it is listed. */
  equallyRare(piece: number): number;
  isListed(piece: number): boolean;
  /** Copies of a piece among the connected peers, seeds included. */
  availability(piece: number): number;
  addSeed(): void;
  removeSeed(): void;
  increment(piece: number): void;
  decrement(piece: number): void;
  /** Takes a piece off the list: it was started, or is not wanted. */
  remove(piece: number): void;
  /** Lists a piece again: its download was given up or failed the check. */
  add(piece: number): void;
}

export class RarityIndex implements CandidateIndex {
  readonly #rows: PieceRows;
  /** Availabilities up to this less one have occurred; the last level ends where the list does. */
  #levelCount = 1;
  #listed: number;
  #seeds = 0;

  /** Every piece is listed at availability 0, in an order shuffled by `random` so that peers break ties differently. */
  constructor(rows: PieceRows, random: Random) {
    const { cells, order, pieceCount, stride } = rows;
    this.#rows = rows;
    this.#listed = pieceCount;
    for (let piece = 0; piece < pieceCount; piece++) cells[order + piece] = piece;
    for (let index = pieceCount - 1; index > 0; index--) {
      const other = random.below(index + 1);
      const piece = cells[order + index] as number;
      cells[order + index] = cells[order + other] as number;
      cells[order + other] = piece;
    }
    for (let rank = 0; rank < pieceCount; rank++) {
      cells[(cells[order + rank] as number) * stride + PLACE] = rank;
    }
    cells[rows.levels] = pieceCount;
  }

  /** How many pieces are listed. */
  get length(): number {
    return this.#listed;
  }

  get seeds(): number {
    return this.#seeds;
  }

  /** The listed piece at `rank`, 0 being the rarest. */
  at(rank: number): number {
    const { cells, order } = this.#rows;
    return cells[order + rank] as number;
  }

  /** First rank of the run of pieces that are as rare as the one at `rank`. */
  levelStartAt(rank: number): number {
    const { cells, stride, order, levels } = this.#rows;
    const level = cells[(cells[order + rank] as number) * stride + AVAILABILITY] as number;
    return level === 0 ? 0 : (cells[levels + level - 1] as number);
  }

  /** Exclusive end of the run of pieces that are as rare as the one at `rank`. */
  levelEndAt(rank: number): number {
    const { cells, stride, order, levels } = this.#rows;
    const level = cells[(cells[order + rank] as number) * stride + AVAILABILITY] as number;
    return cells[levels + level] as number;
  }

  equallyRare(piece: number): number {
    const { cells, stride, levels } = this.#rows;
    const level = cells[piece * stride + AVAILABILITY] as number;
    return (cells[levels + level] as number) - (level === 0 ? 0 : (cells[levels + level - 1] as number));
  }

  isListed(piece: number): boolean {
    const { cells, stride } = this.#rows;
    return (cells[piece * stride + PLACE] as number) >= 0;
  }

  /** Copies of a piece among the connected peers, seeds included. */
  availability(piece: number): number {
    const { cells, stride } = this.#rows;
    return (cells[piece * stride + AVAILABILITY] as number) + this.#seeds;
  }

  addSeed(): void {
    this.#seeds++;
  }

  removeSeed(): void {
    this.#seeds--;
  }

  increment(piece: number): void {
    const { cells, stride, levels } = this.#rows;
    const row = piece * stride;
    const level = cells[row + AVAILABILITY] as number;
    if (level + 1 === this.#levelCount) cells[levels + this.#levelCount++] = this.#listed;
    cells[row + AVAILABILITY] = level + 1;
    const place = cells[row + PLACE] as number;
    if (place < 0) return;
    const edge = (cells[levels + level] as number) - 1;
    this.#swap(piece, place, edge);
    cells[levels + level] = edge;
  }

  decrement(piece: number): void {
    const { cells, stride, levels } = this.#rows;
    const row = piece * stride;
    const level = cells[row + AVAILABILITY] as number;
    cells[row + AVAILABILITY] = level - 1;
    const place = cells[row + PLACE] as number;
    if (place < 0) return;
    const edge = cells[levels + level - 1] as number;
    this.#swap(piece, place, edge);
    cells[levels + level - 1] = edge + 1;
  }

  /** Takes a piece off the list: it was started, or is not wanted. */
  remove(piece: number): void {
    const { cells, stride, order, levels } = this.#rows;
    const row = piece * stride;
    let hole = cells[row + PLACE] as number;
    if (hole < 0) return;
    for (let level = cells[row + AVAILABILITY] as number; level < this.#levelCount; level++) {
      const edge = (cells[levels + level] as number) - 1;
      if (hole < edge) {
        this.#place(cells[order + edge] as number, hole);
        hole = edge;
      }
      cells[levels + level] = edge;
    }
    cells[row + PLACE] = VERIFIED;
    this.#listed--;
  }

  /** Lists a piece again: its download was given up or failed the check. */
  add(piece: number): void {
    const { cells, stride, order, levels } = this.#rows;
    const row = piece * stride;
    if ((cells[row + PLACE] as number) >= 0) return;
    const level = cells[row + AVAILABILITY] as number;
    let hole = this.#listed;
    for (let above = this.#levelCount - 1; above > level; above--) {
      const edge = cells[levels + above - 1] as number;
      if (edge < hole) {
        this.#place(cells[order + edge] as number, hole);
        hole = edge;
      }
      cells[levels + above] = (cells[levels + above] as number) + 1;
    }
    cells[levels + level] = (cells[levels + level] as number) + 1;
    this.#place(piece, hole);
    this.#listed++;
  }

  #place(piece: number, rank: number): void {
    const { cells, stride, order } = this.#rows;
    cells[order + rank] = piece;
    cells[piece * stride + PLACE] = rank;
  }

  /** `piece`, at rank `place`, changes places with whatever is at rank `other`. */
  #swap(piece: number, place: number, other: number): void {
    if (place === other) return;
    const { cells, order } = this.#rows;
    this.#place(cells[order + other] as number, place);
    this.#place(piece, other);
  }
}
