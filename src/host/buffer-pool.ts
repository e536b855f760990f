/**
 * Buffers for blocks on their way to the disk. Blocks are nearly all of one length, so only that length is kept for
 * reuse; a buffer is handed out to one owner at a time.
 */
const BLOCK_BYTES = 16_384;
/**
 * As many as may be between the socket and the files at a time. With a quarter of it every third block got a new buffer, and
 * making and collecting those took a fifth of a fast download's CPU time.
 */
const POOLED_BLOCKS = 1_024;

/** For blocks. */
export function blockBuffers(): BufferPool {
  return new BufferPool(BLOCK_BYTES, POOLED_BLOCKS);
}

export class BufferPool {
  readonly #lengthBytes: number;
  readonly #max: number;
  readonly #free: Uint8Array[] = [];

  /** Keeps up to `max` free buffers of `lengthBytes`. */
  constructor(lengthBytes: number, max: number) {
    this.#lengthBytes = lengthBytes;
    this.#max = max;
  }

  take(length: number): Uint8Array {
    if (length !== this.#lengthBytes) return new Uint8Array(length);
    return this.#free.pop() ?? new Uint8Array(length);
  }

  /** Takes a buffer back. One that is a part of something larger is left alone. */
  give(buffer: Uint8Array): void {
    const whole = buffer.length === this.#lengthBytes && buffer.buffer.byteLength === this.#lengthBytes;
    if (whole && this.#free.length < this.#max) this.#free.push(buffer);
  }
}
