/**
 * How a torrent hears of peers, whatever they are found by: trackers, the DHT, peers' own lists, the local network, a
 * person. Every source hands over addresses and nothing else; what becomes of them is decided in one place
 * (`TorrentPeers`). Invariant: a source never hands over addresses inside a call that was made to it.
 */
import type { Address } from '../ports.ts';

/**
 * Where an address was heard of, in the words of the BEPs. `magnet`: the `x.pe` of a magnet link; `incoming`: the peer
 * itself, which dialled us and said where it listens.
 */
export type PeerOrigin = 'user' | 'magnet' | 'tracker' | 'dht' | 'pex' | 'lsd' | 'incoming';

/** Something that looks for the peers of one torrent as long as it runs. */
export interface PeerSource {
  /** Begins to look. Called once. */
  start(): void;
  /** More peers are wanted than are known: to be answered as soon as the source's own manners allow, or never. */
  requestMorePeers(): void;
  /** The download is complete: we are a seed from now on. */
  completed(): void;
  /** Hands nothing over any more. `done` is called exactly once, within this call or later. */
  stop(done: () => void): void;
}

/** The torrent, as what looks for its peers sees it. */
export interface DiscoverySubject {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** The port on which streams are accepted; 0 while there is none. */
  readonly listenPort: number;
  /** We have everything. */
  isSeed(): boolean;
  /** These may be peers of the torrent. */
  onPeers(addresses: readonly Address[]): void;
}

/**
 * What finds the peers of every torrent of a client (a DHT node, local discovery). It is asked for a source for each
 * torrent that is not private (BEP 27).
 */
export interface PeerDiscoverer {
  readonly origin: PeerOrigin;
  sourceFor(subject: DiscoverySubject): PeerSource;
}
