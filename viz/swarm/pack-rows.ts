/**
 * Rows of a record as text: each number in as few bytes as it needs, instants as differences, all as base64. Unpacking gives
 * exactly what was packed.
 */
import { VarintReader, VarintWriter } from '../../src/trace/varint.ts';
import { packUint16, unpackUint16 } from '../report/base64.ts';

export class RowPacker {
  readonly #writer = new VarintWriter();
  #latestUs = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#writer.length;
  }

  /** Instants never decrease. */
  row(timeUs: number, ...numbers: readonly number[]): void {
    this.#writer.unsigned(timeUs - this.#latestUs);
    for (const number of numbers) this.#writer.signed(number);
    this.#latestUs = timeUs;
    this.#count++;
  }

  text(): string {
    return packBytes(this.#writer.bytes());
  }
}

export class RowUnpacker {
  readonly #reader: VarintReader;
  #latestUs = 0;

  constructor(text: string) {
    const bytes = unpackBytes(text);
    this.#reader = new VarintReader(bytes, 0, bytes.length);
  }

  /** The instant of the next row; its numbers follow. */
  timeUs(): number {
    this.#latestUs += this.#reader.unsigned();
    return this.#latestUs;
  }

  number(): number {
    return this.#reader.signed();
  }
}

/** Base64; with a byte more where that makes their number even. */
export function packBytes(bytes: Uint8Array): string {
  const words = new Uint16Array(Math.ceil(bytes.length / 2));
  for (let word = 0; word < words.length; word++)
    words[word] = (bytes[2 * word] as number) | ((bytes[2 * word + 1] ?? 0) << 8);
  return packUint16(words);
}

export function unpackBytes(text: string): Uint8Array {
  const words = unpackUint16(text);
  const bytes = new Uint8Array(words.length * 2);
  for (const [word, value] of words.entries()) {
    bytes[2 * word] = value;
    bytes[2 * word + 1] = value >> 8;
  }
  return bytes;
}

/** Bytes of a piece: the last one may be shorter. */
export function pieceBytes(
  { totalBytes, pieceLengthBytes }: { readonly totalBytes: number; readonly pieceLengthBytes: number },
  piece: number,
): number {
  return Math.min(pieceLengthBytes, totalBytes - piece * pieceLengthBytes);
}
