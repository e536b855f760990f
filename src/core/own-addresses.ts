/**
 * Our own IP addresses as trackers (BEP 24) and peers (`yourip`, BEP 10) see them, one for each family: nobody is trusted
 * alone, so each is believed by the rules of `ExternalAddress`.
 */
import { ExternalAddress } from './dht/external-address.ts';
import type { Address, Microseconds } from './ports.ts';

export class OwnAddresses {
  readonly #ipv4 = new ExternalAddress();
  readonly #ipv6 = new ExternalAddress();

  /** Somebody at `voter` sees us at `host`. */
  vote(voter: Address, host: string, nowUs: Microseconds): void {
    this.#of(host).vote(voter, host, nowUs);
  }

  /** Whether one is believed, in either family. */
  get known(): boolean {
    return this.#ipv4.host !== undefined || this.#ipv6.host !== undefined;
  }

  /** Ours in the family of `host`; undefined while none is believed. */
  towards(host: string): string | undefined {
    return this.#of(host).host;
  }

  #of(host: string): ExternalAddress {
    return host.includes(':') ? this.#ipv6 : this.#ipv4;
  }
}
