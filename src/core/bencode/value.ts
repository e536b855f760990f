/**
 * Bencoded values in memory (BEP 3). Strings are bytes, never text, because most of them are not text; dictionary keys
 * are latin1 strings, one character per byte, so that they order and compare like the bytes they stand for.
 * Invariant: a value never changes after it was decoded.
 */
import { decodeUtf8 } from '../bytes.ts';

/**
 * An integer is a number when it is a safe integer and a bigint otherwise, so that none is ever rounded. Byte strings
 * are views of the decoded input.
 */
export type BencodeValue = number | bigint | Uint8Array | readonly BencodeValue[] | BencodeDict;

/** Bytes `[start, end)` of the decoded input. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * A decoded dictionary. The typed getters return undefined when the key is absent or holds another type, because the
 * one thing to do with a field of the wrong type is nearly always the same as with a missing one.
 */
export class BencodeDict {
  /** Offset in the input of the first byte of this dictionary. */
  readonly start: number;
  readonly #values: ReadonlyMap<string, BencodeValue>;
  /** Start and end of each value, in the order of `#values`. */
  readonly #ranges: readonly number[];

  /** For the decoder: takes over `values`, and `ranges` with two offsets for each value in the same order. */
  constructor(values: ReadonlyMap<string, BencodeValue>, ranges: readonly number[], start: number) {
    this.#values = values;
    this.#ranges = ranges;
    this.start = start;
  }

  get size(): number {
    return this.#values.size;
  }

  /** Keys as latin1 strings, in the order of the input. */
  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  entries(): IterableIterator<[string, BencodeValue]> {
    return this.#values.entries();
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  get(key: string): BencodeValue | undefined {
    return this.#values.get(key);
  }

  /** A byte string; with `length`, only one of exactly that many bytes. */
  getBytes(key: string, length?: number): Uint8Array | undefined {
    const value = this.#values.get(key);
    if (!(value instanceof Uint8Array)) return undefined;
    return length === undefined || value.length === length ? value : undefined;
  }

  /** A byte string read as UTF-8; ill-formed bytes become U+FFFD. */
  getText(key: string): string | undefined {
    const bytes = this.getBytes(key);
    return bytes === undefined ? undefined : decodeUtf8(bytes);
  }

  /** A safe integer. Larger ones are only seen by `get`, as bigint. */
  getInteger(key: string): number | undefined {
    const value = this.#values.get(key);
    return typeof value === 'number' ? value : undefined;
  }

  getList(key: string): readonly BencodeValue[] | undefined {
    const value = this.#values.get(key);
    return isList(value) ? value : undefined;
  }

  getDict(key: string): BencodeDict | undefined {
    const value = this.#values.get(key);
    return value instanceof BencodeDict ? value : undefined;
  }

  /** Where the value of `key` lies in the input. Takes time linear in the size of the dictionary. */
  rangeOf(key: string): ByteRange | undefined {
    let index = 0;
    for (const candidate of this.#values.keys()) {
      if (candidate === key) {
        return { start: this.#ranges[index] as number, end: this.#ranges[index + 1] as number };
      }
      index += 2;
    }
    return undefined;
  }
}

export function isList(value: unknown): value is readonly BencodeValue[] {
  return Array.isArray(value);
}
