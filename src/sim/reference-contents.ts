/**
 * A simulated disk that stores references: two bits a block, which is stored as a whole or not at all. A piece begins at
 * a byte of its own. As long as every block is right, as on the disk of a seed, nothing is kept at all.
 */

import { equalBytes } from '../core/bytes.ts';
import type { Payload } from '../core/ports.ts';
import { BLOCK_BYTES, type SimulatedContent } from './content.ts';
import type { Before, DiskContents } from './disk-contents.ts';

const ABSENT = 0;
const RIGHT = 1;
const WRONG = 2;

const BLOCK_SHIFT = 14;

/** Four blocks that are right. */
const ALL_RIGHT = 0x55;

export class ReferenceContents implements DiskContents {
  readonly #content: SimulatedContent;
  readonly #bytesPerPiece: number;
  /** Undefined while every block is right. */
  #states: Uint8Array | undefined = undefined;

  /** `pieces`: what `initialPieces` gives. */
  constructor(content: SimulatedContent, pieces: Uint8Array) {
    this.#content = content;
    this.#bytesPerPiece = Math.ceil(content.pieceLengthBytes / BLOCK_BYTES / 4);
    if (pieces.every((there) => there === 1)) return;
    this.#states = new Uint8Array(this.#bytesPerPiece * content.pieceCount);
    for (let piece = 0; piece < content.pieceCount; piece++) {
      if (pieces[piece] === 1) this.#states.fill(ALL_RIGHT, ...this.#span(piece));
    }
  }

  read(piece: number, begin: number, length: number): Payload | undefined {
    let corrupted = false;
    if (this.#states !== undefined) {
      const last = blockAt(begin + length - 1);
      for (let block = blockAt(begin); block <= last; block++) {
        const state = this.#state(piece, block);
        if (state === ABSENT) return undefined;
        if (state === WRONG) corrupted = true;
      }
    }
    return this.#content.reference(piece, begin, length, corrupted);
  }

  rightBlock(piece: number, begin: number, length: number): number {
    const number = this.#content.blockNumber(piece, begin, length);
    return number >= 0 && this.#state(piece, blockAt(begin)) === RIGHT ? number : -1;
  }

  write(piece: number, begin: number, payload: Payload): string | undefined {
    const end = begin + payload.length;
    if (begin % BLOCK_BYTES !== 0 || (end % BLOCK_BYTES !== 0 && end !== this.#content.pieceLength(piece))) {
      return `a disk of references stores whole blocks of ${BLOCK_BYTES} bytes`;
    }
    const state = this.#isRight(piece, begin, payload) ? RIGHT : WRONG;
    const last = blockAt(end - 1);
    for (let block = blockAt(begin); block <= last; block++) this.#set(piece, block, state);
    return undefined;
  }

  hash(piece: number): Uint8Array {
    const digest = this.#content.digest(piece);
    return this.holds(piece) ? digest : digest.map((byte) => byte ^ 0xff);
  }

  holds(piece: number): boolean {
    const states = this.#states;
    if (states === undefined) return true;
    const blocks = blockAt(this.#content.pieceLength(piece) - 1) + 1;
    const first = piece * this.#bytesPerPiece;
    const whole = first + (blocks >> 2);
    for (let index = first; index < whole; index++) if (states[index] !== ALL_RIGHT) return false;
    const rest = (1 << ((blocks & 3) * 2)) - 1;
    return rest === 0 || ((states[whole] as number) & rest) === (ALL_RIGHT & rest);
  }

  missingBytes(piece: number, begin: number, length: number): number {
    let missing = 0;
    for (let at = begin; at < begin + length; at += BLOCK_BYTES) {
      const blockBytes = Math.min(BLOCK_BYTES, begin + length - at);
      if (this.#state(piece, blockAt(at)) === ABSENT) missing += blockBytes;
    }
    return missing;
  }

  before(piece: number, begin: number, length: number): Before {
    const first = blockAt(begin);
    const last = blockAt(begin + length - 1);
    // Nearly every write is one block; its state is a number and costs no object.
    if (first === last) return this.#state(piece, first);
    return Uint8Array.from({ length: last - first + 1 }, (_, index) => this.#state(piece, first + index));
  }

  restore(piece: number, begin: number, before: Before): void {
    const first = blockAt(begin);
    if (typeof before === 'number') this.#set(piece, first, before);
    else
      for (const [index, state] of (before as Uint8Array).entries()) this.#set(piece, first + index, state);
  }

  corrupt(piece: number, begin: number): void {
    this.#set(piece, blockAt(begin), WRONG);
  }

  #state(piece: number, block: number): number {
    if (this.#states === undefined) return RIGHT;
    const byte = this.#states[piece * this.#bytesPerPiece + (block >> 2)] as number;
    return (byte >> ((block & 3) * 2)) & 3;
  }

  #set(piece: number, block: number, state: number): void {
    if (this.#states === undefined) {
      if (state === RIGHT) return;
      this.#states = new Uint8Array(this.#bytesPerPiece * this.#content.pieceCount).fill(ALL_RIGHT);
    }
    const index = piece * this.#bytesPerPiece + (block >> 2);
    const shift = (block & 3) * 2;
    this.#states[index] = ((this.#states[index] as number) & ~(3 << shift)) | (state << shift);
  }

  /** The bytes of a piece, from and to. */
  #span(piece: number): [number, number] {
    return [piece * this.#bytesPerPiece, (piece + 1) * this.#bytesPerPiece];
  }

  #isRight(piece: number, begin: number, payload: Payload): boolean {
    const { reference } = payload;
    if (reference !== undefined) {
      const same = reference.content === this.#content.id && reference.piece === piece;
      return same && reference.begin === begin && !reference.corrupted;
    }
    const { bytes } = payload;
    const expected = new Uint8Array(payload.length);
    this.#content.fill(piece, begin, expected);
    return bytes !== undefined && equalBytes(bytes, expected);
  }
}

/** The number, in its piece, of the block in which this offset lies; a piece is shorter than 4 GiB. */
function blockAt(offset: number): number {
  return offset >>> BLOCK_SHIFT;
}
