/**
 * Whom to connect to: the addresses heard of, how often each failed, and when it may be tried again. Dials a few at a
 * time until the torrent has enough connections, and leaves room for those who dial us, so that latecomers get in.
 */
import type { PeerOrigin } from '../discovery/peer-source.ts';
import type { TorrentPlaces } from '../limits/connection-places.ts';
import type { Address, Clock, Microseconds, Random, Timer } from '../ports.ts';
import { KnownPeers, UNKNOWN } from './known-peers.ts';

/** Dials under way at one time. */
export const HALF_OPEN_MAX = 10;
/** We stop dialling at this share of the connection limit (mainline: 40 of 80). */
const DIAL_SHARE = 0.6;
const ADDRESSES_MAX = 3000;
/** Of these at most so many that anybody could have named: a flood of them must leave room for the others. */
const HEARSAY_MAX = 2000;
/** The hosts banned last: a liar with a whole network of addresses must not fill memory. */
const BANNED_MAX = 1000;
const FAILURES_MAX = 3;
/** Least time to the next try; each one in vain adds as much again. */
const RETRY_US: Microseconds = 60_000_000;
const IN_VAIN_MAX = 9;
/** The same for peers that the user named, where that is wanted: a person waits, and they are few. The last goes on. */
const USER_RETRY_US: readonly Microseconds[] = [2, 5, 10, 20, 30, 60].map((seconds) => seconds * 1_000_000);
/** A seed is left alone by another seed for so long. */
const SEED_US: Microseconds = 600_000_000;

/** A bit for each origin, so that an address can have several. */
const ORIGIN_BITS: Readonly<Record<PeerOrigin, number>> = {
  user: 1,
  magnet: 2,
  tracker: 4,
  dht: 8,
  pex: 16,
  lsd: 32,
  incoming: 64,
};
const HEARSAY: readonly PeerOrigin[] = ['dht', 'pex', 'lsd'];
/** The more an origin knows of who is there, the sooner its peers are dialled. */
const BEST_FIRST: readonly PeerOrigin[] = ['user', 'magnet', 'tracker', 'lsd', 'incoming', 'dht', 'pex'];

export interface DialerPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** The part of the client's connections and dials that this torrent may have. */
  readonly places?: TorrentPlaces | undefined;
}

export interface DialerOptions {
  readonly connectionsMax: number;
  /** Peers that the user named are dialled again soon, and never given up. Default false. */
  readonly redialsUserPeersSoon?: boolean | undefined;
}

export interface DialTarget {
  /** Connections of the torrent, those being dialled included. */
  readonly connectionCount: number;
  dial(address: Address): void;
  /** Of a connection to that address (BEP 40); undefined while our own address is not known: then it is all the same. */
  readonly priorityOf?: ((address: Address) => number | undefined) | undefined;
}

export class Dialer {
  readonly #ports: DialerPorts;
  readonly #target: DialTarget;
  readonly #redialsUserPeersSoon: boolean;
  #dialMax: number;
  readonly #known = new KnownPeers(ADDRESSES_MAX);
  /** Those that may be dialled, now or later; the held and useless among them are skipped when their turn comes. */
  #queue: number[] = [];
  readonly #bannedHosts = new Set<string>();
  /** Were connected, or about to part, when all were recalled: the first time that they part they are dialled at once. */
  readonly #recalled = new Set<number>();
  #halfOpen = 0;
  #retry: Timer | undefined;
  #retryAtUs: Microseconds = 0;
  #stopped = false;
  /** Origins of which one is needed to be dialled. */
  #origins = -1;
  #oneBeyondShare = false;

  constructor(ports: DialerPorts, target: DialTarget, options: DialerOptions) {
    this.#ports = ports;
    this.#target = target;
    this.#dialMax = dialMaxOf(options.connectionsMax);
    this.#redialsUserPeersSoon = options.redialsUserPeersSoon === true;
  }

  /** The torrent's connection limit is another from now on. */
  setMax(connectionsMax: number): void {
    this.#dialMax = dialMaxOf(connectionsMax);
    this.dialMore();
  }

