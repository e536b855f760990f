/** What proves that a remote lied: its blocks are on the disk as it sent them. Anything else may be the disk's doing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PieceGeometry } from '../../../src/core/metainfo/piece-geometry.ts';
import type { PeerConnection } from '../../../src/core/peer/peer-connection.ts';
import type { Disk, Payload } from '../../../src/core/ports.ts';
import { Evidence, markOf } from '../../../src/core/torrent/evidence.ts';
import { nodeHasher } from '../../support/fake-world.ts';

const BLOCK = 16_384;

const somebody = {} as PeerConnection;
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
    const evidence = new Evidence(disk, geometry, nodeHasher);
    const verdicts: boolean[] = [];
    for (const [block, bytes] of sent.entries()) evidence.note(7, 0, block * BLOCK, bytesOf(bytes), somebody);
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

describe('the record of a failed piece that several remotes sent', () => {
  const geometry = new PieceGeometry(2 * BLOCK + 100, 4 * BLOCK);
  const LENGTHS = [BLOCK, BLOCK, 100];
  const right = (block: number): Uint8Array => new Uint8Array(LENGTHS[block] as number).fill(block + 1);

  /** Evidence on a disk whose blocks are those of `stored`, which a test may change between two copies of the piece. */
  function court() {
    const stored: Uint8Array[] = [];
    const reads: [number, number][] = [];
    const disk = {
      read: (_piece: number, begin: number, _length: number, token: number) =>
        reads.push([begin / BLOCK, token]),
    } as unknown as Disk;
    const evidence = new Evidence(disk, geometry, nodeHasher);
    const send = (block: number, bytes: Uint8Array, sender: PeerConnection, piece = 0): void => {
      evidence.note(2, piece, block * BLOCK, bytesOf(bytes), sender);
      stored[block] = bytes;
    };
    const answerReads = (): void => {
      for (let read = reads.shift(); read !== undefined; read = reads.shift()) {
        evidence.onRead(read[1], bytesOf(stored[read[0]] as Uint8Array));
      }
    };
    return { evidence, stored, send, answerReads };
  }

  const [anna, bert, carl] = [1, 2, 3].map((name) => ({ name })) as unknown as [
    PeerConnection,
    PeerConnection,
    PeerConnection,
  ];

  /** Anna and Bert send a copy that fails, Carl the right one. Who is named in the end. */
  function named(change: (world: ReturnType<typeof court>) => void): PeerConnection[] {
    const world = court();
    const liars: PeerConnection[] = [];
    world.send(0, right(0), anna);
    world.send(1, right(1), bert);
    world.send(2, right(2), anna);
    change(world);
    let kept = false;
    world.evidence.keep(0, 2, () => {
      kept = true;
    });
    expect(kept).toBe(false);
    world.answerReads();
    expect(kept).toBe(true);
    for (const block of [0, 1, 2]) world.send(block, right(block), carl);
    world.evidence.judge(0, (liar) => liars.push(liar));
    world.answerReads();
    return liars;
  }

  it('names whoever sent another block than the right one, and nobody else', () => {
    expect(named(({ send }) => send(1, right(0), bert))).toEqual([bert]);
    expect(named(({ send }) => send(2, new Uint8Array(100), anna))).toEqual([anna]);
  });

  it('names several, each once', () => {
    const liars = named(({ send }) => {
      send(0, right(1), anna);
      send(1, right(0), bert);
      send(2, new Uint8Array(100), anna);
    });
    expect(liars).toEqual([anna, bert]);
  });

  it('names nobody when the disk has changed a block', () => {
    expect(
      named(({ stored }) => {
        stored[1] = right(0);
      }),
    ).toEqual([]);
  });

  it('names nobody for a block that was on disk before, whoever used its place last', () => {
    expect(
      named(({ send, stored }) => {
        send(1, right(0), bert, 5);
        stored[1] = right(0);
      }),
    ).toEqual([]);
  });

  it('finds a bad block that has the mark of the right one', () => {
    // Two words of one strand, changed by as much in opposite ways: the sums are the same.
    const forged = right(1);
    const words = new Int32Array(forged.buffer);
    words[0] = (words[0] as number) + 77;
    words[4] = (words[4] as number) - 77;
    expect(markOf(bytesOf(forged))).toBe(markOf(bytesOf(right(1))));
    expect(named(({ send }) => send(1, forged, bert))).toEqual([bert]);
  });

  it('forgets the oldest of many pieces', () => {
    const many = new PieceGeometry(70 * BLOCK, BLOCK);
    const reads: number[] = [];
    const disk = {
      read: (_piece: number, _begin: number, _length: number, token: number) => reads.push(token),
    } as unknown as Disk;
    const evidence = new Evidence(disk, many, nodeHasher);
    const answer = (byte: number): void => {
      for (let token = reads.shift(); token !== undefined; token = reads.shift())
        evidence.onRead(token, bytesOf(new Uint8Array(BLOCK).fill(byte)));
    };
    for (let piece = 0; piece < 70; piece++) {
      evidence.note(piece, piece, 0, bytesOf(new Uint8Array(BLOCK).fill(1)), anna);
      evidence.keep(piece, piece, () => {});
      answer(1);
    }
    const liars: number[] = [];
    for (let piece = 0; piece < 70; piece++) {
      evidence.judge(piece, () => liars.push(piece));
      answer(2);
    }
    expect(liars).toEqual(Array.from({ length: 64 }, (_, index) => index + 6));
  });
});
