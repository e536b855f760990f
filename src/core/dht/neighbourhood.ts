/**
 * How a node gets into the DHT and stays there: it searches for its own id, again and again after growing waits while it
 * knows few nodes, and now and then for an id in a part of its table where nothing happened.
 */
import type { Clock, Microseconds, Timer } from '../ports.ts';
import { K } from './bucket.ts';
import type { LookupEvents } from './lookup.ts';
import type { RoutingTable } from './routing-table.ts';

/** With fewer nodes in the table we go on looking for our neighbours: a young DHT grows around us. */
const ENOUGH_NODES = 2 * K;
/** Between two looks at the table. */
const CARE_US: Microseconds = 30_000_000;
/** Between two searches for our neighbours, at first and at most. */
const JOIN_US: Microseconds = 5_000_000;
const JOIN_MOST_US: Microseconds = 300_000_000;
/** From the first answer to when the DHT counts as reached, at most. */
const SETTLING_US: Microseconds = 1_000_000;

export interface NeighbourhoodHandler {
  search(target: Uint8Array, method: 'find_node', events: LookupEvents): boolean;
  /** The neighbours are known: searches lead somewhere from here on. */
  onJoined(): void;
  /** Time to look after whatever grows old. */
  onCare(): void;
}

export class Neighbourhood {
  readonly #clock: Clock;
  readonly #table: RoutingTable;
  readonly #handler: NeighbourhoodHandler;
  #care: Timer | undefined;
  #join: Timer | undefined;
  #soon: Timer | undefined;
  #waitUs = JOIN_US;
  #joining = false;
  #joined = false;
  #stopped = false;

  constructor(clock: Clock, table: RoutingTable, handler: NeighbourhoodHandler) {
    this.#clock = clock;
    this.#table = table;
    this.#handler = handler;
  }

  /** Whether there is anybody to ask. */
  get joined(): boolean {
    return this.#joined;
  }

  /** Whether so few nodes are known that the DHT may still be growing around us. */
  get isYoung(): boolean {
    return this.#table.size < ENOUGH_NODES;
  }

  start(): void {
    this.join();
    this.#careLater();
  }

  stop(): void {
    this.#stopped = true;
    this.#care?.cancel();
    this.#join?.cancel();
    this.#soon?.cancel();
  }

  /** Somebody has answered: whoever answers first knows who is near us. */
  answered(): void {
    if (this.#joined || this.#table.size === 0) return;
    if (!this.#joining) this.join();
    // The search may wait long for nodes that are gone: those that answered at once are enough to begin with.
    this.#soon ??= this.#clock.schedule(this.#clock.now() + SETTLING_US, () => this.#noteJoined());
  }

  /** Looks for the nodes that are nearest to ourselves. */
  join(): void {
    this.#join?.cancel();
    this.#join = undefined;
    if (this.#stopped || this.#joining) return;
    this.#joining = true;
    const began = this.#handler.search(this.#table.ownId, 'find_node', {
      onPeers: () => {},
      onDone: () => this.#searched(),
    });
    if (!began) this.#searched();
  }

  #searched(): void {
    this.#joining = false;
    if (this.#stopped) return;
    if (this.isYoung) this.#joinLater();
    else this.#waitUs = JOIN_US;
    this.#noteJoined();
  }

  #noteJoined(): void {
    this.#soon?.cancel();
    this.#soon = undefined;
    const isNew = this.#table.size > 0 && !this.#joined;
    this.#joined = this.#table.size > 0;
    if (isNew) this.#handler.onJoined();
  }

  #joinLater(): void {
    this.#join?.cancel();
    this.#join = this.#clock.schedule(this.#clock.now() + this.#waitUs, () => this.join());
    this.#waitUs = Math.min(2 * this.#waitUs, JOIN_MOST_US);
  }

  #careLater(): void {
    this.#care = this.#clock.schedule(this.#clock.now() + CARE_US, () => {
      this.#handler.onCare();
      if (this.isYoung && this.#join === undefined && !this.#joining) this.#joinLater();
      const target = this.isYoung ? undefined : this.#table.drawRefreshTarget();
      if (target !== undefined) {
        this.#handler.search(target, 'find_node', { onPeers: () => {}, onDone: () => {} });
      }
      this.#careLater();
    });
  }
}
