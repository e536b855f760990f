/**
 * Whom to connect to: the addresses heard of, how often each failed, and when it may be tried again. Dials a few at a
 * time until the torrent has enough connections, and leaves room for those who dial us, so that latecomers get in.
 */
import { formatAddress } from '../address.ts';
import type { Address, Clock, Microseconds, Random, Timer } from '../ports.ts';

/** Dials under way at one time. */
export const HALF_OPEN_MAX = 10;
/** We stop dialling at this share of the connection limit (mainline: 40 of 80). */
const DIAL_SHARE = 0.6;
const ADDRESSES_MAX = 3000;
const FAILURES_MAX = 3;
/** Least time to the next try; each one in vain adds as much again. */
const RETRY_US: Microseconds = 60_000_000;
const IN_VAIN_MAX = 9;
/** A seed is left alone by another seed for so long. */
const SEED_US: Microseconds = 600_000_000;

interface Candidate {
  readonly address: Address;
  /** Dials in a row that led to no handshake. */
  failures: number;
  /** Tries in a row that led to nothing, those included that were turned away. */
  inVain: number;
  /** Connections that we hold to it, the one being dialled included; two for a moment when both sides dial. */
  held: number;
  /** Until then there is nothing to be had or given there; for ever when it is ourselves. */
  uselessUntilUs: Microseconds;
  /** It waits in the queue for its turn. */
  queued: boolean;
  retryAtUs: Microseconds;
}

export interface DialerPorts {
  readonly clock: Clock;
  readonly random: Random;
}

export interface DialTarget {
  /** Connections of the torrent, those being dialled included. */
  readonly connectionCount: number;
  dial(address: Address): void;
}

export class Dialer {
  readonly #ports: DialerPorts;
  readonly #target: DialTarget;
  #dialMax: number;
  readonly #candidates = new Map<string, Candidate>();
  /** Those that may be dialled, now or later; the held and useless among them are skipped when their turn comes. */
  #queue: Candidate[] = [];
  readonly #bannedHosts = new Set<string>();
  #halfOpen = 0;
  #retry: Timer | undefined;
  #stopped = false;
  #oneBeyondShare = false;

  constructor(ports: DialerPorts, target: DialTarget, connectionsMax: number) {
    this.#ports = ports;
    this.#target = target;
    this.#dialMax = dialMaxOf(connectionsMax);
  }

  /** The torrent's connection limit is another from now on. */
  setMax(connectionsMax: number): void {
    this.#dialMax = dialMaxOf(connectionsMax);
    this.dialMore();
  }

