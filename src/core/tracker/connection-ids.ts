/**
 * Connection ids of a UDP tracker (BEP 15) without a table of clients: an id is a keyed digest of the client's address and
 * of the two-minute window in which it was given. Invariant: an id is good for its own address only, for two minutes at
 * least and four at most.
 */
import type { Address, Microseconds, Random } from '../ports.ts';
import { SIP_KEY_BYTES, SipHash } from '../siphash.ts';
import { equalWide, type Wide, writeUint32 } from './wide-integers.ts';

const WINDOW_US: Microseconds = 120 * 1_000_000;
/** The window and the port; the host follows. */
const HEAD_BYTES = 6;
/** Of a host's text; that of an IP address has at most 45 characters, and a zone. */
const HOST_CHARACTERS_MAX = 250;

export class ConnectionIds {
  readonly #hash: SipHash;
  /** What is digested, to be written over. */
  readonly #input = new Uint8Array(HEAD_BYTES + HOST_CHARACTERS_MAX);

  constructor(ports: { readonly random: Random }) {
    const key = new Uint8Array(SIP_KEY_BYTES);
    for (let offset = 0; offset < key.length; offset += 4) writeUint32(key, offset, ports.random.uint32());
    this.#hash = new SipHash(key);
  }

  issue(address: Address, nowUs: Microseconds): Wide {
    return this.#derive(address, Math.floor(nowUs / WINDOW_US));
  }

  accepts(id: Wide, address: Address, nowUs: Microseconds): boolean {
    const window = Math.floor(nowUs / WINDOW_US);
    if (equalWide(id, this.#derive(address, window))) return true;
    return window > 0 && equalWide(id, this.#derive(address, window - 1));
  }

  #derive({ host, port }: Address, window: number): Wide {
    const input = this.#input;
    writeUint32(input, 0, window);
    input[4] = port >> 8;
    input[5] = port;
    const length = Math.min(host.length, HOST_CHARACTERS_MAX);
    for (let index = 0; index < length; index++) input[HEAD_BYTES + index] = host.charCodeAt(index);
    return this.#hash.digest(input, HEAD_BYTES + length);
  }
}
