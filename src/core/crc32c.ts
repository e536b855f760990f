/** CRC-32C (Castagnoli), as BEP 42 and BEP 40 use it. Bit by bit: the inputs are a few bytes, and no table is kept. */

const POLYNOMIAL = 0x82f63b78;

/** The checksum as an unsigned integer of 32 bits; 0xe3069283 for the bytes of "123456789". */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