  /** Whether there is nobody to dial now although more connections are wanted. Those that failed of late do not count. */
  get isShort(): boolean {
    if (this.#target.connectionCount >= this.#dialMax) return false;
    const now = this.#ports.clock.now();
    return this.#queue.every((candidate) => candidate.retryAtUs > now);
  }

  isBanned(host: string): boolean {
    return this.#bannedHosts.has(host);
  }

  /** The host lied about data and is not spoken to again. */
  ban(host: string): void {
    this.#bannedHosts.add(host);
  }

  /**
   * Addresses from a tracker or a user. Those that wait for their turn already change nothing. One that was given up and
   * is named still may have come back: it gets one more try, after a wait that grows with every try in vain.
   */
  add(addresses: readonly Address[]): void {
    const fresh: Candidate[] = [];
    const now = this.#ports.clock.now();
    for (const address of addresses) {
      const candidate = this.#candidate(address);
      if (candidate === undefined || candidate.queued) continue;
      if (candidate.failures >= FAILURES_MAX) {
        if (now < candidate.retryAtUs) continue;
        candidate.failures = FAILURES_MAX - 1;
      }
      candidate.queued = true;
      fresh.push(candidate);
    }
    // A tracker's order would make everybody dial the same peers first.
    for (let index = fresh.length - 1; index > 0; index--) {
      const other = this.#ports.random.below(index + 1);
      const candidate = fresh[index] as Candidate;
      fresh[index] = fresh[other] as Candidate;
      fresh[other] = candidate;
    }
    this.#queue.push(...fresh);
    this.dialMore();
  }

  /**
   * Forgets whom to dial, but not who is banned or useless. A seed begins anew: most of those it heard of are seeds by
   * now too, and its tracker names it those that are not.
   */
  startOver(): void {
    for (const candidate of this.#queue) candidate.queued = false;
    this.#queue = [];
  }

  /** A peer that dialled us accepts connections at this address: no need to dial it until `closed` is called for it. */
  hold(address: Address): void {
    const candidate = this.#candidate(address);
    if (candidate !== undefined) candidate.held++;
  }

  /** Never to be dialled again: it is ourselves. */
  markOurselves(address: Address): void {
    const candidate = this.#candidates.get(formatAddress(address));
    if (candidate !== undefined) candidate.uselessUntilUs = Number.POSITIVE_INFINITY;
  }

  /**
   * Not to be dialled for a while: both of us have everything. One that is named still after that may have lost what it
   * had.
   */
  markSeed(address: Address): void {
    const candidate = this.#candidates.get(formatAddress(address));
    if (candidate !== undefined) candidate.uselessUntilUs = this.#ports.clock.now() + SEED_US;
  }

  /** A dial has led to a handshake. */
  opened(): void {
    this.#halfOpen--;
    this.dialMore();
  }

  /** A dial has failed before the handshake was done. */
  failed(address: Address): void {
    this.#halfOpen--;
    const candidate = this.#candidates.get(formatAddress(address));
    if (candidate !== undefined) candidate.failures++;
    this.#letGo(candidate, true);
  }

  /**
   * A connection to this address is over. `fruitless`: it ended as soon as it began, as one does to a peer that is full,
   * so the next try should take longer to come.
   */
  closed(address: Address, fruitless: boolean): void {
    const candidate = this.#candidates.get(formatAddress(address));
    if (candidate !== undefined) candidate.failures = 0;
    this.#letGo(candidate, fruitless);
  }

  /** Dials one address beyond our share of the connections: one of them was given up for it. */
  dialInstead(): void {
    this.#oneBeyondShare = true;
    this.dialMore();
    this.#oneBeyondShare = false;
  }

  dialMore(): void {
    if (this.#stopped) return;
    const now = this.#ports.clock.now();
    let earliest = Number.POSITIVE_INFINITY;
    for (let tries = this.#queue.length; tries > 0 && this.#mayDial(); tries--) {
      const candidate = this.#queue.shift() as Candidate;
      candidate.queued = false;
      const useless = candidate.uselessUntilUs > now;
      if (candidate.held > 0 || useless || this.isBanned(candidate.address.host)) continue;
      if (candidate.retryAtUs > now) {
        this.#enqueue(candidate);
        earliest = Math.min(earliest, candidate.retryAtUs);
        continue;
      }
      candidate.held++;
      this.#halfOpen++;
      this.#oneBeyondShare = false;
      this.#target.dial(candidate.address);
    }
    if (earliest === Number.POSITIVE_INFINITY || this.#retry !== undefined) return;
    this.#retry = this.#ports.clock.schedule(earliest, () => {
      this.#retry = undefined;
      this.dialMore();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
    this.#queue = [];
  }

  #enqueue(candidate: Candidate): void {
    if (candidate.queued) return;
    candidate.queued = true;
    this.#queue.push(candidate);
  }

  #letGo(candidate: Candidate | undefined, inVain: boolean): void {
    if (candidate !== undefined && candidate.held > 0) {
      candidate.held--;
      candidate.inVain = inVain ? Math.min(IN_VAIN_MAX, candidate.inVain + 1) : 0;
      const now = this.#ports.clock.now();
      candidate.retryAtUs = now + RETRY_US * (candidate.inVain + 1);
      const useless = candidate.uselessUntilUs > now;
      const mayRetry = candidate.held === 0 && candidate.failures < FAILURES_MAX && !useless;
      if (mayRetry) this.#enqueue(candidate);
    }
    this.dialMore();
  }

  #candidate(address: Address): Candidate | undefined {
    const key = formatAddress(address);
    const known = this.#candidates.get(key);
    if (known !== undefined || this.#candidates.size >= ADDRESSES_MAX) return known;
    const candidate = {
      address,
      failures: 0,
      inVain: 0,
      held: 0,
      uselessUntilUs: 0,
      queued: false,
      retryAtUs: 0,
    };
    this.#candidates.set(key, candidate);
    return candidate;
  }

  #mayDial(): boolean {
    const hasRoom = this.#oneBeyondShare || this.#target.connectionCount < this.#dialMax;
    return hasRoom && this.#halfOpen < HALF_OPEN_MAX;
  }
}

function dialMaxOf(connectionsMax: number): number {
  return Math.max(1, Math.floor(connectionsMax * DIAL_SHARE));
}
