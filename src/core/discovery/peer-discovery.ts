/**
 * All that looks for the peers of one torrent: its trackers, and whatever the client has beside them. Invariant: a private
 * torrent (BEP 27) asks its trackers alone, from the moment on at which it is known to be private.
 */

import type { Address } from '../ports.ts';
import type { PeerDiscoverer, PeerOrigin, PeerSource } from './peer-source.ts';

export interface PeerDiscoveryHandler {
  readonly infoHash: Uint8Array;
  readonly listenPort: number;
  isSeed(): boolean;
  onPeers(addresses: readonly Address[], origin: PeerOrigin): void;
}

interface RunningSource {
  readonly origin: PeerOrigin;
  readonly source: PeerSource;
}

export class PeerDiscovery implements PeerSource {
  #sources: RunningSource[] = [];

  /** `trackers`: what announces to them, if the torrent has any. */
  constructor(
    trackers: PeerSource | undefined,
    discoverers: readonly PeerDiscoverer[],
    handler: PeerDiscoveryHandler,
  ) {
    if (trackers !== undefined) this.#sources.push({ origin: 'tracker', source: trackers });
    for (const discoverer of discoverers) {
      const { origin } = discoverer;
      const source = discoverer.sourceFor({
        infoHash: handler.infoHash,
        get listenPort() {
          return handler.listenPort;
        },
        isSeed: () => handler.isSeed(),
        onPeers: (addresses) => handler.onPeers(addresses, origin),
      });
      this.#sources.push({ origin, source });
    }
  }

  start(): void {
    for (const { source } of this.#sources) source.start();
  }

  requestMorePeers(): void {
    for (const { source } of this.#sources) source.requestMorePeers();
  }

  completed(): void {
    for (const { source } of this.#sources) source.completed();
  }

  /** It has turned out that the torrent is private: only its trackers are asked from now on. */
  keepToTrackers(): void {
    const others = this.#sources.filter(({ origin }) => origin !== 'tracker');
    this.#sources = this.#sources.filter(({ origin }) => origin === 'tracker');
    for (const { source } of others) source.stop(() => {});
  }

  stop(done: () => void): void {
    const sources = this.#sources;
    this.#sources = [];
    let running = sources.length;
    if (running === 0) done();
    for (const { source } of sources) {
      source.stop(() => {
        running--;
        if (running === 0) done();
      });
    }
  }
}
