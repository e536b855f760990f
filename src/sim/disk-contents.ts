/**
 * What a simulated disk holds of one content, in two forms with one behaviour: which blocks are there and whether they
 * are right (references), or the bytes themselves. Both give the same digests for the same history.
 */

import { equalBytes } from '../core/bytes.ts';
import type { Hasher, Payload } from '../core/ports.ts';
import { BLOCK_BYTES, type SimulatedContent } from './content.ts';
import { WrittenRanges } from './written-ranges.ts';

export interface DiskContents {
  /** Undefined when part of the range was never written. */
  read(piece: number, begin: number, length: number): Payload | undefined;
  /** Stores a payload; a message when it cannot be stored in this form. */
  write(piece: number, begin: number, payload: Payload): string | undefined;
  hash(piece: number): Uint8Array;
}

const ABSENT = 0;
const RIGHT = 1;
const WRONG = 2;

/** One byte a block. A block is stored as a whole or not at all. */
export class ReferenceContents implements DiskContents {
  readonly #content: SimulatedContent;
  readonly #blocksPerPiece: number;
  readonly #blocks: Uint8Array;

  constructor(content: SimulatedContent, full: boolean) {
    this.#content = content;
    this.#blocksPerPiece = Math.ceil(content.pieceLengthBytes / BLOCK_BYTES);
    this.#blocks = new Uint8Array(this.#blocksPerPiece * content.pieceCount).fill(full ? RIGHT : ABSENT);
  }

  read(piece: number, begin: number, length: number): Payload | undefined {
    let corrupted = false;
    const first = piece * this.#blocksPerPiece + Math.floor(begin / BLOCK_BYTES);
    const last = piece * this.#blocksPerPiece + Math.floor((begin + length - 1) / BLOCK_BYTES);
    for (let block = first; block <= last; block++) {
      if (this.#blocks[block] === ABSENT) return undefined;
      if (this.#blocks[block] === WRONG) corrupted = true;
    }
    return this.#content.reference(piece, begin, length, corrupted);
  }

  write(piece: number, begin: number, payload: Payload): string | undefined {
    const end = begin + payload.length;
    if (begin % BLOCK_BYTES !== 0 || (end % BLOCK_BYTES !== 0 && end !== this.#content.pieceLength(piece))) {
      return `a disk of references stores whole blocks of ${BLOCK_BYTES} bytes`;
    }
    const state = this.#isRight(piece, begin, payload) ? RIGHT : WRONG;
    const first = piece * this.#blocksPerPiece + begin / BLOCK_BYTES;
    const count = Math.ceil(payload.length / BLOCK_BYTES);
    this.#blocks.fill(state, first, first + count);
    return undefined;
  }

  hash(piece: number): Uint8Array {
    const digest = this.#content.digest(piece).slice();
    const blocks = Math.ceil(this.#content.pieceLength(piece) / BLOCK_BYTES);
    const first = piece * this.#blocksPerPiece;
    for (let block = first; block < first + blocks; block++) {
      if (this.#blocks[block] !== RIGHT) return digest.map((byte) => byte ^ 0xff);
    }
    return digest;
  }

  #isRight(piece: number, begin: number, payload: Payload): boolean {
    const { reference, bytes } = payload;
    if (reference !== undefined) {
      const same = reference.content === this.#content.id && reference.piece === piece;
      return same && reference.begin === begin && !reference.corrupted;
    }
    const expected = new Uint8Array(payload.length);
    this.#content.fill(piece, begin, expected);
    return bytes !== undefined && equalBytes(bytes, expected);
  }
}

interface StoredPiece {
  readonly bytes: Uint8Array;
  readonly written: WrittenRanges;
}

/** The bytes of every piece that was touched. */
export class ByteContents implements DiskContents {
  readonly #content: SimulatedContent;
  readonly #hasher: Hasher;
  readonly #full: boolean;
  readonly #pieces = new Map<number, StoredPiece>();

  constructor(content: SimulatedContent, full: boolean, hasher: Hasher) {
    this.#content = content;
    this.#full = full;
    this.#hasher = hasher;
  }

  read(piece: number, begin: number, length: number): Payload | undefined {
    const stored = this.#piece(piece);
    if (!stored.written.covers(begin, begin + length)) return undefined;
    // A copy: what a reader was given does not change when the piece is written again.
    return { length, bytes: stored.bytes.slice(begin, begin + length), reference: undefined };
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

  #piece(piece: number): StoredPiece {
    let stored = this.#pieces.get(piece);
    if (stored === undefined) {
      const length = this.#content.pieceLength(piece);
      stored = { bytes: new Uint8Array(length), written: new WrittenRanges() };
      if (this.#full) {
        this.#content.fill(piece, 0, stored.bytes);
        stored.written.add(0, length);
      }
      this.#pieces.set(piece, stored);
    }
    return stored;
  }
}
