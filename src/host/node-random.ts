/**
 * Unpredictable randomness for real clients, as named streams: the root key comes from the operating system, every
 * stream is an AES-256-CTR key stream, and a fork's key is the HMAC of its name, so that it depends on nothing drawn
 * before. Runs that must be repeatable use the seeded streams of the simulation instead.
 */
import { type Cipher, createCipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Random } from '../core/ports.ts';

const REFILL_BYTES = 1_024;

export class NodeRandom implements Random {
  readonly #key: Uint8Array;
  readonly #cipher: Cipher;
  #pool: Buffer = Buffer.alloc(0);
  #at = 0;

  /** `key`: 32 bytes; without one, fresh ones from the operating system. */
  constructor(key: Uint8Array = randomBytes(32)) {
    this.#key = key;
    this.#cipher = createCipheriv('aes-256-ctr', key, new Uint8Array(16));
  }

  uint32(): number {
    if (this.#at === this.#pool.length) {
      this.#pool = this.#cipher.update(new Uint8Array(REFILL_BYTES));
      this.#at = 0;
    }
    const value = this.#pool.readUInt32LE(this.#at);
    this.#at += 4;
    return value;
  }

  below(limit: number): number {
    // Values in the incomplete last run of `limit` are drawn again.
    const fair = 2 ** 32 - (2 ** 32 % limit);
    let value = this.uint32();
    while (value >= fair) value = this.uint32();
    return value % limit;
  }

  fork(name: string): NodeRandom {
    return new NodeRandom(createHmac('sha256', this.#key).update(name).digest());
  }
}
