/**
 * SHA-1 (FIPS 180-4) in the language alone: a browser's own hashes answer later, and the engine asks for an answer at
 * once. The digest is that of every other implementation.
 */
import type { Hasher } from '../../src/core/ports.ts';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 20;
/** Where the length of the message, in bits, stands in its last block. */
const LENGTH_AT = 56;
const WORD_SPAN = 2 ** 32;

export class Sha1Hasher implements Hasher {
  readonly #schedule = new Int32Array(80);
  readonly #state = new Int32Array(5);

  sha1(bytes: Uint8Array): Uint8Array {
    const state = this.#state;
    state.set([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
    const whole = bytes.length - (bytes.length % BLOCK_BYTES);
    for (let at = 0; at < whole; at += BLOCK_BYTES) this.#add(bytes, at);
    const tail = paddedTail(bytes, whole);
    for (let at = 0; at < tail.length; at += BLOCK_BYTES) this.#add(tail, at);
    const digest = new Uint8Array(DIGEST_BYTES);
    for (let index = 0; index < DIGEST_BYTES; index++) {
      digest[index] = (state[index >> 2] as number) >>> (24 - 8 * (index & 3));
    }
    return digest;
  }

  #add(bytes: Uint8Array, from: number): void {
    const words = this.#schedule;
    for (let index = 0; index < 16; index++) {
      const at = from + 4 * index;
      words[index] =
        ((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number);
    }
    for (let index = 16; index < 80; index++) {
      const mixed =
        (words[index - 3] as number) ^
        (words[index - 8] as number) ^
        (words[index - 14] as number) ^
        (words[index - 16] as number);
      words[index] = (mixed << 1) | (mixed >>> 31);
    }
    this.#rounds(words);
  }

  #rounds(words: Int32Array): void {
    const state = this.#state;
    let a = state[0] as number;
    let b = state[1] as number;
    let c = state[2] as number;
    let d = state[3] as number;
    let e = state[4] as number;
    for (let index = 0; index < 80; index++) {
      let sum = (((a << 5) | (a >>> 27)) + e + (words[index] as number)) | 0;
      if (index < 20) sum += ((b & c) | (~b & d)) + 0x5a827999;
      else if (index < 40) sum += (b ^ c ^ d) + 0x6ed9eba1;
      else if (index < 60) sum += ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
      else sum += (b ^ c ^ d) + 0xca62c1d6;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = sum | 0;
    }
    state[0] = (state[0] as number) + a;
    state[1] = (state[1] as number) + b;
    state[2] = (state[2] as number) + c;
    state[3] = (state[3] as number) + d;
    state[4] = (state[4] as number) + e;
  }
}

/** What is left from `start` on, a one bit, noughts, and the length of all of it: one block or two. */
function paddedTail(bytes: Uint8Array, start: number): Uint8Array {
  const rest = bytes.length - start;
  const tail = new Uint8Array(rest < LENGTH_AT ? BLOCK_BYTES : 2 * BLOCK_BYTES);
  tail.set(bytes.subarray(start));
  tail[rest] = 0x80;
  const bits = bytes.length * 8;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(bits / WORD_SPAN));
  view.setUint32(tail.length - 4, bits % WORD_SPAN);
  return tail;
}
