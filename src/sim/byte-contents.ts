/** A simulated disk that stores bytes: those of every piece that was touched. What was never written reads as zeros in a hash. */

import { equalBytes } from '../core/bytes.ts';
import type { Hasher, Payload } from '../core/ports.ts';
import { BLOCK_BYTES, type SimulatedContent } from './content.ts';
import type { Before, DiskContents } from './disk-contents.ts';
import { WrittenRanges } from './written-ranges.ts';

interface StoredPiece {
  readonly bytes: Uint8Array;
  written: WrittenRanges;
}

interface BytesBefore {
  readonly bytes: Uint8Array;
  readonly written: WrittenRanges;
}

export class ByteContents implements DiskContents {
  readonly #content: SimulatedContent;
  readonly #hasher: Hasher;
  readonly #initial: Uint8Array;
  readonly #pieces = new Map<number, StoredPiece>();

  /** `pieces`: what `initialPieces` gives. */
  constructor(content: SimulatedContent, pieces: Uint8Array, hasher: Hasher) {
    this.#content = content;
    this.#initial = pieces;
    this.#hasher = hasher;
  }

  read(piece: number, begin: number, length: number): Payload | undefined {
    const stored = this.#piece(piece);
    if (!stored.written.covers(begin, begin + length)) return undefined;
    // A copy: what a reader was given does not change when the piece is written again.
    return { length, bytes: stored.bytes.slice(begin, begin + length), reference: undefined };
  }

  rightBlock(): number {
    // What is read here are bytes, not a reference.
    return -1;
  }

  write(piece: number, begin: number, payload: Payload): string | undefined {
    const stored = this.#piece(piece);
    const target = stored.bytes.subarray(begin, begin + payload.length);
    if (payload.bytes !== undefined) target.set(payload.bytes);
    else if (payload.reference !== undefined) {
      const { reference } = payload;
      if (reference.content !== this.#content.id) return 'a reference to another content has no bytes here';
      this.#content.fill(reference.piece, reference.begin, target);
      if (reference.corrupted) target[0] = (target[0] as number) ^ 0xff;
    }
    stored.written.add(begin, begin + payload.length);
    return undefined;
  }

  hash(piece: number): Uint8Array {
    return this.#hasher.sha1(this.#piece(piece).bytes);
  }

  holds(piece: number): boolean {
    return equalBytes(this.hash(piece), this.#content.digest(piece));
  }

  missingBytes(piece: number, begin: number, length: number): number {
    return this.#piece(piece).written.missing(begin, begin + length);
  }

  before(piece: number, begin: number, length: number): BytesBefore {
    const { bytes, written } = this.#piece(piece);
    return { bytes: bytes.slice(begin, begin + length), written: written.clone() };
  }

  restore(piece: number, begin: number, before: Before): void {
    const { bytes, written } = before as BytesBefore;
    const stored = this.#piece(piece);
    stored.bytes.set(bytes, begin);
    stored.written = written;
  }

  corrupt(piece: number, begin: number): void {
    const stored = this.#piece(piece).bytes.subarray(begin, begin + BLOCK_BYTES);
    const right = new Uint8Array(stored.length);
    this.#content.fill(piece, begin, right);
    // What is wrong already stays as it is: in the other form there is but one way to be wrong.
    if (equalBytes(stored, right)) stored[0] = (stored[0] as number) ^ 1;
  }

  #piece(piece: number): StoredPiece {
    let stored = this.#pieces.get(piece);
    if (stored === undefined) {
      const length = this.#content.pieceLength(piece);
      stored = { bytes: new Uint8Array(length), written: new WrittenRanges() };
      if (this.#initial[piece] === 1) {
        this.#content.fill(piece, 0, stored.bytes);
        stored.written.add(0, length);
      }
      this.#pieces.set(piece, stored);
    }
    return stored;
  }
}
