/**
 * What is pending in one direction of a stream as a flow: its share of the links, its window, how far it has come.
 *
 * Progress is never stepped but computed from a base (bytes sent at an instant) and a rate; the base moves only when the
 * rate changes or a debt of the links is paid. It counts what has left the flow's bottleneck. What the window holds
 * beyond that stands in the queue in front of the link: it delays what passes at once over the link, not the flow's own
 * bytes, whose instants of leaving the sharing has fixed.
 */
import type { InFlightQueue } from './in-flight-queue.ts';
import type { Link } from './link.ts';
import { Flow, type RateListener } from './max-min.ts';
import type { Medium } from './medium.ts';
import { Progress } from './progress.ts';
import { NO_SEGMENT } from './segment-pool.ts';
import { SendWindow } from './send-window.ts';

/** Told when the instants at which the flow gets somewhere may be others than before. */
export interface BacklogListener {
  rescheduled(): void;
}

export class Backlog implements RateListener {
  readonly window: SendWindow;
  links: readonly Link[] = [];
  flowing = false;
  /** When something was last sent, at once or as a flow. */
  usedAtUs = 0;
  readonly #medium: Medium;
  readonly #queue: InFlightQueue;
  readonly #listener: BacklogListener;
  readonly #progress = new Progress();
  #flow: Flow | undefined = undefined;

  constructor(medium: Medium, queue: InFlightQueue, listener: BacklogListener) {
    this.#medium = medium;
    this.#queue = queue;
    this.#listener = listener;
    this.window = new SendWindow(medium.options);
  }

  /** In bytes per second; 0 while it does not flow. */
  get rate(): number {
    return this.#flow?.rate ?? 0;
  }

  get moving(): boolean {
    return this.flowing && this.#progress.moving && this.#queue.firstPending !== NO_SEGMENT;
  }

  start(nowUs: number): void {
    this.flowing = true;
    this.#progress.stand(this.#queue.departedBytes, nowUs);
    this.#flow ??= new Flow(this, this.links, 0);
    this.#flow.cap = this.window.begin(nowUs - this.usedAtUs);
    this.#medium.sharing.start(this.#flow);
    this.#medium.shareLater();
  }

  /** A segment that has left in part is sent anew. */
  stop(nowUs: number): void {
    this.flowing = false;
    const { queuedBytes, departedBytes } = this.#queue;
    const begun = this.#progress.at(nowUs, queuedBytes) - departedBytes;
    if (begun > 0) for (const link of this.links) link.fellBack(begun);
    this.#progress.stand(departedBytes, nowUs);
    this.window.end();
    this.usedAtUs = nowUs;
    this.#medium.sharing.stop(this.#flow as Flow);
    this.#medium.shareLater();
  }

  /** A round trip, or the loss that limits the window, is another than before. */
  followPath(roundTripUs: number, largestWindowBytes: number): void {
    const cap = this.window.follow(roundTripUs, largestWindowBytes);
    // Also where the bound is what it was: it may grow now where it could not before.
    if (this.flowing) this.#setCap(cap);
  }

  growWindow(): void {
    const rate = this.window.grow(this.#flow?.bottleneck === undefined);
    if (rate !== undefined) this.#setCap(rate);
  }

  /** Segments whose last byte has left by now are in flight from here on. */
  settle(nowUs: number): void {
    if (!this.#progress.moving) return;
    const queue = this.#queue;
    const ends = this.#medium.segments.end;
    while (queue.firstPending !== NO_SEGMENT) {
      const departureUs = this.#progress.reachesAtUs(ends[queue.firstPending] as number);
      if (departureUs > nowUs) return;
      const bytes = queue.departAfter(departureUs);
      for (const link of this.links) link.carriedBytes += bytes;
    }
  }

  /** Falls back by what the links were owed for small messages. */
  payDebts(nowUs: number): void {
    let debt = 0;
    for (const link of this.links) debt += link.collectDebt(nowUs);
    if (debt === 0) return;
    this.#progress.fallBack(this.#progress.at(nowUs, this.#queue.queuedBytes), debt, nowUs);
    for (const link of this.links) link.fellBack(debt);
  }

  /** Bytes that have not left yet, as a fraction. */
  pendingBytes(): number {
    const { queuedBytes, departedBytes } = this.#queue;
    const sent = this.#progress.at(this.#medium.simulation.nowUs, queuedBytes);
    return queuedBytes - Math.max(sent, departedBytes);
  }

  /** The part of them that stands in the queue in front of the bottleneck: the window less what is on the way. */
  queuedBytes(): number {
    const excess = this.window.excessBytes(this.rate);
    return excess === 0 ? 0 : Math.min(this.pendingBytes(), excess);
  }

  /** When the first pending segment will have left. Only while moving. */
  departureUs(): number {
    return this.#progress.reachesAtUs(this.#medium.segments.end[this.#queue.firstPending] as number);
  }

  /** When no more than `lowBytes` will be pending. Only while moving. */
  fallsToUs(lowBytes: number): number {
    const { queuedBytes } = this.#queue;
    return this.#progress.reachesAtUs(lowBytes < queuedBytes ? queuedBytes - lowBytes : 0);
  }

  rateChanging(rate: number): void {
    const nowUs = this.#medium.simulation.nowUs;
    this.settle(nowUs);
    this.#progress.proceed(this.#progress.at(nowUs, this.#queue.queuedBytes), rate, nowUs);
  }

  shared(): void {
    if (this.#flow?.bottleneck === undefined) this.window.binds(this.#medium.simulation.nowUs);
    this.#listener.rescheduled();
  }

  #setCap(cap: number): void {
    this.#medium.sharing.setCap(this.#flow as Flow, cap);
    this.#medium.shareLater();
  }
}
