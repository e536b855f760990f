/**
 * The numbers that a torrent keeps for each piece and for each connected peer, in one array: whatever happens to a piece
 * touches several of them, and what a computer fetches from memory is not a number but a line of sixteen.
 *
 * First a row for each piece: how many connected peers have it, where it stands (verified, started or a candidate), and
 * one bit for each connected peer that has it; up to 64 connections that is 16 bytes. Then the order of the candidates,
 * then the ends of its levels. Rarity index, piece table and remote holdings share them.
 */

/** Connected peers that have the piece, without those counted as seeds. */
export const AVAILABILITY = 0;
/** Rank among the candidates; or VERIFIED; or FIRST_STARTED less the number of its active piece. */
export const PLACE = 1;
/** First of the words that hold a bit for each connected peer. */
export const HOLDERS = 2;

/** In its place: the piece is neither a candidate nor started, because we have it. */
export const VERIFIED = -1;
/** In its place: the piece is started, as active piece 0; the others count down from here. */
export const FIRST_STARTED = -2;

export class PieceRows {
  readonly pieceCount: number;
  /** Row of piece `p`: from `p * stride`. A new array after `widen`. */
  cells: Int32Array;
  stride: number;
  /** Where the order of the candidates begins: `pieceCount` numbers. */
  order: number;
  /** Where the ends of the levels begin: one for each availability from 0 to `width` and one more. */
  levels: number;

  constructor(pieceCount: number) {
    this.pieceCount = pieceCount;
    this.stride = HOLDERS + 2;
    this.order = pieceCount * this.stride;
    this.levels = this.order + pieceCount;
    this.cells = new Int32Array(this.levels + this.width + 2);
  }

  /** Connected peers that there are bits for. */
  get width(): number {
    return (this.stride - HOLDERS) * 32;
  }

  /** Makes room for twice as many connected peers. */
  widen(): void {
    const { cells, stride, order, levels, pieceCount, width } = this;
    this.stride = HOLDERS + (stride - HOLDERS) * 2;
    this.order = pieceCount * this.stride;
    this.levels = this.order + pieceCount;
    this.cells = new Int32Array(this.levels + this.width + 2);
    for (let piece = 0; piece < pieceCount; piece++) {
      this.cells.set(cells.subarray(piece * stride, (piece + 1) * stride), piece * this.stride);
    }
    this.cells.set(cells.subarray(order, order + pieceCount), this.order);
    this.cells.set(cells.subarray(levels, levels + width + 2), this.levels);
  }
}
