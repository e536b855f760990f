/** What proves that a remote lied: its blocks are on the disk as it sent them. Anything else may be the disk's doing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PieceGeometry } from '../../../src/core/metainfo/piece-geometry.ts';
import type { Disk, Payload } from '../../../src/core/ports.ts';
import { Evidence, markOf } from '../../../src/core/torrent/evidence.ts';

const BLOCK = 16_384;

const bytesOf = (bytes: Uint8Array): Payload => ({ length: bytes.length, bytes, reference: undefined });

describe('the mark of a block', () => {
  it('shows every single flipped bit, wherever the block lies in memory', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.nat({ max: 5 }),
        fc.nat(),
        fc.nat({ max: 7 }),
        fc.integer(),
        (length, shift, place, bit, salt) => {
          const bytes = new Uint8Array(length + 8).subarray(shift, shift + length);
          for (let index = 0; index < length; index++) bytes[index] = Math.imul(index + 1, salt) >>> 13;
          const before = markOf(bytesOf(bytes));
          expect(markOf(bytesOf(bytes.slice()))).toBe(before);
          const at = place % length;
          bytes[at] = (bytes[at] as number) ^ (1 << bit);
          expect(markOf(bytesOf(bytes))).not.toBe(before);
        },
      ),
      { numRuns: 500, seed: 6 },
    );
  });

  it('tells references apart by what they stand for', () => {
    const mark = (content: number, piece: number, begin: number, corrupted: boolean): number =>
      markOf({ length: BLOCK, bytes: undefined, reference: { content, piece, begin, corrupted } });
    const marks = [
      mark(0, 1, BLOCK, false),
      mark(0, 1, BLOCK, true),
      mark(0, 1, 0, false),
      mark(0, 2, BLOCK, false),
      mark(1, 1, BLOCK, false),
    ];
    expect(new Set(marks).size).toBe(5);
    expect(mark(0, 1, BLOCK, false)).toBe(marks[0]);
  });
});

describe('the verdict', () => {
  /** A piece of three blocks, the last one short, on a disk that holds `stored` in the end. */
  function judge(stored: (block: number, sent: Uint8Array) => Uint8Array | undefined) {
    const geometry = new PieceGeometry(2 * BLOCK + 100, 4 * BLOCK);
    const sent = [BLOCK, BLOCK, 100].map((length, block) => new Uint8Array(length).fill(block + 1));
    const reads: [number, number, number, number][] = [];
    const disk = {
      read: (piece: number, begin: number, length: number, token: number) =>
        reads.push([piece, begin, length, token]),
    } as unknown as Disk;
    const evidence = new Evidence(disk, geometry);
    const verdicts: boolean[] = [];
    for (const [block, bytes] of sent.entries()) evidence.note(7, block * BLOCK, bytesOf(bytes));
    evidence.examine(0, 7, (asSent) => verdicts.push(asSent));
    for (let read = 0; read < reads.length; read++) {
      const bytes = stored(read, sent[read] as Uint8Array);
      evidence.onRead(reads[read]?.[3] as number, bytes === undefined ? undefined : bytesOf(bytes));
    }
    return { verdicts, reads };
  }

  it('is against the remote when every block is as it was sent', () => {
    const { verdicts, reads } = judge((_, sent) => sent.slice());
    expect(verdicts).toEqual([true]);
    expect(reads.map(([, begin, length]) => [begin, length])).toEqual([
      [0, BLOCK],
      [BLOCK, BLOCK],
      [2 * BLOCK, 100],
    ]);
    // Reads for upload have the token 0.
    expect(reads.every(([, , , token]) => token > 0)).toBe(true);
  });

  it.each([0, 1, 2])('is not when block %i has changed', (wrong) => {
    const { verdicts, reads } = judge((block, sent) => {
      const bytes = sent.slice();
      if (block === wrong) bytes[50] = (bytes[50] as number) ^ 4;
      return bytes;
    });
    expect(verdicts).toEqual([false]);
    expect(reads).toHaveLength(wrong + 1);
  });

  it('is not when a block cannot be read', () => {
    expect(judge((block, sent) => (block === 1 ? undefined : sent)).verdicts).toEqual([false]);
  });
});
