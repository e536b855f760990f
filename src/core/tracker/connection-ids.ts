/**
 * Connection ids of a UDP tracker (BEP 15) without a table of clients: an id is a keyed digest of the client's address and
 * of the two-minute window in which it was given. The last few are remembered, because most are used at once. Invariant: an id is good for its own address only, for two minutes at least
 * and four at most.
 */
import { equalAddresses } from '../address.ts';
import { encodeUtf8 } from '../bytes.ts';
import type { Address, Hasher, Microseconds, Random } from '../ports.ts';
import { readBigUint64, writeUint32, writeUint64 } from './wide-integers.ts';

const WINDOW_US: Microseconds = 120 * 1_000_000;
const SECRET_BYTES = 20;
/** Ids that are remembered. */
const RECENT_MAX = 16;
/** The secret, the window, the port; the host follows. */
const HEAD_BYTES = SECRET_BYTES + 10;

interface GivenId {
  readonly id: bigint;
  readonly address: Address;
  readonly window: number;
}

export class ConnectionIds {
  readonly #hasher: Hasher;
  readonly #secret = new Uint8Array(SECRET_BYTES);
  /** A ring of the ids given last. */
  readonly #recent: GivenId[] = [];
  #given = 0;

  constructor(ports: { readonly hasher: Hasher; readonly random: Random }) {
    this.#hasher = ports.hasher;
    for (let offset = 0; offset < this.#secret.length; offset += 4) {
      writeUint32(this.#secret, offset, ports.random.uint32());
    }
  }

  issue(address: Address, nowUs: Microseconds): bigint {
    const window = Math.floor(nowUs / WINDOW_US);
    const id = this.#derive(address, window);
    this.#recent[this.#given++ % RECENT_MAX] = { id, address, window };
    return id;
  }

  accepts(connectionId: bigint, address: Address, nowUs: Microseconds): boolean {
    const window = Math.floor(nowUs / WINDOW_US);
    for (const given of this.#recent) {
      const same = equalAddresses(given.address, address) && given.id === connectionId;
      if (same && given.window >= window - 1) return true;
    }
    if (connectionId === this.#derive(address, window)) return true;
    return window > 0 && connectionId === this.#derive(address, window - 1);
  }

  #derive(address: Address, window: number): bigint {
    const host = encodeUtf8(address.host);
    const bytes = new Uint8Array(HEAD_BYTES + host.length);
    bytes.set(this.#secret);
    writeUint64(bytes, SECRET_BYTES, window);
    bytes[SECRET_BYTES + 8] = address.port >> 8;
    bytes[SECRET_BYTES + 9] = address.port;
    bytes.set(host, HEAD_BYTES);
    return readBigUint64(this.#hasher.sha1(bytes), 0);
  }
}
