/**
 * Counts the messages in a peer's stream by cutting it at its length prefixes (BEP 3). It follows the bytes alone, so it
 * holds whatever the engine's own decoder is like. Bodies of blocks that travel by reference are skipped as such.
 */

const HANDSHAKE_BYTES = 68;
const PIECE = 7;
const PIECE_HEADER_BYTES = 13;
/** Four bytes of length and one of the kind. */
const PREFIX_BYTES = 5;

export class MessageTally {
  /** Messages so far but for blocks and the handshake, which is none. */
  small = 0;
  blocks = 0;
  readonly #prefix = new Uint8Array(PREFIX_BYTES);
  #prefixLength = 0;
  #skip = HANDSHAKE_BYTES;
  /** The next body of a block comes as bytes, unless it comes by reference first. */
  #body = 0;

  bytes(bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    while (offset < end) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, end - offset);
        this.#skip -= skipped;
        offset += skipped;
      } else if (this.#body > 0) {
        this.#skip = this.#body;
        this.#body = 0;
      } else {
        this.#prefix[this.#prefixLength++] = bytes[offset++] as number;
        this.#prefixed();
      }
    }
  }

  /** A body that came by reference. */
  reference(): void {
    this.#body = 0;
  }

  #prefixed(): void {
    const [a = 0, b = 0, c = 0, d = 0, id] = this.#prefix;
    if (this.#prefixLength < 4) return;
    const length = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
    // A keep-alive has no kind.
    if (length > 0 && this.#prefixLength < PREFIX_BYTES) return;
    this.#prefixLength = 0;
    if (length > 0 && id === PIECE) {
      this.blocks++;
      this.#skip = PIECE_HEADER_BYTES - PREFIX_BYTES;
      this.#body = length + 4 - PIECE_HEADER_BYTES;
    } else {
      this.small++;
      this.#skip = Math.max(0, length - 1);
    }
  }
}
