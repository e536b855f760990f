/**
 * Tokens (BEP 5): who wants to announce proves that it received a reply at its address shortly before. A token is a keyed
 * digest of address and info-hash, so nothing is kept for those who ask. Invariant: a token is good for its own address
 * and torrent only, for five minutes at least and ten at most.
 */
import { concatBytes, encodeUtf8, equalBytes } from '../bytes.ts';
import type { Clock, Hasher, Microseconds, Random } from '../ports.ts';
import { drawNodeId } from './node-id.ts';

/** A secret is used for so long, and accepted for as long again. */
const ROTATION_US: Microseconds = 300_000_000;
const TOKEN_LENGTH = 8;

export interface TokenPorts {
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly random: Random;
}

export class Tokens {
  readonly #ports: TokenPorts;
  #current: Uint8Array;
  #previous: Uint8Array;
  #rotatedAtUs: Microseconds;

  constructor(ports: TokenPorts) {
    this.#ports = ports;
    this.#current = drawNodeId(ports.random);
    this.#previous = drawNodeId(ports.random);
    this.#rotatedAtUs = ports.clock.now();
  }

  issue(host: string, infoHash: Uint8Array): Uint8Array {
    this.#rotate();
    return this.#derive(this.#current, host, infoHash);
  }

  accepts(token: Uint8Array, host: string, infoHash: Uint8Array): boolean {
    this.#rotate();
    return (
      equalBytes(token, this.#derive(this.#current, host, infoHash)) ||
      equalBytes(token, this.#derive(this.#previous, host, infoHash))
    );
  }

  #rotate(): void {
    const now = this.#ports.clock.now();
    const steps = Math.floor((now - this.#rotatedAtUs) / ROTATION_US);
    for (let step = Math.min(steps, 2); step > 0; step--) {
      this.#previous = this.#current;
      this.#current = drawNodeId(this.#ports.random);
    }
    this.#rotatedAtUs += steps * ROTATION_US;
  }

  #derive(secret: Uint8Array, host: string, infoHash: Uint8Array): Uint8Array {
    return this.#ports.hasher.sha1(concatBytes(secret, infoHash, encodeUtf8(host))).slice(0, TOKEN_LENGTH);
  }
}
