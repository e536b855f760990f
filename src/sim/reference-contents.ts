/** A simulated disk that stores references: one byte a block, which is stored as a whole or not at all. */

import { equalBytes } from '../core/bytes.ts';
import type { Payload } from '../core/ports.ts';
import { BLOCK_BYTES, type SimulatedContent } from './content.ts';
import type { Before, DiskContents } from './disk-contents.ts';

const ABSENT = 0;
const RIGHT = 1;
const WRONG = 2;

export class ReferenceContents implements DiskContents {
  readonly #content: SimulatedContent;
  readonly #blocksPerPiece: number;
  readonly #blocks: Uint8Array;

  /** `pieces`: what `initialPieces` gives. */
  constructor(content: SimulatedContent, pieces: Uint8Array) {
    this.#content = content;
    this.#blocksPerPiece = Math.ceil(content.pieceLengthBytes / BLOCK_BYTES);
    this.#blocks = new Uint8Array(this.#blocksPerPiece * content.pieceCount);
    for (let piece = 0; piece < content.pieceCount; piece++) {
      const first = piece * this.#blocksPerPiece;
      if (pieces[piece] === 1) this.#blocks.fill(RIGHT, first, first + this.#blocksPerPiece);
    }
  }

  read(piece: number, begin: number, length: number): Payload | undefined {
    let corrupted = false;
    const last = this.#block(piece, begin + length - 1);
    for (let block = this.#block(piece, begin); block <= last; block++) {
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
    this.#blocks.fill(state, this.#block(piece, begin), this.#block(piece, end - 1) + 1);
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

  missingBytes(piece: number, begin: number, length: number): number {
    let missing = 0;
    for (let at = begin; at < begin + length; at += BLOCK_BYTES) {
      const blockBytes = Math.min(BLOCK_BYTES, begin + length - at);
      if (this.#blocks[this.#block(piece, at)] === ABSENT) missing += blockBytes;
    }
    return missing;
  }

  before(piece: number, begin: number, length: number): Before {
    const first = this.#block(piece, begin);
    const last = this.#block(piece, begin + length - 1);
    // Nearly every write is one block; its state is a number and costs no object.
    return first === last ? (this.#blocks[first] as number) : this.#blocks.slice(first, last + 1);
  }

  restore(piece: number, begin: number, before: Before): void {
    const first = this.#block(piece, begin);
    if (typeof before === 'number') this.#blocks[first] = before;
    else this.#blocks.set(before as Uint8Array, first);
  }

  corrupt(piece: number, begin: number): void {
    this.#blocks[this.#block(piece, begin)] = WRONG;
  }

  #block(piece: number, offset: number): number {
    return piece * this.#blocksPerPiece + Math.floor(offset / BLOCK_BYTES);
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
