/** Ranges of pieces as segments of files. */
import { describe, expect, it } from 'vitest';
import { FileLayout } from '../../../src/core/metainfo/index.ts';
import { InvariantError } from '../../../src/core/result.ts';

/** Files: 0 empty, 1 of 10 bytes, 2 and 3 empty, 4 a pad of 6, 5 of 20, 6 empty. Pieces of 16: 16, 16, 4. */
const layout = new FileLayout(
  [0, 10, 0, 0, 6, 20, 0].map((length, index) => ({ length, pad: index === 4 })),
  16,
);

/** Each segment as [file, offset, length]. */
function segments(piece: number, begin: number, length: number) {
  return layout.segments(piece, begin, length).map((s) => [s.file, s.offset, s.length]);
}

describe('FileLayout', () => {
  it('splits a range at the edges of files and passes over empty ones', () => {
    expect(layout.totalLength).toBe(36);
    expect(segments(0, 0, 16)).toEqual([
      [1, 0, 10],
      [4, 0, 6],
    ]);
    expect(segments(0, 9, 2)).toEqual([
      [1, 9, 1],
      [4, 0, 1],
    ]);
    expect(segments(0, 10, 1)).toEqual([[4, 0, 1]]);
    expect(segments(1, 0, 16)).toEqual([[5, 0, 16]]);
    expect(segments(2, 0, 4)).toEqual([[5, 16, 4]]);
    expect(segments(2, 3, 1)).toEqual([[5, 19, 1]]);
  });

  it('marks the bytes of pad files', () => {
    expect(layout.segments(0, 0, 16).map((segment) => segment.pad)).toEqual([false, true]);
  });

  it('takes a range over the whole content and an empty one', () => {
    expect(segments(0, 0, 36)).toEqual([
      [1, 0, 10],
      [4, 0, 6],
      [5, 0, 20],
    ]);
    expect(segments(0, 0, 0)).toEqual([]);
    expect(segments(2, 4, 0)).toEqual([]);
  });

  it('holds a range outside the content for our own fault', () => {
    for (const [piece, begin, length] of [
      [2, 0, 5],
      [3, 0, 1],
      [-1, 20, 1],
      [0, -1, 1],
      [0, 0, -1],
      [0, 0, Number.NaN],
    ] as const) {
      expect(() => layout.segments(piece, begin, length)).toThrow(InvariantError);
    }
  });

  it('tells which pieces a file touches', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((file) => layout.piecesOf(file))).toEqual([
      { first: 0, end: 0 },
      { first: 0, end: 1 },
      { first: 0, end: 0 },
      { first: 0, end: 0 },
      { first: 0, end: 1 },
      { first: 1, end: 3 },
      { first: 2, end: 2 },
    ]);
    expect(() => layout.piecesOf(7)).toThrow(InvariantError);
  });

  it('has exact offsets above 2^32', () => {
    const large = new FileLayout(
      [
        { length: 2 ** 40 + 1, pad: false },
        { length: 10, pad: false },
      ],
      2 ** 29,
    );
    expect(large.segments(2 ** 11, 0, 5)).toEqual([
      { file: 0, offset: 2 ** 40, length: 1, pad: false },
      { file: 1, offset: 0, length: 4, pad: false },
    ]);
  });
});
