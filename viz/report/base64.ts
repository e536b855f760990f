/**
 * 16-bit columns as base64 text, little-endian: how the matrices of a report travel inside its HTML. Written out here
 * because it must give the same text in Node and in a browser, for arrays larger than an argument list may be.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function packUint16(values: Uint16Array): string {
  const bytes = new Uint8Array(values.length * 2);
  for (const [index, value] of values.entries()) {
    bytes[index * 2] = value & 255;
    bytes[index * 2 + 1] = value >> 8;
  }
  const parts: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 3) {
    const left = bytes.length - offset;
    const word =
      ((bytes[offset] as number) << 16) | ((bytes[offset + 1] ?? 0) << 8) | (bytes[offset + 2] ?? 0);
    parts.push(
      ALPHABET.charAt(word >> 18) +
        ALPHABET.charAt((word >> 12) & 63) +
        (left > 1 ? ALPHABET.charAt((word >> 6) & 63) : '=') +
        (left > 2 ? ALPHABET.charAt(word & 63) : '='),
    );
  }
  return parts.join('');
}

/** The values that `packUint16` was given; characters that it never writes count as zero bits. */
export function unpackUint16(text: string): Uint16Array {
  const digits = new Uint8Array(128);
  for (let index = 0; index < ALPHABET.length; index++) digits[ALPHABET.charCodeAt(index)] = index;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3);
  let length = 0;
  for (let offset = 0; offset + 3 < text.length; offset += 4) {
    const word =
      ((digits[text.charCodeAt(offset)] ?? 0) << 18) |
      ((digits[text.charCodeAt(offset + 1)] ?? 0) << 12) |
      ((digits[text.charCodeAt(offset + 2)] ?? 0) << 6) |
      (digits[text.charCodeAt(offset + 3)] ?? 0);
    bytes[length++] = word >> 16;
    bytes[length++] = (word >> 8) & 255;
    bytes[length++] = word & 255;
  }
  const values = new Uint16Array((bytes.length - padding) >> 1);
  for (let index = 0; index < values.length; index++) {
    values[index] = (bytes[index * 2] as number) | ((bytes[index * 2 + 1] as number) << 8);
  }
  return values;
}
