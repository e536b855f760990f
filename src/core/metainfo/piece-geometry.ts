/**
 * How a torrent's content is cut: pieces of equal length but for a shorter last one, and each piece into blocks of
 * 16 KiB but for a shorter last one (BEP 3). Invariant: the block lengths of a piece add up to the piece's length, and
 * the piece lengths to the total length.
 */
import { InvariantError, invariant } from '../result.ts';

/** Length in bytes of every block but the last of a piece. */
export const BLOCK_LENGTH = 16384;

export class PieceGeometry {
  /** Bytes of content in all, pad files included; at least 1. */
  readonly totalLength: number;
  /** Bytes of every piece but the last; at least 1, not necessarily a multiple of `BLOCK_LENGTH`. */
  readonly pieceLength: number;
  readonly pieceCount: number;

  constructor(totalLength: number, pieceLength: number) {
    invariant(Number.isSafeInteger(totalLength) && totalLength > 0, `total length ${totalLength}`);
    invariant(Number.isSafeInteger(pieceLength) && pieceLength > 0, `piece length ${pieceLength}`);
    this.totalLength = totalLength;
    this.pieceLength = pieceLength;
    // Exact up to 2^53, where the quotient of a plain division could round up to a whole number.
    const shortPiece = totalLength % pieceLength;
    this.pieceCount = (totalLength - shortPiece) / pieceLength + (shortPiece === 0 ? 0 : 1);
  }

  /** Length in bytes of `piece`, an integer in [0, pieceCount). */
  pieceLengthOf(piece: number): number {
    const last = this.pieceCount - 1;
    // No `invariant` here and below: its message would be built on every call of a hot path.
    if (!(piece >= 0 && piece <= last)) throw new InvariantError(`piece ${piece} of ${this.pieceCount}`);
    return piece === last ? this.totalLength - piece * this.pieceLength : this.pieceLength;
  }

  /** How many blocks `piece` has. */
  blocksIn(piece: number): number {
    return Math.ceil(this.pieceLengthOf(piece) / BLOCK_LENGTH);
  }

  /** Length in bytes of block number `block` of `piece`; the block begins at `block * BLOCK_LENGTH`. */
  blockLength(piece: number, block: number): number {
    const rest = this.pieceLengthOf(piece) - block * BLOCK_LENGTH;
    if (!(block >= 0 && rest > 0)) throw new InvariantError(`block ${block} of piece ${piece}`);
    return Math.min(rest, BLOCK_LENGTH);
  }
}
