/** The searches of a node: a few under way at one time, a bounded number that wait for their turn. */
import type { Address, Clock } from '../ports.ts';
import type { NodeContact } from './compact-nodes.ts';
import { Lookup, type LookupEvents, type LookupNetwork } from './lookup.ts';

/** Searches under way at one time; further ones wait. */
export const SEARCHES_MAX = 8;
export const WAITING_SEARCHES_MAX = 256;

/** Whom a search asks first. */
export interface SearchStart {
  readonly nodes: readonly NodeContact[];
  readonly addresses: readonly Address[];
}

export class SearchQueue {
  readonly #clock: Clock;
  readonly #network: LookupNetwork;
  readonly #startOf: (target: Uint8Array) => SearchStart;
  readonly #underWay = new Set<Lookup>();
  readonly #waiting: (() => void)[] = [];
  #open = false;
  #stopped = false;

  /** `startOf` is called when a search begins. */
  constructor(clock: Clock, network: LookupNetwork, startOf: (target: Uint8Array) => SearchStart) {
    this.#clock = clock;
    this.#network = network;
    this.#startOf = startOf;
  }

  get underWayCount(): number {
    return this.#underWay.size;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Queries can be sent from now on. */
  open(): void {
    this.#open = true;
    this.#beginWaiting();
  }

  /** Searches, now or later. False: too many wait already, and nothing will come of it. */
  add(target: Uint8Array, method: 'find_node' | 'get_peers', events: LookupEvents): boolean {
    if (this.#stopped || this.#waiting.length >= WAITING_SEARCHES_MAX) return false;
    this.#waiting.push(() => this.#begin(target, method, events));
    this.#beginWaiting();
    return true;
  }

  /** Queries can be sent again: those that could not go on do. */
  advance(): void {
    for (const search of [...this.#underWay]) search.advance();
  }

  stop(): void {
    this.#stopped = true;
    for (const search of this.#underWay) search.stop();
    this.#underWay.clear();
    this.#waiting.length = 0;
  }

  #begin(target: Uint8Array, method: 'find_node' | 'get_peers', events: LookupEvents): void {
    const search = new Lookup(target, method, this.#network, {
      onPeers: (peers) => events.onPeers(peers),
      onDone: (closest) => {
        this.#underWay.delete(search);
        // The end may come while the search begins, inside a call of whoever wants it.
        this.#clock.schedule(this.#clock.now(), () => {
          if (this.#stopped) return;
          events.onDone(closest);
          this.#beginWaiting();
        });
      },
    });
    this.#underWay.add(search);
    const { nodes, addresses } = this.#startOf(target);
    search.start(nodes, addresses);
  }

  #beginWaiting(): void {
    while (this.#open && this.#underWay.size < SEARCHES_MAX) {
      const begin = this.#waiting.shift();
      if (begin === undefined) return;
      begin();
    }
  }
}