  /** Whether more connections are wanted than there are. */
  get wantsMore(): boolean {
    return this.#target.connectionCount < this.#dialMax;
  }

  /** Whether there is nobody to dial now although more connections are wanted. Those that failed of late do not count. */
  get isShort(): boolean {
    if (!this.wantsMore) return false;
    const now = this.#ports.clock.now();
    return this.#queue.every((peer) => this.#known.retryAtUs(peer) > now);
  }

  isBanned(host: string): boolean {
    return this.#bannedHosts.has(host);
  }

  /** The host lied about data and is not spoken to again, until many others have. */
  ban(host: string): void {
    this.#bannedHosts.delete(host);
    this.#bannedHosts.add(host);
    for (const oldest of this.#bannedHosts) {
      if (this.#bannedHosts.size <= BANNED_MAX) break;
      this.#bannedHosts.delete(oldest);
    }
  }

  /**
   * Addresses of peers, heard of at `origin`. Those that wait for their turn already change nothing. One that was given up and
   * is named still may have come back: it gets one more try, after a wait that grows with every try in vain.
   */
  add(addresses: readonly Address[], origin: PeerOrigin = 'tracker'): void {
    const fresh: number[] = [];
    const known = this.#known;
    const now = this.#ports.clock.now();
    const isHearsay = HEARSAY.includes(origin);
    for (const address of addresses) {
      const isFull = isHearsay && known.size >= HEARSAY_MAX;
      const peer = isFull ? known.find(address) : known.add(address);
      if (peer === UNKNOWN) continue;
      known.addOrigin(peer, ORIGIN_BITS[origin]);
      if (known.isQueued(peer)) continue;
      if (known.failures(peer) >= FAILURES_MAX) {
        if (now < known.retryAtUs(peer)) continue;
        known.setFailures(peer, FAILURES_MAX - 1);
      }
      known.setQueued(peer, true);
      fresh.push(peer);
    }
    // A tracker's order would make everybody dial the same peers first.
    for (let index = fresh.length - 1; index > 0; index--) {
      const other = this.#ports.random.below(index + 1);
      const peer = fresh[index] as number;
      fresh[index] = fresh[other] as number;
      fresh[other] = peer;
    }
    this.#queue.push(...fresh);
    this.dialMore();
  }

  /**
   * Forgets whom to dial, but not who is banned or useless. A seed begins anew: most of those it heard of are seeds by
   * now too, and its tracker names it those that are not.
   */
  startOver(): void {
    for (const peer of this.#queue) this.#known.setQueued(peer, false);
    this.#queue = [];
  }

  /** A peer that dialled us accepts connections at this address: no need to dial it until `closed` is called for it. */
  hold(address: Address): void {
    const peer = this.#known.add(address);
    if (peer === UNKNOWN) return;
    this.#known.addOrigin(peer, ORIGIN_BITS.incoming);
    this.#known.hold(peer);
  }

  wasHeardOfAt(address: Address, origin: PeerOrigin): boolean {
    const peer = this.#known.find(address);
    return peer !== UNKNOWN && (this.#known.origins(peer) & ORIGIN_BITS[origin]) !== 0;
  }

  /** Whoever was not heard of at `origin` is not dialled any more, unless it is named there later. */
  forgetOthersThan(origin: PeerOrigin): void {
    const known = this.#known;
    const bit = ORIGIN_BITS[origin];
    this.#origins = bit;
    for (const peer of this.#queue) known.setQueued(peer, (known.origins(peer) & bit) !== 0);
    this.#queue = this.#queue.filter((peer) => known.isQueued(peer));
  }

  /** As `forgetOthersThan`, also of those heard of there so far: who is named there from now on is dialled. */
  beginAnewWith(origin: PeerOrigin): void {
    this.#known.clearOrigins();
    this.forgetOthersThan(origin);
  }

  /** Never to be dialled again: it is ourselves. */
  markOurselves(address: Address): void {
    const peer = this.#known.find(address);
    if (peer !== UNKNOWN) this.#known.setUselessUntilUs(peer, Number.POSITIVE_INFINITY);
  }

  /**
   * Not to be dialled for a while: both of us have everything. One that is named still after that may have lost what it
   * had.
   */
  markSeed(address: Address): void {
    const peer = this.#known.find(address);
    if (peer !== UNKNOWN) this.#known.setUselessUntilUs(peer, this.#ports.clock.now() + SEED_US);
  }

  /** There is something to be had again: everybody that is known may be dialled, seeds too, and at once unless it failed. */
  recallAll(): void {
    const known = this.#known;
    const now = this.#ports.clock.now();
    for (let peer = 0; peer < known.size; peer++) {
      if (known.uselessUntilUs(peer) === Number.POSITIVE_INFINITY) continue;
      if ((known.origins(peer) & this.#origins) === 0) continue;
      known.setUselessUntilUs(peer, 0);
      if (known.held(peer) > 0) this.#recalled.add(peer);
      if (known.held(peer) > 0 || known.failures(peer) >= FAILURES_MAX) continue;
      if (known.failures(peer) === 0) known.setRetryAtUs(peer, Math.min(now, known.retryAtUs(peer)));
      this.#enqueue(peer);
    }
    this.dialMore();
  }

  /** A dial has led to a handshake. */
  opened(): void {
    this.#dialEnded();
    this.dialMore();
  }

  /** A dial has failed before the handshake was done. */
  failed(address: Address): void {
    this.#dialEnded();
    const peer = this.#known.find(address);
    if (peer !== UNKNOWN) this.#known.setFailures(peer, this.#known.failures(peer) + 1);
    this.#letGo(peer, true);
  }

  /**
   * A connection to this address is over. `fruitless`: it ended as soon as it began, as one does to a peer that is full,
   * so the next try should take longer to come.
   */
  closed(address: Address, fruitless: boolean): void {
    const peer = this.#known.find(address);
    if (peer !== UNKNOWN) this.#known.setFailures(peer, 0);
    this.#letGo(peer, fruitless);
  }

  /**
   * Dials one address beyond our share of the connections: one of them was given up for it. If there is one that we never
   * dialled, the one heard of last: it may have come with what all those that we know lack.
   */
  dialInstead(): void {
    const newest = this.#queue.findLastIndex((peer) => this.#known.retryAtUs(peer) === 0);
    if (newest > 0) this.#queue.unshift(...this.#queue.splice(newest, 1));
    this.#oneBeyondShare = true;
    this.dialMore();
    this.#oneBeyondShare = false;
  }

  dialMore(): void {
    if (this.#stopped) return;
    const now = this.#ports.clock.now();
    let earliest = Number.POSITIVE_INFINITY;
    const known = this.#known;
    if (!this.#oneBeyondShare && this.#mayDial()) this.#rank();
    for (let tries = this.#queue.length; tries > 0 && this.#mayDial(); tries--) {
      const peer = this.#queue.shift() as number;
      known.setQueued(peer, false);
      if (known.held(peer) > 0 || known.uselessUntilUs(peer) > now) continue;
      if (this.#bannedHosts.size > 0 && this.isBanned(known.addressOf(peer).host)) continue;
      const retryAtUs = known.retryAtUs(peer);
      if (retryAtUs > now) {
        this.#enqueue(peer);
        earliest = Math.min(earliest, retryAtUs);
        continue;
      }
      known.hold(peer);
      this.#halfOpen++;
      this.#ports.places?.dialBegun();
      this.#oneBeyondShare = false;
      this.#target.dial(known.addressOf(peer));
    }
    this.#waitForTurn(now);
    if (earliest !== Number.POSITIVE_INFINITY) this.#dialMoreAt(earliest);
  }

  stop(): void {
    this.pause();
    this.#queue = [];
  }

  /** Dials nobody until `resume`. */
  pause(): void {
    this.#stopped = true;
    this.#retry?.cancel();
    this.#retry = undefined;
  }

  /** Whoever was connected then may be dialled at once. */
  resume(): void {
    this.#stopped = false;
    const now = this.#ports.clock.now();
    for (const peer of this.#queue) {
      if (this.#known.failures(peer) === 0) {
        this.#known.setRetryAtUs(peer, Math.min(now, this.#known.retryAtUs(peer)));
      }
    }
    this.dialMore();
  }

  #dialMoreAt(atUs: Microseconds): void {
    if (this.#retry !== undefined) {
      // Where all wait alike, who failed later hardly ever comes sooner.
      if (!this.#redialsUserPeersSoon || this.#retryAtUs <= atUs) return;
      this.#retry.cancel();
    }
    this.#retryAtUs = atUs;
    this.#retry = this.#ports.clock.schedule(atUs, () => {
      this.#retry = undefined;
      this.dialMore();
    });
  }

  #dialEnded(): void {
    this.#halfOpen--;
    this.#ports.places?.dialEnded();
  }

  /** It is the client that has no room for another dial: this one comes when it is its turn. */
  #waitForTurn(now: Microseconds): void {
    const { places } = this.#ports;
    if (places === undefined || places.mayDial) return;
    const hasRoom = this.wantsMore && this.#halfOpen < HALF_OPEN_MAX;
    if (!hasRoom || !this.#queue.some((peer) => this.#known.retryAtUs(peer) <= now)) return;
    places.whenMayDial(() => this.dialMore());
  }

  /** Those to be dialled first come first: with fewest failures, of the best origin, with the highest priority (BEP 40). */
  #rank(): void {
    const { priorityOf } = this.#target;
    if (priorityOf === undefined || this.#queue.length < 2) return;
    const known = this.#known;
    const ranked: { readonly peer: number; readonly merit: number; readonly priority: number }[] = [];
    for (const peer of this.#queue) {
      const priority = priorityOf(known.addressOf(peer));
      // Either all of a family have one or none has; those without keep their places at the end.
      const origins = known.origins(peer);
      const origin = BEST_FIRST.findIndex((name) => (origins & ORIGIN_BITS[name]) !== 0);
      ranked.push({
        peer,
        merit: known.failures(peer) * BEST_FIRST.length + origin,
        priority: priority ?? -1,
      });
    }
    if (ranked.every(({ priority }) => priority < 0)) return;
    ranked.sort((a, b) => a.merit - b.merit || b.priority - a.priority);
    this.#queue = ranked.map(({ peer }) => peer);
  }

  #enqueue(peer: number): void {
    if (this.#known.isQueued(peer)) return;
    this.#known.setQueued(peer, true);
    this.#queue.push(peer);
  }

  #letGo(peer: number, inVain: boolean): void {
    const known = this.#known;
    if (peer !== UNKNOWN && known.held(peer) > 0) {
      known.release(peer);
      known.setInVain(peer, inVain ? Math.min(IN_VAIN_MAX, known.inVain(peer) + 1) : 0);
      const now = this.#ports.clock.now();
      const isSoon = this.#redialsUserPeersSoon && (known.origins(peer) & ORIGIN_BITS.user) !== 0;
      const tries = known.inVain(peer);
      const soonUs = USER_RETRY_US[Math.min(Math.max(tries, 1), USER_RETRY_US.length) - 1] as number;
      const waitUs = isSoon ? soonUs : RETRY_US * (tries + 1);
      known.setRetryAtUs(peer, now + (this.#recalled.delete(peer) ? 0 : waitUs));
      const useless = known.uselessUntilUs(peer) > now;
      const isGivenUp = known.failures(peer) >= FAILURES_MAX && !isSoon;
      const isNamed = (known.origins(peer) & this.#origins) !== 0;
      const mayRetry = known.held(peer) === 0 && !isGivenUp && !useless && isNamed;
      if (mayRetry) this.#enqueue(peer);
    }
    this.dialMore();
  }

  #mayDial(): boolean {
    const hasRoom = this.#oneBeyondShare || this.wantsMore;
    return hasRoom && this.#halfOpen < HALF_OPEN_MAX && (this.#ports.places?.mayDial ?? true);
  }
}

function dialMaxOf(connectionsMax: number): number {
  return Math.max(1, Math.floor(connectionsMax * DIAL_SHARE));
}
