/**
 * The blocks that are padding and nothing else (BEP 47): their bytes are zeros, so they are neither asked for nor stored,
 * but count as received. Blocks of which only a part is padding are asked for whole, as every client serves them.
 */
import type { Metainfo } from '../metainfo/index.ts';
import { BLOCK_LENGTH, type PieceGeometry } from '../metainfo/piece-geometry.ts';

export class PaddingBlocks {
  readonly #byPiece: ReadonlyMap<number, readonly number[]>;

  private constructor(byPiece: ReadonlyMap<number, readonly number[]>) {
    this.#byPiece = byPiece;
  }

  /** Undefined for a torrent without such blocks. */
  static of({ files, geometry }: Pick<Metainfo, 'files' | 'geometry'>): PaddingBlocks | undefined {
    const { pieceLength } = geometry;
    const byPiece = new Map<number, number[]>();
    for (const { pad, offset, length } of files) {
      if (!pad) continue;
      const end = offset + length;
      for (let at = offset; at < end; ) {
        const piece = Math.floor(at / pieceLength);
        const begin = at - piece * pieceLength;
        const block = Math.ceil(begin / BLOCK_LENGTH);
        const pieceEnd = piece * pieceLength + geometry.pieceLengthOf(piece);
        for (let each = block; each < geometry.blocksIn(piece); each++) {
          const blockEnd = piece * pieceLength + each * BLOCK_LENGTH + geometry.blockLength(piece, each);
          if (blockEnd > end) break;
          const blocks = byPiece.get(piece);
          if (blocks === undefined) byPiece.set(piece, [each]);
          else blocks.push(each);
        }
        at = pieceEnd;
      }
    }
    return byPiece.size === 0 ? undefined : new PaddingBlocks(byPiece);
  }

  /** The padding blocks of `piece`, in order. */
  of(piece: number): readonly number[] {
    return this.#byPiece.get(piece) ?? [];
  }

  /** Pieces that are padding as a whole: their hash can be checked without any peer. */
  wholePieces(geometry: PieceGeometry): number[] {
    const whole: number[] = [];
    for (const [piece, blocks] of this.#byPiece)
      if (blocks.length === geometry.blocksIn(piece)) whole.push(piece);
    return whole;
  }
}
