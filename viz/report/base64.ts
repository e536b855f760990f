/**
 * 16-bit columns as base64 text, little-endian: how the matrices of a report travel inside its HTML. Written out here
 * because it must give the same text in Node and in a browser, for arrays larger than an argument list may be.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const PADDING = 61;

export function packUint16(values: Uint16Array): string {
  const digits = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0));
  const length = values.length * 2;
  const text = new Uint8Array(Math.ceil(length / 3) * 4);
  const byteAt = (index: number): number => ((values[index >> 1] ?? 0) >> ((index & 1) * 8)) & 255;
  for (let from = 0, to = 0; from < length; from += 3, to += 4) {
    const word = (byteAt(from) << 16) | (byteAt(from + 1) << 8) | byteAt(from + 2);
    text[to] = digits[word >> 18] as number;
    text[to + 1] = digits[(word >> 12) & 63] as number;
    text[to + 2] = digits[(word >> 6) & 63] as number;
    text[to + 3] = digits[word & 63] as number;
  }
  if (length % 3 > 0) text.fill(PADDING, text.length - 3 + (length % 3));
  return new TextDecoder().decode(text);
}

/**
 * The values that `packUint16` was given. Browsers that can read base64 do so themselves, ten times as fast; else characters
 * that it never writes count as zero bits.
 */
export function unpackUint16(text: string): Uint16Array {
  const native = (Uint8Array as { fromBase64?(text: string): Uint8Array }).fromBase64?.(text);
  if (native !== undefined) return pairs(native);
  const values = new Uint8Array(256);
  for (let index = 0; index < ALPHABET.length; index++) values[ALPHABET.charCodeAt(index)] = index;
  const digits = new TextEncoder().encode(text);
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((digits.length >> 2) * 3);
  for (let from = 0, to = 0; to < bytes.length; from += 4, to += 3) {
    const word =
      ((values[digits[from] as number] as number) << 18) |
      ((values[digits[from + 1] as number] as number) << 12) |
      ((values[digits[from + 2] as number] as number) << 6) |
      (values[digits[from + 3] as number] as number);
    bytes[to] = word >> 16;
    bytes[to + 1] = word >> 8;
    bytes[to + 2] = word;
  }
  return pairs(bytes.subarray(0, bytes.length - padding));
}

function pairs(bytes: Uint8Array): Uint16Array {
  const columns = new Uint16Array(bytes.length >> 1);
  for (let index = 0; index < columns.length; index++) {
    columns[index] = (bytes[index * 2] as number) | ((bytes[index * 2 + 1] as number) << 8);
  }
  return columns;
}
