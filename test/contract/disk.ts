/** The contract of `Disk`: what was stored is what is read and hashed, and the answers keep the order of the calls. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Disk, DiskError, Payload } from '../../src/core/ports.ts';
import { Guard, guardDisk } from './guard.ts';
import { difference, patternBytes, type World } from './world.ts';

/** The storage that a factory is to make: empty, for pieces of this length, the last one shorter. */
export interface DiskShape {
  readonly pieceLengthBytes: number;
  readonly totalBytes: number;
}

export interface DiskWorld extends World {
  readonly disk: Disk;
}

type Answer =
  | { kind: 'read'; token: number; payload: Payload | undefined; error: DiskError | undefined }
  | { kind: 'written'; token: number; error: DiskError | undefined }
  | { kind: 'hashed'; token: number; digest: Uint8Array | undefined; error: DiskError | undefined };

const BLOCK = 16_384;
const SHAPE: DiskShape = { pieceLengthBytes: 4 * BLOCK, totalBytes: 4 * 4 * BLOCK + BLOCK + 1_001 };

export function describeDisk(
  name: string,
  factory: (shape: DiskShape) => DiskWorld | Promise<DiskWorld>,
): void {
  describe(`disk contract: ${name}`, () => {
    const content = patternBytes(SHAPE.totalBytes, 42);
    const pieceCount = Math.ceil(SHAPE.totalBytes / SHAPE.pieceLengthBytes);
    const pieceBytes = (piece: number): Uint8Array =>
      content.slice(piece * SHAPE.pieceLengthBytes, (piece + 1) * SHAPE.pieceLengthBytes);
    const sha1 = (bytes: Uint8Array): Uint8Array =>
      Uint8Array.from(createHash('sha1').update(bytes).digest());

    let world: DiskWorld;
    let disk: Disk;
    let guard: Guard;
    let answers: Answer[];
    let closed: boolean;

    beforeEach(async () => {
      world = await factory(SHAPE);
      guard = new Guard();
      disk = guardDisk(world.disk, guard);
      answers = [];
      closed = false;
      disk.attach({
        onRead(token, payload, error) {
          answers.push({ kind: 'read', token, payload, error });
        },
        onWritten(token, error) {
          answers.push({ kind: 'written', token, error });
        },
        onHashed(token, digest, error) {
          answers.push({
            kind: 'hashed',
            token,
            digest: digest === undefined ? undefined : Uint8Array.from(digest),
            error,
          });
        },
      });
    });

    afterEach(async () => {
      if (!closed) await close();
      await world.dispose?.();
      expect(guard.violations).toEqual([]);
    });

    async function close(): Promise<DiskError | undefined> {
      const outcomes: (DiskError | undefined)[] = [];
      disk.close((error) => outcomes.push(error));
      await world.until(() => outcomes.length > 0);
      closed = true;
      return outcomes[0];
    }

    /** A payload in a buffer of the disk's own, as the engine receives blocks. */
    function block(bytes: Uint8Array): Payload {
      const buffer = disk.takeBuffer(bytes.length);
      expect(buffer.length).toBe(bytes.length);
      buffer.set(bytes);
      return { length: bytes.length, bytes: buffer, reference: undefined };
    }

    function writePiece(piece: number, order: (begins: number[]) => number[] = (begins) => begins): void {
      const bytes = pieceBytes(piece);
      const begins: number[] = [];
      for (let begin = 0; begin < bytes.length; begin += BLOCK) begins.push(begin);
      for (const begin of order(begins)) {
        disk.write(piece, begin, block(bytes.slice(begin, begin + BLOCK)), piece * 1_000 + begin / BLOCK);
      }
    }

    const of = <K extends Answer['kind']>(kind: K): Extract<Answer, { kind: K }>[] =>
      answers.filter((answer): answer is Extract<Answer, { kind: K }> => answer.kind === kind);

    it('reads back what was written, whole blocks and any range within a piece', async () => {
      for (let piece = 0; piece < pieceCount; piece++) writePiece(piece);
      const blocks = Math.ceil(SHAPE.totalBytes / BLOCK);
      await world.until(() => of('written').length === blocks);
      expect(of('written').every((answer) => answer.error === undefined)).toBe(true);
      await fc.assert(
        fc.asyncProperty(fc.nat(pieceCount - 1), fc.nat(), fc.nat(), async (piece, a, b) => {
          const bytes = pieceBytes(piece);
          const begin = a % bytes.length;
          const length = 1 + (b % (bytes.length - begin));
          const before = of('read').length;
          disk.read(piece, begin, length, 7);
          await world.until(() => of('read').length > before);
          const answer = of('read').at(-1);
          expect(answer?.error).toBeUndefined();
          expect(answer?.payload?.length).toBe(length);
          expect(difference(answer?.payload?.bytes, bytes.slice(begin, begin + length))).toBe('');
        }),
        { numRuns: 40, seed: 99 },
      );
    });

    it('gives tokens back, in the order of the calls of each kind', async () => {
      writePiece(0);
      writePiece(1);
      await world.until(() => of('written').length === 8);
      answers.length = 0;
      const reads = [5, 3, -1, 2 ** 40, 3];
      for (const [index, token] of reads.entries()) {
        disk.read(index % 2, index * 100, 50, token);
        disk.hash(index % 2, token + 1);
        disk.write(2 + (index % 2), index * 1_000, block(patternBytes(1_000, index)), token + 2);
      }
      expect(answers).toEqual([]);
      await world.until(() => answers.length === reads.length * 3);
      expect(of('read').map((answer) => answer.token)).toEqual(reads);
      expect(of('hashed').map((answer) => answer.token)).toEqual(reads.map((token) => token + 1));
      expect(of('written').map((answer) => answer.token)).toEqual(reads.map((token) => token + 2));
    });

    it.each([
      ['in order', (begins: number[]) => begins],
      ['backwards', (begins: number[]) => begins.toReversed()],
      ['shuffled', (begins: number[]) => [...begins.slice(2), ...begins.slice(0, 2)]],
    ])('hashes each piece as stored, the short last one too: blocks %s', async (_, order) => {
      for (let piece = 0; piece < pieceCount; piece++) writePiece(piece, order);
      const blocks = Math.ceil(SHAPE.totalBytes / BLOCK);
      await world.until(() => of('written').length === blocks);
      for (let piece = 0; piece < pieceCount; piece++) disk.hash(piece, piece);
      await world.until(() => of('hashed').length === pieceCount);
      for (const { token, digest } of of('hashed')) expect(digest).toEqual(sha1(pieceBytes(token)));
      disk.hash(1, 100);
      await world.until(() => of('hashed').length === pieceCount + 1);
      expect(of('hashed').at(-1)?.digest).toEqual(sha1(pieceBytes(1)));
    });

    it('answers a read or a hash after every write that was called before it', async () => {
      writePiece(0);
      disk.hash(0, 100);
      writePiece(1);
      disk.read(1, 0, BLOCK, 101);
      disk.hash(1, 102);
      await world.until(() => answers.length === 11);
      const kinds = answers.map(({ kind }) => kind);
      const writesBefore = (place: number): number =>
        kinds.slice(0, place).filter((kind) => kind === 'written').length;
      expect(writesBefore(kinds.indexOf('hashed'))).toBeGreaterThanOrEqual(4);
      expect(writesBefore(kinds.indexOf('read'))).toBe(8);
      expect(writesBefore(kinds.lastIndexOf('hashed'))).toBe(8);
      expect(difference(of('read')[0]?.payload?.bytes, pieceBytes(1).slice(0, BLOCK))).toBe('');
      expect(of('hashed').map(({ digest }) => digest)).toEqual([sha1(pieceBytes(0)), sha1(pieceBytes(1))]);
    });

    it('closes after the answers to everything that was called before', async () => {
      const told: string[] = [];
      writePiece(2);
      disk.hash(2, 1);
      disk.read(2, 0, 10, 2);
      disk.close(() => told.push(answers.map(({ kind }) => kind).join(' ')));
      closed = true;
      expect(told).toEqual([]);
      await world.until(() => told.length > 0);
      expect(told).toHaveLength(1);
      expect(of('hashed')[0]?.digest).toEqual(sha1(pieceBytes(2)));
      expect(told[0]?.split(' ').toSorted()).toEqual(['hashed', 'read', ...Array(4).fill('written')]);
    });

    it('hashes pieces whose blocks were written in turns', async () => {
      for (let begin = 0; begin < SHAPE.pieceLengthBytes; begin += BLOCK) {
        for (const piece of [0, 2, 1]) {
          disk.write(piece, begin, block(pieceBytes(piece).slice(begin, begin + BLOCK)), piece);
        }
      }
      for (const piece of [2, 0, 1]) disk.hash(piece, piece);
      await world.until(() => of('hashed').length === 3);
      for (const { token, digest } of of('hashed')) expect(digest).toEqual(sha1(pieceBytes(token)));
    });

    it('hashes and reads what was stored last when a block is stored again', async () => {
      const bad = pieceBytes(1).fill(0, 100, 200);
      disk.write(1, 0, block(bad.slice(0, BLOCK)), 0);
      for (let begin = BLOCK; begin < bad.length; begin += BLOCK) {
        disk.write(1, begin, block(bad.slice(begin, begin + BLOCK)), begin);
      }
      await world.until(() => of('written').length === 4);
      disk.hash(1, 1);
      await world.until(() => of('hashed').length === 1);
      expect(of('hashed')[0]?.digest).toEqual(sha1(bad));
      disk.write(1, 0, block(pieceBytes(1).slice(0, BLOCK)), 9);
      await world.until(() => of('written').length === 5);
      disk.hash(1, 2);
      disk.read(1, 0, 300, 3);
      await world.until(() => of('hashed').length === 2 && of('read').length === 1);
      expect(of('hashed')[1]?.digest).toEqual(sha1(pieceBytes(1)));
      expect(difference(of('read')[0]?.payload?.bytes, pieceBytes(1).slice(0, 300))).toBe('');
    });

    it('hashes what was stored last when a block is stored again before the hash was asked', async () => {
      const bad = pieceBytes(1).fill(0, 100, 200);
      disk.write(1, 0, block(bad.slice(0, BLOCK)), 0);
      await world.until(() => of('written').length === 1);
      writePiece(1);
      await world.until(() => of('written').length === 5);
      disk.hash(1, 1);
      await world.until(() => of('hashed').length === 1);
      expect(of('hashed')[0]?.digest).toEqual(sha1(pieceBytes(1)));
    });

    it('where writes overlap, the last call wins', async () => {
      const expected = new Uint8Array(3_000);
      for (const [index, begin] of [1_000, 0, 2_000, 500, 500].entries()) {
        const bytes = patternBytes(1_000, index);
        expected.set(bytes, begin);
        disk.write(0, begin, block(bytes), index);
      }
      disk.read(0, 0, 3_000, 9);
      await world.until(() => of('read').length === 1);
      expect(difference(of('read')[0]?.payload?.bytes, expected)).toBe('');
    });

    it('a digest of a piece before it is stored does not stick', async () => {
      disk.write(0, 0, block(pieceBytes(0).slice(0, BLOCK)), 0);
      disk.hash(0, 1);
      await world.until(() => of('hashed').length === 1);
      expect(of('hashed')[0]?.digest).not.toEqual(sha1(pieceBytes(0)));
      writePiece(0);
      disk.hash(0, 2);
      await world.until(() => of('hashed').length === 2);
      expect(of('hashed')[1]?.digest).toEqual(sha1(pieceBytes(0)));
    });

    it('gives out buffers of the asked length that do not overlap, released or not', async () => {
      disk.release(disk.takeBuffer(BLOCK));
      const lengths = [BLOCK, BLOCK, 1, 1_001, BLOCK];
      const buffers = lengths.map((length) => disk.takeBuffer(length));
      for (const [index, buffer] of buffers.entries()) buffer.set(patternBytes(buffer.length, index));
      for (const [index, buffer] of buffers.entries()) {
        expect(buffer.length).toBe(lengths[index]);
        expect(difference(buffer, patternBytes(buffer.length, index))).toBe('');
      }
      for (const buffer of buffers) disk.release(buffer);
    });

    it('a body that was read stays as it is while other blocks are stored', async () => {
      writePiece(0);
      await world.until(() => of('written').length === 4);
      disk.read(0, 0, BLOCK, 1);
      await world.until(() => of('read').length === 1);
      for (const piece of [1, 2, 3]) writePiece(piece);
      disk.write(0, 0, block(new Uint8Array(BLOCK)), 5);
      await world.until(() => of('written').length === 17);
      expect(difference(of('read')[0]?.payload?.bytes, pieceBytes(0).slice(0, BLOCK))).toBe('');
    });

    it('close comes after the answers to all earlier writes, without an error when all went well', async () => {
      writePiece(0);
      writePiece(3);
      expect(await close()).toBeUndefined();
      expect(of('written').map((answer) => answer.error)).toEqual(new Array(8).fill(undefined));
    });
  });
}
