/**
 * The bencode encoder (BEP 3). Invariant: the output is canonical, that is, keys are in byte order and integers have
 * one form only. Iterative, so that it takes values of any depth.
 */
import { encodeUtf8 } from '../bytes.ts';
import { InvariantError, invariant } from '../result.ts';
import { BencodeDict } from './value.ts';

/**
 * What can be encoded. A string stands for its UTF-8 bytes. The keys of objects and maps are latin1 strings, one
 * character per byte. Entries whose value is undefined are left out.
 */
export type Encodable =
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Encodable[]
  | BencodeDict
  | ReadonlyMap<string, Encodable | undefined>
  | { readonly [key: string]: Encodable | undefined };

/**
 * The canonical encoding of `value`. Total for values that have one: a number that is no safe integer (which may have
 * been rounded already) and a key with a character above U+00FF are invariant errors.
 */
export function encodeBencode(value: Encodable): Uint8Array {
  const output = new Output();
  const pending: Task[] = [{ value }];
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    if ('raw' in task) output.appendLatin1(task.raw);
    else encodeOne(task.value, output, pending);
  }
  return output.take();
}

/** What is still to be written: a value, or latin1 text as it stands. The last one comes first. */
type Task = { readonly value: Encodable } | { readonly raw: string };

function encodeOne(value: Encodable, output: Output, pending: Task[]): void {
  if (typeof value === 'number' || typeof value === 'bigint') {
    invariant(typeof value === 'bigint' || Number.isSafeInteger(value), `cannot encode the number ${value}`);
    output.appendLatin1(`i${value}e`);
  } else if (typeof value === 'string') {
    appendString(encodeUtf8(value), output);
  } else if (value instanceof Uint8Array) {
    appendString(value, output);
  } else if (isEncodableList(value)) {
    output.appendLatin1('l');
    pending.push({ raw: 'e' });
    for (let index = value.length - 1; index >= 0; index--)
      pending.push({ value: value[index] as Encodable });
  } else {
    output.appendLatin1('d');
    pending.push({ raw: 'e' });
    const entries = sortedEntries(value);
    for (let index = entries.length - 1; index >= 0; index--) {
      const [key, item] = entries[index] as [string, Encodable];
      pending.push({ value: item }, { raw: `${key.length}:${key}` });
    }
  }
}

function appendString(bytes: Uint8Array, output: Output): void {
  output.appendLatin1(`${bytes.length}:`);
  output.append(bytes);
}

function sortedEntries(
  dict: Exclude<Encodable, number | bigint | string | Uint8Array | readonly Encodable[]>,
): [string, Encodable][] {
  const all: Iterable<[string, Encodable | undefined]> =
    dict instanceof BencodeDict || dict instanceof Map ? dict.entries() : Object.entries(dict);
  const present: [string, Encodable][] = [];
  for (const [key, item] of all) if (item !== undefined) present.push([key, item]);
  // Latin1 strings compare by code unit, which is their byte.
  return present.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function isEncodableList(value: Encodable): value is readonly Encodable[] {
  return Array.isArray(value);
}

/** A byte array that grows. */
class Output {
  #bytes = new Uint8Array(256);
  #length = 0;

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  appendLatin1(text: string): void {
    this.#reserve(text.length);
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0xff) throw new InvariantError('a dictionary key has a character that is no byte');
      this.#bytes[this.#length + index] = code;
    }
    this.#length += text.length;
  }

  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
