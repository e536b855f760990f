/**
 * SipHash-2-4 (Aumasson and Bernstein 2012): 64 bits that nobody can find for a short message without the key of 128
 * bits. For what only its maker has to recognise, such as a cookie for an address (RFC 9018 uses it so). Invariant: the
 * same key and bytes give the same digest; nothing is allocated but the digest.
 */

/** Two signed 32-bit integers: the digest's high and low half. */
export interface SipDigest {
  readonly high: number;
  readonly low: number;
}

export const SIP_KEY_BYTES = 16;

export class SipHash {
  /** The halves of the key, each low word first, as the bytes of the key lie. */
  readonly #key: Int32Array;
  /** The state v0 to v3, each low word first. */
  readonly #state = new Int32Array(8);

  /** `key`: 16 bytes; they are copied. */
  constructor(key: Uint8Array) {
    this.#key = Int32Array.from([0, 4, 8, 12], (offset) => wordAt(key, offset));
  }

  /** The digest of `bytes[0, length)`. */
  digest(bytes: Uint8Array, length: number): SipDigest {
    const state = this.#state;
    const key = this.#key;
    const key0 = key[0] as number;
    const key1 = key[1] as number;
    const key2 = key[2] as number;
    const key3 = key[3] as number;
    state[0] = key0 ^ 0x70736575;
    state[1] = key1 ^ 0x736f6d65;
    state[2] = key2 ^ 0x6e646f6d;
    state[3] = key3 ^ 0x646f7261;
    state[4] = key0 ^ 0x6e657261;
    state[5] = key1 ^ 0x6c796765;
    state[6] = key2 ^ 0x79746573;
    state[7] = key3 ^ 0x74656462;
    const whole = length & ~7;
    for (let offset = 0; offset < whole; offset += 8) {
      this.#take(wordAt(bytes, offset), wordAt(bytes, offset + 4));
    }
    let low = 0;
    let high = (length & 255) << 24;
    for (let index = whole; index < length; index++) {
      const shift = (index & 3) * 8;
      if ((index & 4) === 0) low |= (bytes[index] as number) << shift;
      else high |= (bytes[index] as number) << shift;
    }
    this.#take(low, high);
    state[4] = (state[4] as number) ^ 0xff;
    this.#mix(4);
    return {
      high: (state[1] as number) ^ (state[3] as number) ^ (state[5] as number) ^ (state[7] as number),
      low: (state[0] as number) ^ (state[2] as number) ^ (state[4] as number) ^ (state[6] as number),
    };
  }

  #take(low: number, high: number): void {
    const state = this.#state;
    state[6] = (state[6] as number) ^ low;
    state[7] = (state[7] as number) ^ high;
    this.#mix(2);
    state[0] = (state[0] as number) ^ low;
    state[1] = (state[1] as number) ^ high;
  }

  /** So many rounds. A sum has carried over when it is less, unsigned, than what was added. */
  #mix(rounds: number): void {
    const state = this.#state;
    let l0 = state[0] as number;
    let h0 = state[1] as number;
    let l1 = state[2] as number;
    let h1 = state[3] as number;
    let l2 = state[4] as number;
    let h2 = state[5] as number;
    let l3 = state[6] as number;
    let h3 = state[7] as number;
    for (let round = 0; round < rounds; round++) {
      let word = 0;
      l0 = (l0 + l1) | 0;
      h0 = (h0 + h1 + (l0 >>> 0 < l1 >>> 0 ? 1 : 0)) | 0;
      word = l1;
      l1 = ((l1 << 13) | (h1 >>> 19)) ^ l0;
      h1 = ((h1 << 13) | (word >>> 19)) ^ h0;
      word = l0;
      l0 = h0;
      h0 = word;
      l2 = (l2 + l3) | 0;
      h2 = (h2 + h3 + (l2 >>> 0 < l3 >>> 0 ? 1 : 0)) | 0;
      word = l3;
      l3 = ((l3 << 16) | (h3 >>> 16)) ^ l2;
      h3 = ((h3 << 16) | (word >>> 16)) ^ h2;
      l0 = (l0 + l3) | 0;
      h0 = (h0 + h3 + (l0 >>> 0 < l3 >>> 0 ? 1 : 0)) | 0;
      word = l3;
      l3 = ((l3 << 21) | (h3 >>> 11)) ^ l0;
      h3 = ((h3 << 21) | (word >>> 11)) ^ h0;
      l2 = (l2 + l1) | 0;
      h2 = (h2 + h1 + (l2 >>> 0 < l1 >>> 0 ? 1 : 0)) | 0;
      word = l1;
      l1 = ((l1 << 17) | (h1 >>> 15)) ^ l2;
      h1 = ((h1 << 17) | (word >>> 15)) ^ h2;
      word = l2;
      l2 = h2;
      h2 = word;
    }
    state[0] = l0;
    state[1] = h0;
    state[2] = l1;
    state[3] = h1;
    state[4] = l2;
    state[5] = h2;
    state[6] = l3;
    state[7] = h3;
  }
}

/** Four bytes, the low one first. */
function wordAt(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset] as number) |
    ((bytes[offset + 1] as number) << 8) |
    ((bytes[offset + 2] as number) << 16) |
    ((bytes[offset + 3] as number) << 24)
  );
}
