/**
 * Our own IP addresses as a torrent takes them: what many agree on (`OwnAddresses`), and where nothing is believed yet the
 * word of its tracker (BEP 24). A tracker that says something wrong only changes the order in which the torrent dials, and
 * keeps it from one address of its choice; so here, unlike in the DHT, one word is enough.
 */
import type { ConnectionContext } from '../peer/connection-owner.ts';
import { peerPriority } from '../peer-priority.ts';
import type { Address } from '../ports.ts';

export class OwnHost {
  readonly #context: Pick<ConnectionContext, 'ownAddresses' | 'dht' | 'listenPort' | 'clock'>;
  /** What the tracker said that answered last, in each family. */
  #ipv4: string | undefined;
  #ipv6: string | undefined;

  constructor(context: Pick<ConnectionContext, 'ownAddresses' | 'dht' | 'listenPort' | 'clock'>) {
    this.#context = context;
  }

  /** Whether there is one, in either family. */
  get known(): boolean {
    return this.#ipv4 !== undefined || this.#ipv6 !== undefined || this.#context.ownAddresses?.known === true;
  }

  /** Ours in the family of `host`. */
  towards(host: string): string | undefined {
    const believed = this.#context.ownAddresses?.towards(host);
    return believed ?? (host.includes(':') ? this.#ipv6 : this.#ipv4);
  }

  /** A tracker at the IP address `by` sees us at `host`: one vote among those of peers and of nodes. */
  seenAt(by: string, host: string): void {
    if (host.includes(':')) this.#ipv6 = host;
    else this.#ipv4 = host;
    const { ownAddresses, dht, clock } = this.#context;
    const voter = { host: by, port: 0 };
    ownAddresses?.vote(voter, host, clock.now());
    // Also of a private torrent: it says nothing about the torrent to anybody.
    dht?.seenAt(voter, host);
  }

  /** Of a connection to that address (BEP 40); undefined while we do not know our own. */
  priorityOf(address: Address): number | undefined {
    const host = this.towards(address.host);
    return host === undefined ? undefined : peerPriority({ host, port: this.#context.listenPort }, address);
  }

  /** Those of the addresses that are not our own. */
  others(addresses: readonly Address[]): readonly Address[] {
    if (!this.known) return addresses;
    const { listenPort } = this.#context;
    return addresses.filter(({ host, port }) => port !== listenPort || host !== this.towards(host));
  }
}
