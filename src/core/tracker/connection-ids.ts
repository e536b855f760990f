/**
 * Connection ids of a UDP tracker (BEP 15) without a table: an id is a keyed digest of the client's address and of the
 * two-minute window in which it was given. Invariant: an id is good for its own address only, for two minutes at least
 * and four at most.
 */
import { concatBytes, encodeUtf8 } from '../bytes.ts';
import type { Address, Hasher, Microseconds, Random } from '../ports.ts';
import { viewOf, writeUint64 } from './wide-integers.ts';

const WINDOW_US: Microseconds = 120 * 1_000_000;

export class ConnectionIds {
  readonly #hasher: Hasher;
  readonly #secret = new Uint8Array(20);

  constructor(ports: { readonly hasher: Hasher; readonly random: Random }) {
    this.#hasher = ports.hasher;
    const view = viewOf(this.#secret);
    for (let offset = 0; offset < this.#secret.length; offset += 4) {
      view.setUint32(offset, ports.random.uint32());
    }
  }

  issue(address: Address, nowUs: Microseconds): bigint {
    return this.#derive(address, Math.floor(nowUs / WINDOW_US));
  }

  accepts(connectionId: bigint, address: Address, nowUs: Microseconds): boolean {
    const window = Math.floor(nowUs / WINDOW_US);
    if (connectionId === this.#derive(address, window)) return true;
    return window > 0 && connectionId === this.#derive(address, window - 1);
  }

  #derive(address: Address, window: number): bigint {
    const tail = new Uint8Array(10);
    const view = viewOf(tail);
    writeUint64(view, 0, window);
    view.setUint16(8, address.port);
    const digest = this.#hasher.sha1(concatBytes(this.#secret, tail, encodeUtf8(address.host)));
    return viewOf(digest).getBigUint64(0);
  }
}
