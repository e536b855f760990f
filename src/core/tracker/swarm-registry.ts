/**
 * The tracker itself, whatever the transport: every swarm it knows, by info-hash. Pure: time comes in as an argument,
 * and old entries are dropped while others are touched, so there is no timer. Invariant: at most `swarmsMax` swarms
 * and `peersMax` peers over all swarms.
 */
import { formatIp, parseIp } from '../address.ts';
import { equalBytes, toHex } from '../bytes.ts';
import type { Address, Microseconds, Random } from '../ports.ts';
import { failure, type Result, success } from '../result.ts';
import type { AnnounceRequest, ScrapeCounts } from './announce.ts';
import { RecencyList, type Recent } from './recency-list.ts';
import { type AddressFamily, Swarm, type SwarmPeer } from './swarm.ts';

export interface SwarmRegistryOptions {
  /** Time between two announces that clients are asked to keep. */
  readonly intervalUs: Microseconds;
  /** The least time between two announces. */
  readonly minIntervalUs: Microseconds;
  /** Peers in an answer when the client does not ask for a number. */
  readonly defaultNumwant: number;
  readonly swarmsMax: number;
  readonly peersPerSwarmMax: number;
  readonly peersMax: number;
  /**
   * Whether who has nothing left, but has neither fetched nor sent anything, gets seeds too. A seed has no use for them;
   * but aria2 1.36 announces a magnet link so until it has the metadata, and would find nobody to ask for that.
   */
  readonly idleMayLackMetadata: boolean;
  /** Whether a torrent is served, by its info-hash in hex; default: all are. */
  readonly serves: (infoHash: string) => boolean;
}

/** What the tracker has done and knows. */
export interface TrackerStatistics {
  /** Since the start; refused ones too. */
  readonly announces: number;
  readonly scrapes: number;
  /** Announces that were answered with a failure. */
  readonly refused: number;
  /** Downloads that finished, as reported, in the swarms that are known now. */
  readonly downloaded: number;
  readonly swarms: number;
  /** Those with an address of each family once. */
  readonly peers: number;
  readonly seeds: number;
  /** The swarms with the most peers, the largest first. */
  readonly largest: readonly SwarmStatistics[];
}

export interface SwarmStatistics extends ScrapeCounts {
  /** In hex. */
  readonly infoHash: string;
}

/** The most peers in an answer, whatever a client asks for. */
export const NUMWANT_MAX = 200;

export const SWARM_REGISTRY_DEFAULTS: SwarmRegistryOptions = {
  intervalUs: 1800 * 1_000_000,
  minIntervalUs: 60 * 1_000_000,
  defaultNumwant: 50,
  swarmsMax: 100_000,
  peersPerSwarmMax: 100_000,
  peersMax: 1_000_000,
  idleMayLackMetadata: false,
  serves: () => true,
};

/** A peer is forgotten when it has not announced for this many intervals. */
const EXPIRY_INTERVALS = 2;

export interface AnnounceAnswer {
  readonly intervalSeconds: number;
  readonly minIntervalSeconds: number;
  readonly complete: number;
  readonly incomplete: number;
  /** At most 200; those of the asker's own address family first. */
  readonly peers: readonly SwarmPeer[];
}

export interface AnnounceLimits {
  /** Bounds the number of peers further, for answers that must fit into a datagram. */
  readonly peersMax: number;
  /** Whether peers of the other address family may fill up the answer. */
  readonly bothFamilies: boolean;
}

interface Tracked extends Recent<Tracked> {
  readonly infoHash: string;
  readonly swarm: Swarm;
}

export class SwarmRegistry {
  readonly #random: Random;
  readonly #options: SwarmRegistryOptions;
  readonly #swarms = new Map<string, Tracked>();
  readonly #order = new RecencyList<Tracked>();
  #peerCount = 0;
  #announces = 0;
  #scrapes = 0;
  #refused = 0;
  /** The info-hash asked for last, and its name: most trackers hear of one again and again. */
  #lastHash = new Uint8Array(0);
  #lastName = '';

