/**
 * Hashes the content of a new torrent piece by piece. Two buffers are all the memory it takes, whatever the lengths of
 * pieces and files: one is read (by node's threads) while the other is hashed. A file that is not what it was when it
 * was listed ends it.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { HASH_LENGTH } from '../core/metainfo/index.ts';
import { errorCode } from './node-address.ts';
import type { SourceFile } from './source-files.ts';

const BUFFER_BYTES = 2 ** 20;

/** What is to be hashed: a file, or so many zeros (a pad file). */
export type HashedPart = SourceFile | { readonly zeros: number };

/** A file that cannot be hashed; the message is for people. */
export class SourceError extends Error {}

export interface HashOptions {
  readonly pieceLength: number;
  readonly onProgress: (hashedBytes: number) => void;
  readonly signal: AbortSignal;
}

/** The SHA-1 digests of all pieces end to end; undefined when it was aborted. Throws `SourceError`. */
export async function hashPieces(
  parts: readonly HashedPart[],
  { pieceLength, onProgress, signal }: HashOptions,
): Promise<Uint8Array | undefined> {
  const digests: Uint8Array[] = [];
  let hash = createHash('sha1');
  let inPiece = 0;
  let total = 0;
  for await (const bytes of contentOf(parts)) {
    if (signal.aborted) return undefined;
    for (let start = 0; start < bytes.length; ) {
      const end = Math.min(bytes.length, start + pieceLength - inPiece);
      hash.update(bytes.subarray(start, end));
      inPiece += end - start;
      start = end;
      if (inPiece < pieceLength) continue;
      digests.push(hash.digest());
      hash = createHash('sha1');
      inPiece = 0;
    }
    total += bytes.length;
    onProgress(total);
  }
  if (inPiece > 0) digests.push(hash.digest());
  const all = new Uint8Array(digests.length * HASH_LENGTH);
  for (const [index, digest] of digests.entries()) all.set(digest, index * HASH_LENGTH);
  return all;
}

/** The bytes of all parts. What is yielded is good until the one after the next is asked for. */
async function* contentOf(parts: readonly HashedPart[]): AsyncGenerator<Uint8Array> {
  const buffers = [Buffer.allocUnsafeSlow(BUFFER_BYTES), Buffer.allocUnsafeSlow(BUFFER_BYTES)] as const;
  for (const part of parts) {
    if ('zeros' in part) yield* zeros(part.zeros);
    else if (part.length > 0) yield* fileContent(part, buffers);
  }
}

function* zeros(count: number): Generator<Uint8Array> {
  const empty = new Uint8Array(Math.min(count, BUFFER_BYTES));
  for (let rest = count; rest > 0; rest -= empty.length) {
    yield rest >= empty.length ? empty : empty.subarray(0, rest);
  }
}

async function* fileContent(
  file: SourceFile,
  buffers: readonly [Buffer, Buffer],
): AsyncGenerator<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file.location, 'r');
    const reader = handle;
    const read = async (at: number, buffer: Buffer): Promise<Uint8Array> => {
      const length = Math.min(BUFFER_BYTES, file.length - at);
      const { bytesRead } = await reader.read(buffer, 0, length, at);
      if (bytesRead === 0) throw changed(file);
      return buffer.subarray(0, bytesRead);
    };
    let coming = read(0, buffers[0]);
    for (let at = 0, turn = 1; at < file.length; turn++) {
      const bytes = await coming;
      at += bytes.length;
      // Reading goes on while these are hashed.
      if (at < file.length) coming = read(at, buffers[turn % 2] as Buffer);
      yield bytes;
    }
    const { size, mtimeMs } = await handle.stat();
    if (size !== file.length || mtimeMs !== file.modifiedMs) throw changed(file);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw new SourceError(`${file.location} cannot be read (${errorCode(error)})`);
  } finally {
    await handle?.close();
  }
}

function changed(file: SourceFile): SourceError {
  return new SourceError(`${file.location} was changed while it was being read; try again when it is still`);
}
