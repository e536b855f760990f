/**
 * The bencode decoder (BEP 3): strict, iterative, bounded. Invariants: it never throws and never recurses, allocates
 * nothing on the word of a length prefix, and every error carries the offset of the byte at fault. Input that decodes
 * with `order: 'strict'` is canonical: encoding the value gives the same bytes again.
 */
import { type Failure, failure, type Result, success } from '../result.ts';
import { BencodeDict, type BencodeValue } from './value.ts';

export interface DecodeOptions {
  /**
   * Whether dictionary keys out of byte order are an error. Default `any`: trackers, peers and torrent files in use
   * have them. Duplicate keys are always an error, so that no two readers see different values.
   */
  readonly order?: 'strict' | 'any';
  /** How many lists and dictionaries may be open at once; default `DEPTH_LIMIT`. */
  readonly depthLimit?: number;
  /** How many values and keys the input may hold in all; default `TOKEN_LIMIT`. */
  readonly tokenLimit?: number;
}

export const DEPTH_LIMIT = 100;
export const TOKEN_LIMIT = 3_000_000;

/** A value that is followed by other bytes. */
export interface DecodedPrefix {
  readonly value: BencodeValue;
  /** Offset of the first byte after the value. */
  readonly end: number;
}

/**
 * Decodes `bytes`, which hold one value and nothing else. Byte strings in the value are views of `bytes`, which must
 * not change afterwards.
 */
export function decodeBencode(bytes: Uint8Array, options: DecodeOptions = {}): Result<BencodeValue> {
  const prefix = decodeBencodePrefix(bytes, 0, options);
  if (!prefix.ok) return prefix;
  const { value, end } = prefix.value;
  return end === bytes.length ? success(value) : failure('there are bytes after the end of the value', end);
}

/** Like `decodeBencode`, for input whose one value must be a dictionary. */
export function decodeBencodeDict(bytes: Uint8Array, options: DecodeOptions = {}): Result<BencodeDict> {
  const decoded = decodeBencode(bytes, options);
  if (!decoded.ok) return decoded;
  return decoded.value instanceof BencodeDict ? success(decoded.value) : failure('not a dictionary', 0);
}

/**
 * Decodes the value that begins at `start` and says where it ends; whatever follows is not looked at. For messages
 * that put a payload after a dictionary (BEP 9). Offsets count from the start of `bytes`, not from `start`.
 */
export function decodeBencodePrefix(
  bytes: Uint8Array,
  start = 0,
  options: DecodeOptions = {},
): Result<DecodedPrefix> {
  return new Decoder(bytes, options).decode(start);
}

const CHAR_0 = 0x30;
const CHAR_9 = 0x39;
const CHAR_COLON = 0x3a;
const CHAR_MINUS = 0x2d;
const CHAR_D = 0x64;
const CHAR_E = 0x65;
const CHAR_I = 0x69;
const CHAR_L = 0x6c;

/** 2^64 and -2^63 have 20 and 19 digits. */
const INTEGER_DIGITS = 20;
const INTEGER_MIN = -(2n ** 63n);
const INTEGER_MAX = 2n ** 64n - 1n;

/** A list or a dictionary whose end has not been seen. */
type OpenContainer = OpenList | OpenDict;

interface OpenList {
  readonly start: number;
  readonly items: BencodeValue[];
}

interface OpenDict {
  readonly start: number;
  readonly items: undefined;
  readonly values: Map<string, BencodeValue>;
  readonly ranges: number[];
  /** The key that waits for its value. */
  key: string | undefined;
  lastKey: string | undefined;
}

class Decoder {
  readonly #source: Uint8Array;
  readonly #strictOrder: boolean;
  readonly #depthLimit: number;
  #tokensLeft: number;
  #position = 0;
  #failure: Failure | undefined;

  constructor(bytes: Uint8Array, options: DecodeOptions) {
    // A subclass such as Buffer would hand its own odd `slice` on to every byte string.
    this.#source =
      bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#strictOrder = options.order === 'strict';
    this.#depthLimit = options.depthLimit ?? DEPTH_LIMIT;
    this.#tokensLeft = options.tokenLimit ?? TOKEN_LIMIT;
  }

