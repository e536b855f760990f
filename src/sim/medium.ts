/**
 * What the streams and datagrams of one simulated internet have in common: the simulation, the sharing of links, the
 * segments, the settings. It batches the consequences of an instant: before time advances, first every direction that
 * was written to decides how to send, then the links are shared out once.
 */
import type { EventTarget } from './event-queue.ts';
import { RateSharing } from './max-min.ts';
import type { Routes } from './routes.ts';
import { SegmentPool } from './segment-pool.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { Simulation } from './simulation.ts';

export interface StreamOptions {
  /** Window of a new or long idle stream in bytes: ten segments of 1460 (RFC 6928). */
  readonly initialWindowBytes: number;
  /** Where doubling ends: the most in flight on one stream, in bytes. */
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

/** Something that collects work during an instant and does it at its end. */
export interface Flushed {
  flush(): void;
}

export class Medium implements EventTarget {
  readonly simulation: Simulation;
  readonly options: StreamOptions;
  readonly routes: Routes<SimulatedHost>;
  readonly sharing = new RateSharing();
  readonly segments = new SegmentPool();
  /** Bytes of streams that are gone, so that the books of all streams still balance. */
  readonly retired = { queuedBytes: 0, deliveredBytes: 0, droppedBytes: 0 };
  readonly #waiting: Flushed[] = [];
  readonly #dials = new Map<SimulatedHost, number>();
  #armed = false;

  constructor(simulation: Simulation, options: StreamOptions, routes: Routes<SimulatedHost>) {
    this.simulation = simulation;
    this.options = options;
    this.routes = routes;
  }

  /** How many streams `host` has dialled before: names its next one. */
  countDial(host: SimulatedHost): number {
    const count = this.#dials.get(host) ?? 0;
    this.#dials.set(host, count + 1);
    return count;
  }

  /** Calls `flush` of `waiting` before time advances; the caller sees to it that it is only once. */
  flushLater(waiting: Flushed): void {
    this.#waiting.push(waiting);
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
    const waiting = this.#waiting;
    for (let index = 0; index < waiting.length; index++) (waiting[index] as Flushed).flush();
    waiting.length = 0;
    if (this.sharing.pending) this.sharing.share(this.simulation.nowUs);
  }
}
