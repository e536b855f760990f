/**
 * Node's buffers as plain arrays. `Buffer.slice` makes a view where `Uint8Array.slice` makes a copy, so a buffer must
 * never reach the engine, which copies by `slice`; and what the engine gives is copied by construction.
 */

/** The same bytes as a plain `Uint8Array`; not a copy. */
export function plainView(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** A copy of `bytes[start, end)`. */
export function plainCopy(bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array {
  const copy = new Uint8Array(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}