  constructor(ports: { readonly random: Random }, options: Partial<SwarmRegistryOptions> = {}) {
    this.#random = ports.random;
    this.#options = { ...SWARM_REGISTRY_DEFAULTS, ...options };
  }

  get swarmCount(): number {
    return this.#swarms.size;
  }

  get peerCount(): number {
    return this.#peerCount;
  }

  /**
   * Takes note of the announcer, which is reachable at the host it sent from and the port it names, and answers with
   * other peers. An announcer with port 0 gets peers and is not kept. Failure when the tracker is full, and for a torrent
   * that it does not serve.
   */
  announce(
    request: AnnounceRequest,
    from: Address,
    nowUs: Microseconds,
    limits?: AnnounceLimits,
  ): Result<AnnounceAnswer> {
    const answer = this.#announce(request, from, nowUs, limits);
    this.#announces++;
    if (!answer.ok) this.#refused++;
    return answer;
  }

  #announce(
    request: AnnounceRequest,
    from: Address,
    nowUs: Microseconds,
    limits: AnnounceLimits = { peersMax: NUMWANT_MAX, bothFamilies: false },
  ): Result<AnnounceAnswer> {
    this.#expireSwarms(nowUs);
    const infoHash = this.#nameOf(request.infoHash);
    if (!this.#options.serves(infoHash)) return failure('this tracker does not serve this torrent');
    const contact = contactOf(from, request.port);
    const seed = request.left === 0;
    let tracked = this.#swarms.get(infoHash);
    if (request.event === 'stopped') {
      if (tracked !== undefined) this.#remove(tracked, contact, nowUs);
      return success(this.#answer(tracked?.swarm, []));
    }
    if (contact.port === 0) {
      if (tracked !== undefined) this.#expirePeers(tracked, nowUs);
    } else {
      tracked ??= this.#open(infoHash, nowUs);
      if (tracked === undefined) return failure('this tracker is full');
      this.#order.touch(tracked, nowUs);
      this.#expirePeers(tracked, nowUs);
      if (!this.#makeRoom(tracked.swarm, contact)) return failure('this tracker is full');
      const before = tracked.swarm.size;
      tracked.swarm.update(contact, request.peerId, seed, request.event === 'completed', nowUs);
      this.#peerCount += tracked.swarm.size - before;
    }
    const wanted = request.numwant < 0 ? this.#options.defaultNumwant : request.numwant;
    const count = Math.min(wanted, NUMWANT_MAX, limits.peersMax);
    const family: AddressFamily = contact.host.includes(':') ? 6 : 4;
    const isIdle = request.uploaded === 0 && request.downloaded === 0;
    const servesSeed = seed && !(isIdle && this.#options.idleMayLackMetadata);
    const peers = tracked?.swarm.sample(family, count, contact, request.peerId, servesSeed) ?? [];
    if (limits.bothFamilies && tracked !== undefined && peers.length < count) {
      const other = family === 4 ? 6 : 4;
      peers.push(...tracked.swarm.sample(other, count - peers.length, contact, request.peerId, servesSeed));
    }
    return success(this.#answer(tracked?.swarm, peers));
  }

  /** Counts of each swarm in the order asked; undefined where the tracker knows nothing. */
  scrape(infoHashes: readonly Uint8Array[], nowUs: Microseconds): (ScrapeCounts | undefined)[] {
    this.#expireSwarms(nowUs);
    this.#scrapes++;
    return infoHashes.map((infoHash) => {
      const tracked = this.#swarms.get(toHex(infoHash));
      if (tracked === undefined) return undefined;
      this.#expirePeers(tracked, nowUs);
      const { swarm } = tracked;
      return { complete: swarm.seedCount, downloaded: swarm.downloaded, incomplete: swarm.leecherCount };
    });
  }

  /** Looks at every swarm, so it is for people and not for every request. `largestMax`: how many swarms are named. */
  statistics(nowUs: Microseconds, largestMax: number): TrackerStatistics {
    this.#expireSwarms(nowUs);
    const all: SwarmStatistics[] = [];
    let peers = 0;
    let seeds = 0;
    let downloaded = 0;
    for (const tracked of this.#swarms.values()) {
      this.#expirePeers(tracked, nowUs);
      const { swarm, infoHash } = tracked;
      peers += swarm.seedCount + swarm.leecherCount;
      seeds += swarm.seedCount;
      downloaded += swarm.downloaded;
      const { seedCount, leecherCount } = swarm;
      all.push({ infoHash, complete: seedCount, incomplete: leecherCount, downloaded: swarm.downloaded });
    }
    const size = (swarm: SwarmStatistics): number => swarm.complete + swarm.incomplete;
    all.sort((a, b) => size(b) - size(a) || (a.infoHash < b.infoHash ? -1 : 1));
    return {
      announces: this.#announces,
      scrapes: this.#scrapes,
      refused: this.#refused,
      downloaded,
      swarms: this.#swarms.size,
      peers,
      seeds,
      largest: all.slice(0, largestMax),
    };
  }

  #nameOf(infoHash: Uint8Array): string {
    if (!equalBytes(infoHash, this.#lastHash)) {
      this.#lastHash = infoHash.slice();
      this.#lastName = toHex(infoHash);
    }
    return this.#lastName;
  }

  #answer(swarm: Swarm | undefined, peers: readonly SwarmPeer[]): AnnounceAnswer {
    return {
      intervalSeconds: Math.floor(this.#options.intervalUs / 1_000_000),
      minIntervalSeconds: Math.floor(this.#options.minIntervalUs / 1_000_000),
      complete: swarm?.seedCount ?? 0,
      incomplete: swarm?.leecherCount ?? 0,
      peers,
    };
  }

  #open(infoHash: string, nowUs: Microseconds): Tracked | undefined {
    if (this.#swarms.size >= this.#options.swarmsMax) return undefined;
    const swarm = new Swarm(this.#random.fork(infoHash));
    const tracked: Tracked = { infoHash, swarm, lastSeenUs: nowUs, older: undefined, newer: undefined };
    this.#swarms.set(infoHash, tracked);
    this.#order.add(tracked, nowUs);
    return tracked;
  }

  /** A full swarm lets go of whoever was silent for longest; false when there is nobody to let go of. */
  #makeRoom(swarm: Swarm, contact: Address): boolean {
    const full = swarm.size >= this.#options.peersPerSwarmMax || this.#peerCount >= this.#options.peersMax;
    if (!full || swarm.has(contact)) return true;
    if (swarm.size === 0) return false;
    swarm.removeOldest();
    this.#peerCount--;
    return true;
  }

  #remove(tracked: Tracked, contact: Address, nowUs: Microseconds): void {
    this.#expirePeers(tracked, nowUs);
    if (tracked.swarm.remove(contact)) this.#peerCount--;
  }

  #expirePeers(tracked: Tracked, nowUs: Microseconds): void {
    const before = tracked.swarm.size;
    tracked.swarm.expire(nowUs - EXPIRY_INTERVALS * this.#options.intervalUs);
    this.#peerCount += tracked.swarm.size - before;
  }

  /** A swarm without an announce for as long as a peer may be silent has no peers left. */
  #expireSwarms(nowUs: Microseconds): void {
    const deadlineUs = nowUs - EXPIRY_INTERVALS * this.#options.intervalUs;
    for (;;) {
      const tracked = this.#order.expired(deadlineUs);
      if (tracked === undefined) return;
      this.#peerCount -= tracked.swarm.size;
      this.#swarms.delete(tracked.infoHash);
      this.#order.remove(tracked);
    }
  }
}

/** Where the sender accepts streams. An IPv4 sender seen through an IPv6 socket (::ffff:a.b.c.d) is an IPv4 peer. */
function contactOf(from: Address, port: number): Address {
  const ip = from.host.includes(':') ? parseIp(from.host) : undefined;
  if (ip === undefined || ip.length !== 16) return { host: from.host, port };
  const mapped = ip[10] === 0xff && ip[11] === 0xff && ip.subarray(0, 10).every((byte) => byte === 0);
  return { host: mapped ? formatIp(ip.subarray(12)) : from.host, port };
}
