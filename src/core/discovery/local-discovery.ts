/**
 * Local discovery (BEP 14): says on the local network which torrents we have, and hears who else has them. Invariants: a
 * torrent is named at most once a minute and otherwise every five, what we sent ourselves is ignored, only hosts of the
 * local network are heard, and how many peers a torrent takes from here is bounded whatever is sent.
 */

import { toHex } from '../bytes.ts';
import { isLocal } from '../dht/address-scope.ts';
import type { Address, Clock, DatagramSocket, Microseconds, Multicast, Random, Timer } from '../ports.ts';
import {
  decodeLocalSearch,
  encodeLocalSearch,
  LOCAL_DISCOVERY_IPV4,
  LOCAL_DISCOVERY_IPV6,
  LOCAL_HASHES_MAX,
} from './local-messages.ts';
import type { DiscoverySubject, PeerDiscoverer, PeerOrigin, PeerSource } from './peer-source.ts';

/** Between two searches for one torrent. */
export const LOCAL_INTERVAL_US: Microseconds = 300_000_000;
/** At least so long, however many peers are wanted. */
export const LOCAL_LEAST_US: Microseconds = 60_000_000;
/** Peers that one torrent takes in each such least interval. */
export const LOCAL_PEERS_MAX = 50;
/** Torrents that begin together share a datagram. */
const COMPANY_US: Microseconds = 100_000;

export interface LocalDiscoveryPorts {
  readonly clock: Clock;
  readonly multicast: Multicast;
  readonly random: Random;
}

interface Search {
  readonly subject: DiscoverySubject;
  dueUs: Microseconds;
  lastUs: Microseconds;
  takenSinceUs: Microseconds;
  taken: number;
}

interface Group {
  readonly address: Address;
  readonly socket: DatagramSocket;
}

export class LocalDiscovery implements PeerDiscoverer {
  readonly origin: PeerOrigin = 'lsd';
  readonly #ports: LocalDiscoveryPorts;
  readonly #cookie: string;
  readonly #searches = new Map<string, Search>();
  #groups: Group[] | undefined;
  #timer: Timer | undefined;
  #timerUs: Microseconds = 0;

  constructor(ports: LocalDiscoveryPorts) {
    this.#ports = ports;
    this.#cookie = ports.random.fork('cookie').uint32().toString(16);
  }

  sourceFor(subject: DiscoverySubject): PeerSource {
    const key = toHex(subject.infoHash);
    const { clock } = this.#ports;
    return {
      start: () => {
        const now = clock.now();
        const dueUs = now + COMPANY_US;
        const lastUs = Number.NEGATIVE_INFINITY;
        this.#searches.set(key, { subject, dueUs, lastUs, takenSinceUs: now, taken: 0 });
        this.#join();
        this.#wakeAt(dueUs);
      },
      requestMorePeers: () => {
        const search = this.#searches.get(key);
        if (search === undefined) return;
        search.dueUs = Math.min(search.dueUs, Math.max(clock.now(), search.lastUs + LOCAL_LEAST_US));
        this.#wakeAt(search.dueUs);
      },
      // Who has everything is searched for by those who have not.
      completed: () => {},
      stop: (done) => {
        this.#searches.delete(key);
        if (this.#searches.size === 0) this.#leave();
        done();
      },
    };
  }

  #join(): void {
    this.#groups ??= [LOCAL_DISCOVERY_IPV4, LOCAL_DISCOVERY_IPV6].map((address) => ({
      address,
      socket: this.#ports.multicast.join(address, {
        onBound: () => {},
        onDatagram: (bytes, from) => this.#receive(bytes, from),
        // Where there is no multicast, there is no local discovery; everything else goes on.
        onDatagramError: () => {},
      }),
    }));
  }

  #leave(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const { socket } of this.#groups ?? []) socket.close();
    this.#groups = undefined;
  }

  #wakeAt(atUs: Microseconds): void {
    if (this.#timer !== undefined && this.#timerUs <= atUs) return;
    this.#timer?.cancel();
    this.#timerUs = atUs;
    this.#timer = this.#ports.clock.schedule(atUs, () => this.#onTimer());
  }

  #onTimer(): void {
    this.#timer = undefined;
    const now = this.#ports.clock.now();
    const byPort = new Map<number, Uint8Array[]>();
    let nextUs = Number.POSITIVE_INFINITY;
    for (const search of this.#searches.values()) {
      if (search.dueUs <= now) {
        search.lastUs = now;
        search.dueUs = now + LOCAL_INTERVAL_US;
        const { infoHash, listenPort } = search.subject;
        const together = byPort.get(listenPort) ?? [];
        together.push(infoHash);
        byPort.set(listenPort, together);
      }
      nextUs = Math.min(nextUs, search.dueUs);
    }
    for (const [port, infoHashes] of byPort) if (port !== 0) this.#send(port, infoHashes);
    if (nextUs !== Number.POSITIVE_INFINITY) this.#wakeAt(nextUs);
  }

  #send(port: number, infoHashes: readonly Uint8Array[]): void {
    for (let first = 0; first < infoHashes.length; first += LOCAL_HASHES_MAX) {
      const part = infoHashes.slice(first, first + LOCAL_HASHES_MAX);
      for (const { address, socket } of this.#groups ?? []) {
        socket.send(encodeLocalSearch({ port, infoHashes: part, cookie: this.#cookie }, address), address);
      }
    }
  }

  #receive(bytes: Uint8Array, from: Address): void {
    if (!isLocal(from.host)) return;
    const decoded = decodeLocalSearch(bytes);
    if (!decoded.ok || decoded.value.cookie === this.#cookie) return;
    const { port, infoHashes } = decoded.value;
    for (const infoHash of infoHashes) {
      const search = this.#searches.get(toHex(infoHash));
      if (search !== undefined && this.#mayTake(search)) search.subject.onPeers([{ host: from.host, port }]);
    }
  }

  #mayTake(search: Search): boolean {
    const now = this.#ports.clock.now();
    if (now - search.takenSinceUs >= LOCAL_LEAST_US) {
      search.takenSinceUs = now;
      search.taken = 0;
    }
    search.taken++;
    return search.taken <= LOCAL_PEERS_MAX;
  }
}
