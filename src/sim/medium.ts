/**
 * What the streams and datagrams of one simulated internet have in common: the simulation, the links and their sharing, the
 * directions and their segments, the settings. It batches the consequences of an instant: before time advances, first every direction that
 * was written to decides how to send, then the links are shared out once.
 */
import type { Address } from '../core/ports.ts';
import type { EventTarget } from './event-queue.ts';
import { LinkTable } from './link-table.ts';
import { RateSharing } from './max-min.ts';
import type { Routes } from './routes.ts';
import { SegmentTable } from './segment-table.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { PendingDial, SimulatedStream } from './simulated-stream.ts';
import type { Simulation } from './simulation.ts';
import { StreamDirections } from './stream-direction.ts';

export interface StreamOptions {
  /** Window of a new or long idle stream in bytes: ten segments of 1460 (RFC 6928). */
  readonly initialWindowBytes: number;
  /** Where doubling ends: the most in flight on one stream, in bytes. Both are whole, and less than 2 GiB. */
  readonly maxWindowBytes: number;
  /** Bytes that may leave for a receiver that has paused before the sender stops. */
  readonly receiveBufferBytes: number;
  /** How long a dial to a host that does not answer takes to fail. */
  readonly dialTimeoutUs: number;
}

export const defaultStreamOptions: StreamOptions = {
  initialWindowBytes: 14600,
  maxWindowBytes: 4 * 1024 * 1024,
  receiveBufferBytes: 256 * 1024,
  dialTimeoutUs: 20_000_000,
};

export class Medium implements EventTarget {
  readonly simulation: Simulation;
  readonly options: StreamOptions;
  readonly routes: Routes<SimulatedHost>;
  readonly sharing = new RateSharing();
  readonly links = new LinkTable();
  readonly segments = new SegmentTable();
  readonly directions: StreamDirections;
  /** Of streams that are not open yet at the end that dials. */
  readonly dials = new Map<SimulatedStream, PendingDial>();
  /** What the remote is, of streams whose rows do not say it: that nobody has accepted. */
  readonly remotes = new Map<SimulatedStream, Address>();
  /** Rows of the directions that were written to in this instant: the first so many. */
  #waiting = new Int32Array(64);
  #waitingCount = 0;
  readonly #dialCounts = new Map<SimulatedHost, number>();
  #armed = false;

  constructor(simulation: Simulation, options: StreamOptions, routes: Routes<SimulatedHost>) {
    this.simulation = simulation;
    this.options = options;
    this.routes = routes;
    this.directions = new StreamDirections(this);
  }

  /** How many streams `host` has dialled before: names its next one. */
  countDial(host: SimulatedHost): number {
    const count = this.#dialCounts.get(host) ?? 0;
    this.#dialCounts.set(host, count + 1);
    return count;
  }

  /** Flushes the direction `row` before time advances; the caller sees to it that it is only once. */
  flushLater(row: number): void {
    if (this.#waitingCount === this.#waiting.length) {
      const waiting = new Int32Array(2 * this.#waiting.length);
      waiting.set(this.#waiting);
      this.#waiting = waiting;
    }
    this.#waiting[this.#waitingCount++] = row;
    this.shareLater();
  }

  /** Sees to it that the links are shared out before time advances. */
  shareLater(): void {
    if (this.#armed) return;
    this.#armed = true;
    this.simulation.beforeTimeAdvances(this);
  }

  fire(): void {
    this.#armed = false;
    for (let index = 0; index < this.#waitingCount; index++) {
      this.directions.flush(this.#waiting[index] as number);
    }
    this.#waitingCount = 0;
    if (this.sharing.pending) this.sharing.share(this.simulation.nowUs);
    this.directions.settled();
  }
}
