/**
 * Whole numbers up to 2^53 - 1 in as few bytes as they need: seven bits a byte, least significant first, the high bit
 * says that more follow. Signed numbers are folded first (0, -1, 1, -2, … become 0, 1, 2, 3, …). The reader never reads
 * past its end and never throws: it remembers that it failed, and where.
 */
import { invariant } from '../core/result.ts';

export class VarintWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** @param value a whole number in [0, 2^53) */
  unsigned(value: number): void {
    invariant(
      Number.isSafeInteger(value) && value >= 0,
      () => `not a whole number that a trace can hold: ${value}`,
    );
    let rest = value;
    while (rest >= 128) {
      this.#byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  /** @param value a whole number in (-2^52, 2^52) */
  signed(value: number): void {
    this.unsigned(fold(value));
  }

  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.#byte(byte);
  }

  /** A copy of everything written so far. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = value;
  }
}

export class VarintReader {
  readonly #bytes: Uint8Array;
  #offset: number;
  readonly #end: number;
  #failed = false;

  constructor(bytes: Uint8Array, offset: number, end: number) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#end = end;
  }

  /** True once a number was cut off or too large; every number read since is 0. */
  get failed(): boolean {
    return this.#failed;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#end - this.#offset;
  }

  unsigned(): number {
    let value = 0;
    let scale = 1;
    for (let index = 0; index < 8 && this.#offset < this.#end && !this.#failed; index++) {
      const byte = this.#bytes[this.#offset++] as number;
      value += (byte & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) break;
      if (byte < 128) return value;
      scale *= 128;
    }
    this.#failed = true;
    return 0;
  }

  signed(): number {
    return unfold(this.unsigned());
  }

  /** The next `length` bytes (a view), or an empty array and failure when there are fewer. */
  raw(length: number): Uint8Array {
    if (this.#failed || length > this.remaining) {
      this.#failed = true;
      return new Uint8Array(0);
    }
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }
}

/** 0, -1, 1, -2, … as 0, 1, 2, 3, … */
export function fold(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

export function unfold(folded: number): number {
  return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
}
