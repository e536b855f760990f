/** Lengths of pieces and blocks at every edge. */
import { describe, expect, it } from 'vitest';
import { BLOCK_LENGTH, PieceGeometry } from '../../../src/core/metainfo/index.ts';
import { InvariantError } from '../../../src/core/result.ts';

const K = 1024;

describe('PieceGeometry', () => {
  it.each([
    { total: 1, piece: 16 * K, pieces: [[1]] },
    { total: 32 * K, piece: 32 * K, pieces: [[16 * K, 16 * K]] },
    { total: 32 * K + 1, piece: 32 * K, pieces: [[16 * K, 16 * K], [1]] },
    {
      total: 64 * K - 1,
      piece: 32 * K,
      pieces: [
        [16 * K, 16 * K],
        [16 * K, 16 * K - 1],
      ],
    },
    { total: 50 * K, piece: 20 * K, pieces: [[16 * K, 4 * K], [16 * K, 4 * K], [10 * K]] },
    { total: 7, piece: 3, pieces: [[3], [3], [1]] },
  ])('cuts $total bytes into pieces of $piece', ({ total, piece, pieces }) => {
    const geometry = new PieceGeometry(total, piece);
    expect(geometry.pieceCount).toBe(pieces.length);
    const cut = pieces.map((_, index) =>
      Array.from({ length: geometry.blocksIn(index) }, (__, block) => geometry.blockLength(index, block)),
    );
    expect(cut).toEqual(pieces);
    expect(pieces.map((_, index) => geometry.pieceLengthOf(index))).toEqual(
      pieces.map((blocks) => blocks.reduce((sum, length) => sum + length, 0)),
    );
  });

  it('is exact at the end of the safe integers', () => {
    const geometry = new PieceGeometry(Number.MAX_SAFE_INTEGER, 2 ** 32);
    expect(geometry.pieceCount).toBe(2 ** 21);
    expect(geometry.pieceLengthOf(2 ** 21 - 1)).toBe(2 ** 32 - 1);
    expect(new PieceGeometry(Number.MAX_SAFE_INTEGER, 2).pieceCount).toBe(2 ** 52);
  });

  it('holds a piece or block that is not there for our own fault', () => {
    const geometry = new PieceGeometry(BLOCK_LENGTH + 1, BLOCK_LENGTH);
    for (const piece of [-1, 2, Number.NaN]) {
      expect(() => geometry.pieceLengthOf(piece)).toThrow(InvariantError);
    }
    for (const block of [-1, 1, Number.NaN]) {
      expect(() => geometry.blockLength(1, block)).toThrow(InvariantError);
    }
    for (const [total, piece] of [
      [0, 1],
      [1, 0],
      [1.5, 1],
      [2 ** 53, 1],
    ] as const) {
      expect(() => new PieceGeometry(total, piece)).toThrow(InvariantError);
    }
  });
});
