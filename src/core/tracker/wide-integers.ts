/** Unsigned 64-bit integers of the UDP tracker protocol as JavaScript numbers: values above 2^53 - 1 saturate. */

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function readUint64(view: DataView, offset: number): number {
  const value = view.getUint32(offset) * 0x1_0000_0000 + view.getUint32(offset + 4);
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

/** Writes an integer in [0, 2^53). */
export function writeUint64(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, Math.floor(value / 0x1_0000_0000));
  view.setUint32(offset + 4, value % 0x1_0000_0000);
}
