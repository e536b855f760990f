/**
 * One torrent in the DHT: announces it every quarter of an hour, and looks for peers, at once when the DHT is reached and
 * sooner than that when the torrent lacks them or none was found, each time in vain after a longer wait.
 */
import { equalBytes, toHex } from '../bytes.ts';
import type { Address, Microseconds, Random, Timer } from '../ports.ts';
import type { Dht } from './dht.ts';
import type { DhtNode } from './dht-node.ts';
import type { FoundNode } from './lookup.ts';

/** Between two announces: peers are forgotten after half an hour. */
export const ANNOUNCE_US: Microseconds = 900_000_000;
/** Twice as much is the time to the second announce where few nodes are known; it doubles from there on. */
const YOUNG_ANNOUNCE_US: Microseconds = 15_000_000;
/** Peers taken from what was announced to ourselves, each time. */
const OWN_PEERS_MAX = 50;
/** Least wait before peers are looked for again, at first and when nobody new is ever found. */
const LEAST_WAIT_US: Microseconds = 1_000_000;
const MOST_WAIT_US: Microseconds = 300_000_000;

export interface TorrentSearchHandler {
  onPeers(addresses: readonly Address[]): void;
}

export class TorrentSearch {
  readonly #dht: Dht;
  readonly #infoHash: Uint8Array;
  /** 0: the torrent accepts nobody, so there is nothing to announce. */
  readonly #listenPort: number;
  readonly #handler: TorrentSearchHandler & { onStopped(): void };
  readonly #random: Random;
  #timer: Timer | undefined;
  #mayAskAtUs: Microseconds = 0;
  #waitUs = LEAST_WAIT_US;
  #announceUs = YOUNG_ANNOUNCE_US;
  #announceAtUs: Microseconds = 0;
  /** Peers found in the last round and in the one that is under way. */
  #foundBefore = 0;
  #found = 0;
  #underWay = 0;
  #isWanted = false;
  #running = false;

  constructor(
    dht: Dht,
    infoHash: Uint8Array,
    listenPort: number,
    handler: TorrentSearchHandler & { onStopped(): void },
  ) {
    this.#dht = dht;
    this.#infoHash = infoHash;
    this.#listenPort = listenPort;
    this.#handler = handler;
    this.#random = dht.random.fork(`torrent-${toHex(infoHash)}`);
  }

  start(): void {
    this.#running = true;
    this.#search();
  }

  /** The DHT has been reached, for the first time or again. */
  joined(): void {
    if (!this.#running) return;
    this.#waitUs = LEAST_WAIT_US;
    this.#search();
  }

  /** Somebody has announced a torrent to our own node, which we would not think of asking. */
  announcedToUs(infoHash: Uint8Array, address: Address): void {
    if (this.#running && equalBytes(infoHash, this.#infoHash)) this.#handler.onPeers([address]);
  }

  /** The torrent has nobody to dial: looks again, as soon as may be. */
  requestMorePeers(): void {
    if (!this.#running || this.#underWay > 0 || this.#isWanted) return;
    const { clock } = this.#dht;
    if (clock.now() >= this.#mayAskAtUs) this.#search();
    else {
      this.#isWanted = true;
      this.#searchAt(this.#mayAskAtUs);
    }
  }

  /** The DHT does not tell seeds from leechers. */
  completed(): void {}

  stop(done?: () => void): void {
    this.#running = false;
    this.#timer?.cancel();
    this.#handler.onStopped();
    done?.();
  }

  #search(): void {
    if (this.#underWay > 0) return;
    this.#isWanted = false;
    this.#found = 0;
    for (const { responder } of this.#dht.nodes) {
      const announced = responder.store.sample(this.#infoHash, OWN_PEERS_MAX);
      if (announced.length > 0) this.#handler.onPeers(announced);
    }
    for (const node of this.#dht.nodes) {
      if (!node.joined) continue;
      const began = node.search(this.#infoHash, 'get_peers', {
        onPeers: (addresses) => {
          if (!this.#running) return;
          this.#found += addresses.filter((address) => !this.#isOurs(node, address)).length;
          this.#handler.onPeers(addresses);
        },
        onDone: (closest) => this.#searched(node, closest),
      });
      if (began) this.#underWay++;
    }
    const { clock } = this.#dht;
    this.#mayAskAtUs = clock.now() + this.#waitUs;
    if (clock.now() >= this.#announceAtUs) this.#planAnnounce();
    this.#searchAt(this.#announceAtUs);
  }

  #planAnnounce(): void {
    // While few nodes are known others come to know the torrent's place better: it is told to them, too.
    const isYoung = this.#dht.nodes.some((node) => node.joined && node.isYoung);
    this.#announceUs = isYoung ? Math.min(2 * this.#announceUs, ANNOUNCE_US) : ANNOUNCE_US;
    // Not all at the same time, although all may have begun at the same time.
    const earlierUs = this.#random.below(Math.floor(this.#announceUs / 10));
    this.#announceAtUs = this.#dht.clock.now() + this.#announceUs - earlierUs;
  }

  /** We find ourselves, too, and that is not to count. */
  #isOurs(node: DhtNode, { host, port }: Address): boolean {
    return port === this.#listenPort && host === node.lastSeenAt;
  }

  #searched(node: DhtNode, closest: readonly FoundNode[]): void {
    this.#underWay--;
    if (!this.#running) return;
    const { impliedPort } = this.#dht;
    if (this.#listenPort !== 0) {
      for (const found of closest) {
        const { token } = found;
        if (token === undefined) continue;
        node.announce(found, this.#infoHash, { port: this.#listenPort, impliedPort, token });
      }
    }
    if (this.#underWay > 0) return;
    const isBetter = this.#found > this.#foundBefore;
    this.#waitUs = isBetter ? LEAST_WAIT_US : Math.min(2 * this.#waitUs, MOST_WAIT_US);
    this.#foundBefore = this.#found;
    // Those who came at the same time have announced themselves by now.
    const retryAtUs = this.#dht.clock.now() + this.#waitUs;
    if (this.#found === 0 && retryAtUs < this.#announceAtUs) this.#searchAt(retryAtUs);
  }

  #searchAt(atUs: Microseconds): void {
    this.#timer?.cancel();
    this.#timer = this.#dht.clock.schedule(atUs, () => this.#search());
  }
}
