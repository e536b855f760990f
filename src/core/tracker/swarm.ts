/**
 * The peers of one torrent as its tracker knows them. A peer is its contact address, so that nobody can displace
 * another by claiming its peer id. Invariant: every peer is in the map, in exactly one pool at `position`, and in the
 * list ordered by the time of its last announce; every operation costs O(1) plus what it returns.
 */
import { equalBytes } from '../bytes.ts';
import { ContactMap } from '../contact-map.ts';
import type { Address, Microseconds, Random } from '../ports.ts';
import { drawDistinct } from './draw-distinct.ts';
import { DualStackCounts } from './dual-stack-counts.ts';
import { RecencyList, type Recent } from './recency-list.ts';

export type AddressFamily = 4 | 6;

export interface SwarmPeer {
  readonly contact: Address;
  readonly peerId: Uint8Array;
}

interface Entry extends Recent<Entry> {
  readonly contact: Address;
  readonly family: AddressFamily;
  peerId: Uint8Array;
  seed: boolean;
  /** Its completion was counted, or it was a seed from the start. */
  finished: boolean;
  position: number;
}

/** Leechers and seeds of one address family. */
interface Pool {
  readonly leechers: Entry[];
  readonly seeds: Entry[];
}

export class Swarm {
  readonly #random: Random;
  readonly #peers = new ContactMap<Entry>();
  readonly #ipv4: Pool = { leechers: [], seeds: [] };
  readonly #ipv6: Pool = { leechers: [], seeds: [] };
  readonly #order = new RecencyList<Entry>();
  /** Since there have been peers of both families: to count them all is not to be had again and again. */
  #twice: DualStackCounts | undefined;
  #downloaded = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get size(): number {
    return this.#peers.size;
  }

  /** A peer with an address of each family counts once. */
  get seedCount(): number {
    return this.#ipv4.seeds.length + this.#ipv6.seeds.length - (this.#twice?.seeds ?? 0);
  }

  get leecherCount(): number {
    return this.#ipv4.leechers.length + this.#ipv6.leechers.length - (this.#twice?.leechers ?? 0);
  }

  /** How many downloads finished, as reported. */
  get downloaded(): number {
    return this.#downloaded;
  }

  has(contact: Address): boolean {
    return this.#peers.get(contact) !== undefined;
  }

  /** Notes that a peer is here, new or not. */
  update(contact: Address, peerId: Uint8Array, seed: boolean, completed: boolean, nowUs: Microseconds): void {
    let entry = this.#peers.get(contact);
    if (entry === undefined) {
      entry = {
        contact,
        family: contact.host.includes(':') ? 6 : 4,
        peerId,
        seed,
        finished: seed && !completed,
        position: 0,
        lastSeenUs: nowUs,
        older: undefined,
        newer: undefined,
      };
      this.#peers.add(entry);
      this.#order.add(entry, nowUs);
    } else {
      this.#order.touch(entry, nowUs);
      this.#leavePool(entry);
      if (!equalBytes(entry.peerId, peerId)) entry.peerId = peerId;
      entry.seed = seed;
    }
    if (completed && !entry.finished) {
      entry.finished = true;
      this.#downloaded++;
    }
    this.#joinPool(entry);
  }

  /** Forgets a peer; false when it was not known. */
  remove(contact: Address): boolean {
    const entry = this.#peers.get(contact);
    if (entry !== undefined) this.#drop(entry);
    return entry !== undefined;
  }

  /** Forgets the peer that has been silent for longest. */
  removeOldest(): void {
    const oldest = this.#order.oldest;
    if (oldest !== undefined) this.#drop(oldest);
  }

  /** Forgets every peer last seen before `deadlineUs`. */
  expire(deadlineUs: Microseconds): void {
    for (let entry = this.#order.expired(deadlineUs); entry !== undefined; ) {
      this.#drop(entry);
      entry = this.#order.expired(deadlineUs);
    }
  }

  /**
   * Up to `count` random peers of a family for the peer at `asker`, which is never among them, neither by address nor
   * by peer id. Seeds get leechers only.
   */
  sample(
    family: AddressFamily,
    count: number,
    asker: Address,
    peerId: Uint8Array,
    seed: boolean,
  ): SwarmPeer[] {
    const { leechers, seeds } = family === 4 ? this.#ipv4 : this.#ipv6;
    const candidates = leechers.length + (seed ? 0 : seeds.length);
    if (candidates === 0) return [];
    const own = this.#peers.get(asker);
    let ownIndex = -1;
    if (own !== undefined && own.family === family) {
      if (!own.seed) ownIndex = own.position;
      else if (!seed) ownIndex = leechers.length + own.position;
    }
    const total = ownIndex < 0 ? candidates : candidates - 1;
    const peers: SwarmPeer[] = [];
    for (const drawn of drawDistinct(total, count, this.#random)) {
      // The last candidate takes the place of the asker.
      const index = drawn === ownIndex ? total : drawn;
      const entry = (index < leechers.length ? leechers[index] : seeds[index - leechers.length]) as Entry;
      if (!equalBytes(entry.peerId, peerId)) peers.push({ contact: entry.contact, peerId: entry.peerId });
    }
    return peers;
  }

  #poolOf(entry: Entry): Entry[] {
    const pool = entry.family === 4 ? this.#ipv4 : this.#ipv6;
    return entry.seed ? pool.seeds : pool.leechers;
  }

  #joinPool(entry: Entry): void {
    entry.position = this.#poolOf(entry).push(entry) - 1;
    if (this.#twice !== undefined) this.#twice.add(entry);
    else if (sizeOf(this.#ipv4) > 0 && sizeOf(this.#ipv6) > 0) {
      this.#twice = new DualStackCounts();
      for (const { seeds, leechers } of [this.#ipv4, this.#ipv6]) {
        for (const each of [...seeds, ...leechers]) this.#twice.add(each);
      }
    }
  }

  #leavePool(entry: Entry): void {
    this.#twice?.remove(entry);
    const pool = this.#poolOf(entry);
    const last = pool.pop() as Entry;
    if (last === entry) return;
    pool[entry.position] = last;
    last.position = entry.position;
  }

  #drop(entry: Entry): void {
    this.#peers.delete(entry);
    this.#leavePool(entry);
    this.#order.remove(entry);
  }
}

function sizeOf({ leechers, seeds }: Pool): number {
  return leechers.length + seeds.length;
}
