/**
 * A set of pieces in wire order (BEP 3): bit 7 of byte 0 is piece 0; spare bits at the end are always zero.
 */
import { failure, type Result, success } from './result.ts';

export class Bitfield {
  /** The bits in wire order. Read-only for everybody else. */
  readonly bytes: Uint8Array;
  readonly length: number;
  #count = 0;

  /** An empty set of `length` pieces. */
  constructor(length: number) {
    this.length = length;
    this.bytes = new Uint8Array((length + 7) >> 3);
  }

  /** The set with every piece. */
  static full(length: number): Bitfield {
    const bitfield = new Bitfield(length);
    bitfield.fill();
    return bitfield;
  }

  /** Copies a bitfield as received. Wrong size and set spare bits are errors (BEP 3). */
  static fromWire(bytes: Uint8Array, length: number): Result<Bitfield> {
    const bitfield = new Bitfield(length);
    if (bytes.length !== bitfield.bytes.length) {
      return failure(`bitfield of ${bytes.length} bytes where ${bitfield.bytes.length} are due`);
    }
    const spare = bitfield.bytes.length * 8 - length;
    if (spare > 0 && ((bytes[bytes.length - 1] as number) & ((1 << spare) - 1)) !== 0) {
      return failure('bitfield with spare bits set', bytes.length - 1);
    }
    bitfield.bytes.set(bytes);
    for (const byte of bytes) bitfield.#count += popcount(byte);
    return success(bitfield);
  }

  /** A set of its own with the same pieces. */
  copy(): Bitfield {
    const bitfield = new Bitfield(this.length);
    bitfield.bytes.set(this.bytes);
    bitfield.#count = this.#count;
    return bitfield;
  }

  /** How many pieces are in the set. */
  get count(): number {
    return this.#count;
  }

  get isComplete(): boolean {
    return this.#count === this.length;
  }

  has(piece: number): boolean {
    return ((this.bytes[piece >> 3] as number) & (0x80 >> (piece & 7))) !== 0;
  }

  /** Adds a piece; false when it was there already. */
  set(piece: number): boolean {
    const index = piece >> 3;
    const mask = 0x80 >> (piece & 7);
    const byte = this.bytes[index] as number;
    if ((byte & mask) !== 0) return false;
    this.bytes[index] = byte | mask;
    this.#count++;
    return true;
  }

  /** Removes a piece; false when it was not there. */
  clear(piece: number): boolean {
    const index = piece >> 3;
    const mask = 0x80 >> (piece & 7);
    const byte = this.bytes[index] as number;
    if ((byte & mask) === 0) return false;
    this.bytes[index] = byte & ~mask;
    this.#count--;
    return true;
  }

  fill(): void {
    this.bytes.fill(0xff);
    const spare = this.bytes.length * 8 - this.length;
    if (spare > 0) this.bytes[this.bytes.length - 1] = (0xff << spare) & 0xff;
    this.#count = this.length;
  }

  /** How many pieces are in this set and not in `other`. Both sets have the same length. */
  countMissingFrom(other: Bitfield): number {
    let count = 0;
    for (let index = 0; index < this.bytes.length; index++) {
      count += popcount((this.bytes[index] as number) & ~(other.bytes[index] as number) & 0xff);
    }
    return count;
  }
}

function popcount(byte: number): number {
  let bits = byte - ((byte >> 1) & 0x55);
  bits = (bits & 0x33) + ((bits >> 2) & 0x33);
  return (bits + (bits >> 4)) & 0x0f;
}
