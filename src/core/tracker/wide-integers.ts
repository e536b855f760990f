/**
 * The integers of the UDP tracker protocol, in network order. A `DataView` would make the memory of every small packet
 * an object of its own, which costs more than all the rest of a packet.
 */

export function readUint32(bytes: Uint8Array, offset: number): number {
  return readInt32(bytes, offset) >>> 0;
}

export function readInt32(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] as number) << 24) |
    ((bytes[offset + 1] as number) << 16) |
    ((bytes[offset + 2] as number) << 8) |
    (bytes[offset + 3] as number)
  );
}

/** Writes the low 32 bits of an integer, signed or not. */
export function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/** An unsigned 64-bit integer as a JavaScript number: values above 2^53 - 1 saturate. */
export function readUint64(bytes: Uint8Array, offset: number): number {
  const value = readUint32(bytes, offset) * 0x1_0000_0000 + readUint32(bytes, offset + 4);
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

/** Writes an integer in [0, 2^53). */
export function writeUint64(bytes: Uint8Array, offset: number, value: number): void {
  writeUint32(bytes, offset, Math.floor(value / 0x1_0000_0000));
  writeUint32(bytes, offset + 4, value);
}

/** Eight bytes of which every bit counts, as two signed 32-bit integers: a `bigint` would cost more than the rest of its packet. */
export interface Wide {
  readonly high: number;
  readonly low: number;
}

export function readWide64(bytes: Uint8Array, offset: number): Wide {
  return { high: readInt32(bytes, offset), low: readInt32(bytes, offset + 4) };
}

export function writeWide64(bytes: Uint8Array, offset: number, { high, low }: Wide): void {
  writeUint32(bytes, offset, high);
  writeUint32(bytes, offset + 4, low);
}

export function equalWide(a: Wide, b: Wide): boolean {
  return a.high === b.high && a.low === b.low;
}
