/**
 * The peers that others announced to this node, by torrent. Invariants: nobody stays longer than
 * half an hour after the last announce; there are never more torrents, or peers of a torrent or of one owner in it, than
 * the bounds say. Where there are too many torrents, those closest to our own id stay: they are the ones we are asked for.
 */
import { formatAddress } from '../address.ts';
import { toHex } from '../bytes.ts';
import type { Address, Clock, Microseconds, Random } from '../ports.ts';
import { drawDistinct } from '../tracker/draw-distinct.ts';
import { ownerOf } from './address-scope.ts';
import { compareDistance } from './node-id.ts';

export const TORRENTS_MAX = 2000;
export const PEERS_MAX = 500;
/** Peers of one owner in one torrent. */
export const PEERS_OF_OWNER_MAX = 4;
const EXPIRY_US: Microseconds = 1_800_000_000;

interface StoredPeer {
  readonly address: Address;
  readonly owner: string;
  announcedAtUs: Microseconds;
}

interface StoredTorrent {
  readonly infoHash: Uint8Array;
  /** By address, in the order of their last announces. */
  readonly peers: Map<string, StoredPeer>;
}

export class PeerStore {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ownId: () => Uint8Array;
  readonly #torrents = new Map<string, StoredTorrent>();

  constructor(clock: Clock, random: Random, ownId: () => Uint8Array) {
    this.#clock = clock;
    this.#random = random;
    this.#ownId = ownId;
  }

  get torrentCount(): number {
    return this.#torrents.size;
  }

  /** Peers of all torrents. */
  get peerCount(): number {
    let count = 0;
    for (const { peers } of this.#torrents.values()) count += peers.size;
    return count;
  }

  announce(infoHash: Uint8Array, address: Address): void {
    const torrent = this.#torrents.get(toHex(infoHash)) ?? this.#addTorrent(infoHash);
    if (torrent === undefined) return;
    const { peers } = torrent;
    const key = formatAddress(address);
    const owner = ownerOf(address);
    if (!peers.delete(key)) {
      const others = [...peers].filter(([, peer]) => peer.owner === owner);
      // Whoever announces more than its share pushes out its own, and the longest silent peer goes only then.
      const [oldest] = others.length >= PEERS_OF_OWNER_MAX ? (others[0] as [string, StoredPeer]) : [];
      if (oldest !== undefined) peers.delete(oldest);
      else if (peers.size >= PEERS_MAX) peers.delete(peers.keys().next().value as string);
    }
    peers.set(key, { address, owner, announcedAtUs: this.#clock.now() });
  }

  /** At most `max` peers of the torrent, drawn anew each time. */
  sample(infoHash: Uint8Array, max: number): Address[] {
    const key = toHex(infoHash);
    const torrent = this.#torrents.get(key);
    if (torrent === undefined) return [];
    this.#expire(key, torrent);
    const peers = [...torrent.peers.values()];
    if (peers.length <= max) return peers.map(({ address }) => address);
    return drawDistinct(peers.length, max, this.#random).map((index) => (peers[index] as StoredPeer).address);
  }

  /** Drops what is too old. To be called now and then. */
  expire(): void {
    for (const [key, torrent] of [...this.#torrents]) this.#expire(key, torrent);
  }

  #expire(key: string, { peers }: StoredTorrent): void {
    const before = this.#clock.now() - EXPIRY_US;
    for (const [address, { announcedAtUs }] of peers) {
      if (announcedAtUs > before) break;
      peers.delete(address);
    }
    if (peers.size === 0) this.#torrents.delete(key);
  }

  #addTorrent(infoHash: Uint8Array): StoredTorrent | undefined {
    if (this.#torrents.size >= TORRENTS_MAX) this.expire();
    if (this.#torrents.size >= TORRENTS_MAX && !this.#evictFartherThan(infoHash)) return undefined;
    const torrent = { infoHash: infoHash.slice(), peers: new Map<string, StoredPeer>() };
    this.#torrents.set(toHex(infoHash), torrent);
    return torrent;
  }

  #evictFartherThan(infoHash: Uint8Array): boolean {
    const own = this.#ownId();
    let farthest = infoHash;
    let farthestKey: string | undefined;
    for (const [key, torrent] of this.#torrents) {
      if (compareDistance(own, torrent.infoHash, farthest) <= 0) continue;
      farthest = torrent.infoHash;
      farthestKey = key;
    }
    if (farthestKey === undefined) return false;
    return this.#torrents.delete(farthestKey);
  }
}
