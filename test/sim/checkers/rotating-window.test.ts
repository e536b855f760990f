/** Looking at a part of every set at a time. */
import { describe, expect, it } from 'vitest';
import { firstPieceIn, RotatingWindow } from '../../../src/sim/checkers/rotating-window.ts';

function spans(window: RotatingWindow, sets: readonly number[]): string[] {
  return sets.map((count) => {
    window.advance(count);
    return `${window.from}-${window.to}`;
  });
}

describe('a rotating window', () => {
  it('takes everything while that is within its budget', () => {
    expect(spans(new RotatingWindow(10, 100), [10, 3, 0])).toEqual(['0-10', '0-10', '0-10']);
  });

  it('takes its budget’s worth in turn, and leaves out nothing', () => {
    expect(spans(new RotatingWindow(10, 100), [25, 25, 25, 25])).toEqual(['0-4', '4-8', '8-10', '0-4']);
  });

  it('takes a byte at least', () => {
    expect(spans(new RotatingWindow(3, 10), [1000, 1000, 1000, 1000])).toEqual(['0-1', '1-2', '2-3', '0-1']);
  });
});

it.each([
  [0x80, 0, 0],
  [0x01, 0, 7],
  [0x30, 2, 18],
  [0xff, 5, 40],
])('the first piece in byte %d at %d is piece %d', (byte, index, piece) => {
  expect(firstPieceIn(byte, index)).toBe(piece);
});
