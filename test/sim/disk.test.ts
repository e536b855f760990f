/** Content that is a function of its position, and the two forms of a simulated disk, which must not differ. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/core/bytes.ts';
import type { DiskError, Hasher, Payload } from '../../src/core/ports.ts';
import { BLOCK_BYTES, contentHashes, fillContent, SimulatedContent } from '../../src/sim/content.ts';
import { type DiskOptions, SimulatedDisk } from '../../src/sim/simulated-disk.ts';
import { Simulation } from '../../src/sim/simulation.ts';

const hasher: Hasher = { sha1: (bytes) => new Uint8Array(createHash('sha1').update(bytes).digest()) };
const GEOMETRY = { pieceLengthBytes: 4 * BLOCK_BYTES, totalBytes: 11 * BLOCK_BYTES + 777 };
const content = new SimulatedContent(3, GEOMETRY, 42, contentHashes(GEOMETRY, 42, hasher));

interface Answer {
  token: number;
  payload?: Payload | undefined;
  error?: DiskError | undefined;
  digest?: Uint8Array | undefined;
}

function open(options: DiskOptions) {
  const simulation = new Simulation(1);
  const disk = new SimulatedDisk(simulation, content, options);
  const answers: Answer[] = [];
  disk.attach({
    onRead: (token, payload, error) => answers.push({ token, payload, error }),
    onWritten: (token, error) => answers.push({ token, error }),
    onHashed: (token, digest, error) => answers.push({ token, digest, error }),
  });
  return { simulation, disk, answers };
}

const reference = (piece: number, begin: number, length: number, corrupted = false): Payload => ({
  length,
  bytes: undefined,
  reference: { content: content.id, piece, begin, corrupted },
});

describe('content', () => {
  it('gives the same bytes for a range however it is cut and wherever it is put', () => {
    const whole = new Uint8Array(5_000);
    fillContent(9, 0, whole);
    fc.assert(
      fc.property(fc.nat({ max: 4_900 }), fc.nat({ max: 100 }), fc.nat({ max: 7 }), (from, length, shift) => {
        const target = new Uint8Array(200).fill(0xee);
        fillContent(9, from, target.subarray(shift, shift + length));
        expect(target.subarray(shift, shift + length)).toEqual(whole.subarray(from, from + length));
        expect(target[shift + length]).toBe(0xee);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('has known first bytes, differs by seed, and does not repeat after 16 GiB', () => {
    const bytes = (seed: number, position: number): string => {
      const target = new Uint8Array(8);
      fillContent(seed, position, target);
      return toHex(target);
    };
    expect(bytes(1, 0)).toBe('edb9061ce01d1233');
    expect(bytes(2, 0)).not.toBe(bytes(1, 0));
    expect(bytes(1, 2 ** 34)).not.toBe(bytes(1, 0));
    const across = new Uint8Array(16);
    fillContent(1, 2 ** 34 - 8, across);
    expect(toHex(across)).toBe(bytes(1, 2 ** 34 - 8) + bytes(1, 2 ** 34));
  });

  it('repeats its pieces after the bytes that it has of its own, and every digest is that of the bytes', () => {
    const shape = {
      pieceLengthBytes: BLOCK_BYTES * 2,
      totalBytes: BLOCK_BYTES * 15 + 100,
      ownBytes: BLOCK_BYTES * 7,
    };
    const repeating = new SimulatedContent(1, shape, 5, contentHashes(shape, 5, hasher));
    const pieces = Array.from({ length: 8 }, (_, piece) => {
      const bytes = new Uint8Array(repeating.pieceLength(piece));
      repeating.fill(piece, 0, bytes);
      expect(toHex(hasher.sha1(bytes))).toBe(toHex(repeating.digest(piece)));
      return toHex(bytes);
    });
    expect(new Set(pieces.slice(0, 3)).size).toBe(3);
    expect(pieces.slice(3, 6)).toEqual(pieces.slice(0, 3));
    expect(pieces[6]).toBe(pieces[0]);
    expect(pieces[7]).toBe(pieces[1]?.slice(0, 2 * (BLOCK_BYTES + 100)));
    expect(repeating.reference(3, 0, BLOCK_BYTES, false).reference?.piece).toBe(3);
  });

  it('looks random: every byte value about as often as any other', () => {
    const bytes = new Uint8Array(1 << 18);
    fillContent(1, 0, bytes);
    const counts = new Array<number>(256).fill(0);
    for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
    const chi = counts.reduce((sum, count) => sum + (count - 1024) ** 2 / 1024, 0);
    expect(chi).toBeGreaterThan(160);
    expect(chi).toBeLessThan(370);
  });
});

describe('simulated disk', () => {
  it('answers in the order of the calls, at the same instant but never inside the call', () => {
    const { simulation, disk, answers } = open({ payload: 'reference', have: 'all' });
    for (let token = 0; token < 100; token++) {
      if (token % 3 === 0) disk.read(token % 3, 0, BLOCK_BYTES, token);
      else if (token % 3 === 1) disk.write(0, 0, reference(0, 0, BLOCK_BYTES), token);
      else disk.hash(1, token);
    }
    expect(answers).toEqual([]);
    simulation.runUntilIdle();
    expect(answers.map(({ token }) => token)).toEqual(Array.from({ length: 100 }, (_, token) => token));
    expect(simulation.nowUs).toBe(0);
  });

  it('gives back any token, with an answer or an error, in the order of the calls', () => {
    const { simulation, disk, answers } = open({ payload: 'reference', have: 'none' });
    const tokens = [0, 2 ** 28 - 1, 2 ** 28, -1, 2 ** 40, 0.5, 7];
    for (const token of tokens) {
      disk.read(0, 0, BLOCK_BYTES, token);
      disk.write(0, 0, reference(0, 0, BLOCK_BYTES), token);
      disk.read(0, 0, BLOCK_BYTES, token);
      disk.hash(99, token);
    }
    simulation.runUntilIdle();
    expect(answers.map(({ token }) => token)).toEqual(
      tokens.flatMap((token) => [token, token, token, token]),
    );
    const failed = answers.map(({ error }) => error?.kind === 'failed');
    expect(failed).toEqual(tokens.flatMap((_, index) => [index === 0, false, false, true]));
  });

  it.each([0, 1])('with token %i a read gives what was stored when it was asked for', (token) => {
    const { simulation, disk, answers } = open({ payload: 'reference', have: 'all' });
    const last = content.pieceCount - 1;
    const lastBytes = content.pieceLength(last) % BLOCK_BYTES;
    expect(lastBytes).toBeGreaterThan(0);
    const lastBegin = content.pieceLength(last) - lastBytes;
    disk.read(1, 0, BLOCK_BYTES, token);
    disk.write(1, 0, reference(1, 0, BLOCK_BYTES, true), 7);
    disk.read(1, 0, BLOCK_BYTES, token);
    disk.read(1, BLOCK_BYTES, 100, token);
    disk.read(last, lastBegin, lastBytes, token);
    simulation.runUntilIdle();
    const read = answers.flatMap(({ payload }) => (payload === undefined ? [] : [payload]));
    expect(read.map(({ length, reference: at }) => [length, at?.piece, at?.begin, at?.corrupted])).toEqual([
      [BLOCK_BYTES, 1, 0, false],
      [BLOCK_BYTES, 1, 0, true],
      [100, 1, BLOCK_BYTES, false],
      [lastBytes, last, lastBegin, false],
    ]);
  });

  it.each([
    ['a block that is missing', undefined],
    ['a block marked as corrupted', reference(1, 0, BLOCK_BYTES, true)],
    ['a block of another piece', reference(2, 0, BLOCK_BYTES)],
    ['a block from another offset', reference(1, BLOCK_BYTES, BLOCK_BYTES)],
    [
      'a block of another content',
      { ...reference(1, 0, BLOCK_BYTES), reference: { content: 9, piece: 1, begin: 0, corrupted: false } },
    ],
  ])('by reference: the digest is false with %s and true once it is right', (_name, wrong) => {
    const { simulation, disk, answers } = open({ payload: 'reference', have: 'none' });
    for (let block = 1; block < 4; block++) {
      disk.write(1, block * BLOCK_BYTES, reference(1, block * BLOCK_BYTES, BLOCK_BYTES), 0);
    }
    if (wrong !== undefined) disk.write(1, 0, wrong, 0);
    disk.hash(1, 1);
    disk.write(1, 0, reference(1, 0, BLOCK_BYTES), 0);
    disk.hash(1, 2);
    simulation.runUntilIdle();
    const [first, second] = answers.filter(({ token }) => token > 0);
    expect(first?.digest).toHaveLength(20);
    expect(first?.digest).not.toEqual(content.digest(1));
    expect(second?.digest).toEqual(content.digest(1));
  });

  it('both forms give the same answers for the same history', () => {
    const step = fc.record({
      kind: fc.constantFrom(
        'read' as const,
        'write' as const,
        'write' as const,
        'write' as const,
        'hash' as const,
      ),
      block: fc.nat({ max: 11 }),
      corrupted: fc.boolean(),
    });
    let trueDigests = 0;
    fc.assert(
      fc.property(
        fc.constantFrom('all' as const, 'none' as const),
        fc.array(step, { maxLength: 80, size: 'max' }),
        (have, steps) => {
          const disks = [
            open({ payload: 'reference', have }),
            open({ payload: 'bytes', have, hasher }),
          ] as const;
          for (const { disk, simulation } of disks) {
            for (const [token, { kind, block, corrupted }] of steps.entries()) {
              const piece = Math.floor(block / 4);
              const begin = (block % 4) * BLOCK_BYTES;
              const length = Math.min(BLOCK_BYTES, content.pieceLength(piece) - begin);
              if (kind === 'read') disk.read(piece, begin, length, token);
              else if (kind === 'hash') disk.hash(piece, token);
              else disk.write(piece, begin, reference(piece, begin, length, corrupted), token);
            }
            simulation.runUntilIdle();
          }
          const [left, right] = disks;
          expect(right.answers).toHaveLength(left.answers.length);
          for (const [index, answer] of left.answers.entries()) {
            const other = right.answers[index] as Answer;
            expect([other.token, other.error?.kind]).toEqual([answer.token, answer.error?.kind]);
            expect(other.payload?.length).toBe(answer.payload?.length);
            const { block } = steps[index] as (typeof steps)[0];
            const truth = toHex(content.digest(Math.floor(block / 4)));
            const right_ = answer.digest !== undefined && toHex(answer.digest) === truth;
            if (right_) trueDigests++;
            expect(other.digest !== undefined && toHex(other.digest) === truth).toBe(right_);
            if (answer.payload?.reference !== undefined) {
              const { piece, begin, corrupted } = answer.payload.reference;
              const expected = new Uint8Array(answer.payload.length);
              content.fill(piece, begin, expected);
              const same = Buffer.compare(other.payload?.bytes ?? new Uint8Array(), expected) === 0;
              expect(same).toBe(!corrupted);
            }
          }
        },
      ),
      { numRuns: 40, seed: 8 },
    );
    expect(trueDigests).toBeGreaterThan(10);
  });

  it('takes bytes in the reference form too, and compares them with the content', () => {
    const { simulation, disk, answers } = open({ payload: 'reference', have: 'all' });
    const bytes = new Uint8Array(BLOCK_BYTES);
    content.fill(0, 0, bytes);
    disk.write(0, 0, { length: BLOCK_BYTES, bytes: bytes.slice(), reference: undefined }, 0);
    disk.hash(0, 1);
    bytes[100] = (bytes[100] as number) ^ 1;
    disk.write(0, 0, { length: BLOCK_BYTES, bytes, reference: undefined }, 2);
    disk.hash(0, 3);
    simulation.runUntilIdle();
    expect(answers[1]?.digest).toEqual(content.digest(0));
    expect(answers[3]?.digest).not.toEqual(content.digest(0));
  });

  it('is full after so many bytes, and has room again when given', () => {
    const { simulation, disk, answers } = open({
      payload: 'reference',
      have: 'none',
      roomBytes: 2 * BLOCK_BYTES,
    });
    for (let block = 0; block < 3; block++) {
      disk.write(0, block * BLOCK_BYTES, reference(0, block * BLOCK_BYTES, BLOCK_BYTES), block);
    }
    disk.setRoom(BLOCK_BYTES);
    disk.write(0, 2 * BLOCK_BYTES, reference(0, 2 * BLOCK_BYTES, BLOCK_BYTES), 3);
    simulation.runUntilIdle();
    expect(answers.map(({ error }) => error?.kind)).toEqual([undefined, undefined, 'full', undefined]);
  });

  it.each([
    ['a piece that does not exist', 3, 0, BLOCK_BYTES],
    ['a range beyond the piece', 0, 3 * BLOCK_BYTES, BLOCK_BYTES + 1],
    ['a range beyond the short last piece', 2, 3 * BLOCK_BYTES, 778],
    ['an empty range', 0, 0, 0],
  ])('refuses %s', (_name, piece, begin, length) => {
    const { simulation, disk, answers } = open({ payload: 'reference', have: 'all' });
    disk.read(piece, begin, length, 1);
    disk.write(piece, begin, reference(piece, begin, length), 2);
    simulation.runUntilIdle();
    expect(answers.map(({ error }) => error?.kind)).toEqual(['failed', 'failed']);
  });
});