  decode(from: number): Result<DecodedPrefix> {
    this.#position = from;
    const open: OpenContainer[] = [];
    let container: OpenContainer | undefined;
    for (;;) {
      let start = this.#position;
      let value: BencodeValue | undefined;
      const byte = this.#source[start];
      if (container !== undefined && byte === CHAR_E) {
        value = this.#close(container);
        start = container.start;
        open.pop();
        container = open.at(-1);
      } else if (--this.#tokensLeft < 0) {
        this.#fail('too many values', start);
      } else if (container !== undefined && container.items === undefined && container.key === undefined) {
        if (this.#readKey(container)) continue;
      } else if (byte === CHAR_L || byte === CHAR_D) {
        container = this.#open(byte, open.length);
        if (container !== undefined) {
          open.push(container);
          continue;
        }
      } else {
        value = this.#readScalar(byte);
      }
      if (value === undefined) return this.#failure ?? failure('malformed input', start);
      if (container === undefined) return success({ value, end: this.#position });
      if (container.items !== undefined) container.items.push(value);
      else {
        container.values.set(container.key as string, value);
        container.ranges.push(start, this.#position);
        container.key = undefined;
      }
    }
  }

  #open(byte: number, depth: number): OpenContainer | undefined {
    const start = this.#position;
    if (depth >= this.#depthLimit) {
      this.#fail(`lists and dictionaries are nested more than ${this.#depthLimit} deep`, start);
      return undefined;
    }
    this.#position += 1;
    if (byte === CHAR_L) return { start, items: [] };
    return { start, items: undefined, values: new Map(), ranges: [], key: undefined, lastKey: undefined };
  }

  #close(container: OpenContainer): BencodeValue | undefined {
    if (container.items === undefined && container.key !== undefined) {
      this.#fail('a dictionary key has no value', this.#position);
      return undefined;
    }
    this.#position += 1;
    return container.items ?? new BencodeDict(container.values, container.ranges, container.start);
  }

  #readScalar(byte: number | undefined): BencodeValue | undefined {
    if (byte === CHAR_I) return this.#readInteger();
    if (byte !== undefined && byte >= CHAR_0 && byte <= CHAR_9) return this.#readString();
    this.#fail(this.#unexpected('where a value should begin', this.#position), this.#position);
    return undefined;
  }

  #readKey(container: OpenDict): boolean {
    const start = this.#position;
    const byte = this.#source[start];
    if (byte === undefined || byte < CHAR_0 || byte > CHAR_9) {
      return this.#fail(this.#unexpected('where a dictionary key should begin', start), start);
    }
    const bytes = this.#readString();
    if (bytes === undefined) return false;
    const key = keyText(bytes);
    if (container.values.has(key)) return this.#fail('a dictionary key appears twice', start);
    if (this.#strictOrder && container.lastKey !== undefined && key < container.lastKey) {
      return this.#fail('dictionary keys are not in order', start);
    }
    container.key = key;
    container.lastKey = key;
    return true;
  }

  #readInteger(): number | bigint | undefined {
    const start = this.#position;
    const negative = this.#source[start + 1] === CHAR_MINUS;
    const first = start + (negative ? 2 : 1);
    let end = first;
    let small = 0;
    let text = '';
    for (;;) {
      const byte = this.#source[end];
      if (byte === undefined || byte < CHAR_0 || byte > CHAR_9) break;
      if (end - first === INTEGER_DIGITS) {
        this.#fail('an integer does not fit in 64 bits', start);
        return undefined;
      }
      small = small * 10 + (byte - CHAR_0);
      text += String.fromCharCode(byte);
      end += 1;
    }
    if (this.#source[end] !== CHAR_E) this.#fail(this.#unexpected('inside an integer', end), end);
    else if (end === first) this.#fail('an integer has no digits', start);
    else if (text.charCodeAt(0) === CHAR_0 && text.length > 1)
      this.#fail('an integer has leading zeros', first);
    else if (negative && small === 0) this.#fail('an integer is minus zero', start);
    if (this.#failure !== undefined) return undefined;
    this.#position = end + 1;
    // `small` was rounded on its way only if it ended above the safe range.
    if (Number.isSafeInteger(small)) return negative ? -small : small;
    const large = BigInt(negative ? `-${text}` : text);
    if (large >= INTEGER_MIN && large <= INTEGER_MAX) return large;
    this.#fail('an integer does not fit in 64 bits', start);
    return undefined;
  }

  /** Reads a byte string; the current byte is known to be a digit. */
  #readString(): Uint8Array | undefined {
    const start = this.#position;
    let position = start;
    let length = 0;
    for (;;) {
      const byte = this.#source[position];
      if (byte === CHAR_COLON) break;
      if (byte === undefined || byte < CHAR_0 || byte > CHAR_9) {
        this.#fail(this.#unexpected('inside a string length', position), position);
        return undefined;
      }
      if (length === 0 && position > start) {
        this.#fail('a string length has leading zeros', start);
        return undefined;
      }
      length = length * 10 + (byte - CHAR_0);
      position += 1;
      // Stop at once: more digits could only make it longer, and `length` would lose precision.
      if (length > this.#source.length) break;
    }
    if (length > this.#source.length - position - 1) {
      this.#fail('a string runs past the end of the input', start);
      return undefined;
    }
    this.#position = position + 1 + length;
    return this.#source.subarray(position + 1, this.#position);
  }

  #unexpected(where: string, position: number): string {
    const byte = this.#source[position];
    if (byte === undefined) return `the input ends ${where}`;
    return `unexpected byte 0x${byte.toString(16).padStart(2, '0')} ${where}`;
  }

  #fail(message: string, offset: number): false {
    this.#failure = failure(message, offset);
    return false;
  }
}

/** In pieces, because a key may be millions of bytes long and a string built byte by byte costs 32 bytes for each. */
function keyText(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += KEY_CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + KEY_CHUNK));
  }
  return text;
}

const KEY_CHUNK = 1024;
