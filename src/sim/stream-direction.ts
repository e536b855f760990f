/**
 * One direction of a simulated TCP stream: what its sender has written, on its way to the receiver.
 *
 * While much is pending the direction is a flow that takes part in the sharing of the links; its progress is never
 * stepped but computed from a base (bytes sent at an instant) and a rate, and the base moves only when the rate
 * changes or a debt is paid. A little that is pending on an idle direction passes at once and is charged to the links
 * as a debt. One event serves a direction for everything: the next arrival, the low-water mark, the end of the
 * backlog, the growth of the window. Bytes arrive in order, at the instant at which the last of a segment left plus
 * the latency of the path; instants are rounded up, so that no link is ever exceeded.
 */
import type { EventTarget } from './event-queue.ts';
import type { Link } from './link.ts';
import { Flow, type RateListener } from './max-min.ts';
import type { Flushed, Medium } from './medium.ts';
import { Progress } from './progress.ts';
import { Mark, NO_SEGMENT } from './segment-pool.ts';
import { SegmentQueue } from './segment-queue.ts';
import { SendWindow } from './send-window.ts';

/** Up to this much on an idle direction passes at once. */
const SMALL_BYTES = 1460;
/** A link with more debt than this takes small messages as flows too, so that the debt stays bounded. */
const DEBT_LIMIT_BYTES = 16384;
/** A millionth of a byte that is left is a rounding error. */
const ROUNDING = 1e-6;
const NEVER = Number.POSITIVE_INFINITY;
const NOT_ASKED = -1;
const NO_HANDLE = -1;

/** The two ends of a direction. */
export interface DirectionEnds {
  /** A segment of the pool has arrived; it is freed after the call. */
  deliver(segment: number): void;
  /** Answer to `notifyWhenWritable`. */
  writable(): void;
}

export class StreamDirection implements EventTarget, RateListener, Flushed {
  readonly queue: SegmentQueue;
  readonly #medium: Medium;
  readonly #progress = new Progress();
  readonly #window: SendWindow;
  readonly #sender: Pick<DirectionEnds, 'writable'>;
  #receiver: Pick<DirectionEnds, 'deliver'> | undefined = undefined;
  #flow: Flow | undefined = undefined;
  #links: readonly Link[] = [];
  #latencyUs = 0;
  #handle = NO_HANDLE;
  #open = false;
  #done = false;
  #flowing = false;
  #dirty = false;
  #firing = false;
  #lastArrivalUs = 0;
  #lowWaterBytes = NOT_ASKED;
  /** The receiver takes nothing now. */
  #paused = false;
  /** The receiver's buffer is full and the sender has stopped. */
  #blocked = false;
  #unblockAtUs = NEVER;
  /** The receiver has closed: what arrives is dropped. */
  #discarding = false;
  #resetArrivalUs = NEVER;

  constructor(medium: Medium, sender: Pick<DirectionEnds, 'writable'>) {
    this.#medium = medium;
    this.#sender = sender;
    this.queue = new SegmentQueue(medium.segments);
    this.#window = new SendWindow(medium.options);
  }

  get done(): boolean {
    return this.#done;
  }

  /** The rate it has as a flow now, in bytes per second; 0 when it is not backlogged. */
  get rateBytesPerSec(): number {
    return this.#flow?.rate ?? 0;
  }

  /** The path is known; marks may pass, but nothing that was written until `open`. */
  establish(receiver: Pick<DirectionEnds, 'deliver'>, links: readonly Link[], latencyUs: number): void {
    this.#receiver = receiver;
    this.#links = links;
    this.#latencyUs = latencyUs;
    this.#handle = this.#medium.simulation.register(this);
  }

  open(): void {
    this.#open = true;
    this.#window.open(2 * this.#latencyUs, this.#medium.simulation.nowUs);
    this.#flushLater();
  }

  /** The links of the path have changed (a limit of a client came or went). */
  reroute(links: readonly Link[]): void {
    this.#links = links;
    const flow = this.#flow;
    if (flow === undefined) return;
    if (!this.#flowing) {
      flow.links = links;
      return;
    }
    this.rateChanging(0);
    this.#medium.sharing.stop(flow);
    flow.links = links;
    this.#medium.sharing.start(flow);
    this.#medium.shareLater();
  }

  /** Call after something was appended to `queue`. A running flow takes it along by itself. */
  written(): void {
    if (!this.#flowing) this.#flushLater();
  }

  unsentBytes(): number {
    const queue = this.queue;
    if (queue.firstPending === NO_SEGMENT) return 0;
    const sent = this.#progress.at(this.#medium.simulation.nowUs, queue.queuedBytes);
    const unsent = queue.queuedBytes - Math.max(sent, queue.departedBytes);
    return Math.max(0, Math.ceil(unsent - ROUNDING));
  }

  notifyWhenWritable(lowWaterBytes: number): void {
    this.#lowWaterBytes = Math.max(lowWaterBytes, 0);
    if (this.#firing || this.#done) return;
    if (this.unsentBytes() <= this.#lowWaterBytes) this.#medium.simulation.soon(this);
    else this.#reschedule();
  }

  pause(): void {
    this.#paused = true;
    if (!this.#firing) this.#reschedule();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#blocked) this.#unblockAtUs = this.#medium.simulation.nowUs + this.#latencyUs;
    if (!this.#firing) this.#reschedule();
  }

  /** The receiver has closed: drops what arrives until the sender learns of it. */
  discard(): void {
    this.#discarding = true;
    this.resume();
  }

  /** Loses what is pending and lets a reset follow what is in flight. */
  sendReset(): void {
    if (this.#done || this.#resetArrivalUs !== NEVER) return;
    const nowUs = this.#medium.simulation.nowUs;
    if (this.#flowing) {
      this.#settle(nowUs);
      this.#stopFlow(nowUs);
    }
    this.queue.dropPending();
    this.#resetArrivalUs = this.sendMark(Mark.reset);
    // Once more: a receiver that has paused is to be told all the same.
    if (!this.#firing) this.#reschedule();
  }

  /** Sends a mark at once, behind what is in flight; nothing may be pending. Returns its time of arrival. */
  sendMark(mark: number): number {
    const nowUs = this.#medium.simulation.nowUs;
    this.queue.appendMark(mark, nowUs);
    this.#lastArrivalUs = Math.max(this.#lastArrivalUs, nowUs + this.#latencyUs);
    this.queue.depart(this.#lastArrivalUs);
    if (!this.#firing) this.#reschedule();
    return this.#lastArrivalUs;
  }

  /** Ends the direction: drops everything and lets go of its event and its share. */
  finish(): void {
    if (this.#done) return;
    if (this.#flowing) this.#stopFlow(this.#medium.simulation.nowUs);
    this.#done = true;
    this.queue.dropAll();
    const retired = this.#medium.retired;
    retired.queuedBytes += this.queue.queuedBytes;
    retired.deliveredBytes += this.queue.deliveredBytes;
    retired.droppedBytes += this.queue.droppedBytes;
    if (this.#handle !== NO_HANDLE) this.#medium.simulation.release(this.#handle);
    this.#handle = NO_HANDLE;
  }

  fire(): void {
    if (this.#done) return;
    const nowUs = this.#medium.simulation.nowUs;
    this.#firing = true;
    if (this.#flowing) this.#settle(nowUs);
    if (nowUs >= this.#window.growAtUs) this.#growWindow();
    if (nowUs >= this.#unblockAtUs) this.#unblock();
    if (nowUs >= this.#resetArrivalUs && this.#paused) this.discard();
    this.#deliverArrived(nowUs);
    if (this.#lowWaterBytes !== NOT_ASKED && this.unsentBytes() <= this.#lowWaterBytes) {
      this.#lowWaterBytes = NOT_ASKED;
      this.#sender.writable();
    }
    this.#firing = false;
    if (this.#done) return;
    if (this.#flowing) this.#continueFlow(nowUs);
    this.#reschedule();
  }

  /** End of an instant in which something was written: decides how it is sent. */
  flush(): void {
    this.#dirty = false;
    if (this.#done || !this.#open || this.#flowing || this.#blocked) return;
    if (this.queue.firstPending === NO_SEGMENT) return;
    const nowUs = this.#medium.simulation.nowUs;
    const bytes = this.queue.queuedBytes - this.queue.departedBytes;
    if (bytes <= SMALL_BYTES && this.#mayPassAtOnce(bytes, nowUs)) this.#passAtOnce(bytes, nowUs);
    else this.#startFlow(nowUs);
  }

  rateChanging(rate: number): void {
    const nowUs = this.#medium.simulation.nowUs;
    this.#settle(nowUs);
    this.#progress.proceed(this.#progress.at(nowUs, this.queue.queuedBytes), rate, nowUs);
  }

  shared(): void {
    if (this.#flow?.bottleneck === undefined) this.#window.binds(this.#medium.simulation.nowUs);
    this.#reschedule();
  }

  #flushLater(): void {
    if (this.#dirty || !this.#open || this.#done) return;
    this.#dirty = true;
    this.#medium.flushLater(this);
  }

  /** Segments whose last byte has left by now are in flight from here on. */
  #settle(nowUs: number): void {
    if (!this.#progress.moving) return;
    const queue = this.queue;
    const ends = this.#medium.segments.end;
    while (queue.firstPending !== NO_SEGMENT) {
      const departureUs = this.#progress.reachesAtUs(ends[queue.firstPending] as number);
      if (departureUs > nowUs) return;
      const arrivalUs = departureUs + this.#latencyUs;
      if (arrivalUs > this.#lastArrivalUs) this.#lastArrivalUs = arrivalUs;
      const bytes = queue.depart(this.#lastArrivalUs);
      for (const link of this.#links) link.carriedBytes += bytes;
    }
  }

  #deliverArrived(nowUs: number): void {
    const queue = this.queue;
    const segments = this.#medium.segments;
    while (!this.#done && !this.#paused && queue.head !== queue.firstPending) {
      const segment = queue.head;
      if ((segments.arrivalUs[segment] as number) > nowUs) return;
      queue.take();
      const bytes = (segments.controlBytes[segment] as number) + (segments.payloads[segment]?.length ?? 0);
      if (this.#discarding && segments.mark[segment] === Mark.data) queue.droppedBytes += bytes;
      else {
        queue.deliveredBytes += bytes;
        (this.#receiver as DirectionEnds).deliver(segment);
      }
      segments.free(segment);
    }
  }

  /** After the callbacks of an event: the flow ends, waits for the receiver, or pays the debts of its links. */
  #continueFlow(nowUs: number): void {
    const queue = this.queue;
    if (queue.firstPending === NO_SEGMENT) {
      this.#stopFlow(nowUs);
      return;
    }
    const undelivered = queue.departedBytes - queue.deliveredBytes - queue.droppedBytes;
    if (this.#paused && undelivered >= this.#medium.options.receiveBufferBytes) {
      this.#blocked = true;
      this.#stopFlow(nowUs);
      return;
    }
    let debt = 0;
    for (const link of this.#links) debt += link.collectDebt(nowUs);
    if (debt === 0) return;
    this.#progress.fallBack(this.#progress.at(nowUs, queue.queuedBytes), debt, nowUs);
  }

  #startFlow(nowUs: number): void {
    this.#flowing = true;
    this.#progress.stand(this.queue.departedBytes, nowUs);
    this.#flow ??= new Flow(this, this.#links, 0);
    this.#flow.cap = this.#window.begin(nowUs);
    this.#medium.sharing.start(this.#flow);
    this.#medium.shareLater();
  }

  #stopFlow(nowUs: number): void {
    this.#flowing = false;
    this.#progress.stand(this.queue.departedBytes, nowUs);
    this.#window.end(nowUs);
    this.#medium.sharing.stop(this.#flow as Flow);
    this.#medium.shareLater();
  }

  #mayPassAtOnce(bytes: number, nowUs: number): boolean {
    for (const link of this.#links) {
      if (link.capacity <= 0 || link.debtBytes(nowUs) + bytes > DEBT_LIMIT_BYTES) return false;
    }
    return true;
  }

  #passAtOnce(bytes: number, nowUs: number): void {
    let delayUs = 0;
    if (bytes > 0) {
      for (const link of this.#links) delayUs += link.charge(bytes, nowUs);
      this.#window.used(nowUs);
    }
    const arrivalUs = nowUs + Math.ceil(delayUs - ROUNDING) + this.#latencyUs;
    if (arrivalUs > this.#lastArrivalUs) this.#lastArrivalUs = arrivalUs;
    while (this.queue.firstPending !== NO_SEGMENT) this.queue.depart(this.#lastArrivalUs);
    if (this.#lowWaterBytes !== NOT_ASKED) this.#medium.simulation.soon(this);
    this.#reschedule();
  }

  #growWindow(): void {
    const flow = this.#flow as Flow;
    const rate = this.#window.grow(flow.bottleneck === undefined);
    if (rate === undefined) return;
    this.#medium.sharing.setCap(flow, rate);
    this.#medium.shareLater();
  }

  #unblock(): void {
    this.#unblockAtUs = NEVER;
    this.#blocked = false;
    this.#flushLater();
  }

  #reschedule(): void {
    if (this.#done || this.#handle === NO_HANDLE) return;
    const simulation = this.#medium.simulation;
    const nextUs = this.#nextUs();
    if (nextUs === NEVER) simulation.clear(this.#handle);
    else if (simulation.timeOf(this.#handle) !== nextUs) simulation.set(this.#handle, nextUs);
  }

  /** The next instant at which something happens in this direction. */
  #nextUs(): number {
    const queue = this.queue;
    const segments = this.#medium.segments;
    let nextUs = Math.min(this.#window.growAtUs, this.#unblockAtUs);
    if (this.#resetArrivalUs < nextUs) nextUs = this.#resetArrivalUs;
    const head = queue.head;
    if (head !== queue.firstPending && !this.#paused) {
      const arrivalUs = segments.arrivalUs[head] as number;
      if (arrivalUs < nextUs) nextUs = arrivalUs;
    }
    if (!this.#flowing || !this.#progress.moving || queue.firstPending === NO_SEGMENT) return nextUs;
    if (this.#paused || head === queue.firstPending) {
      const departureUs = this.#progress.reachesAtUs(segments.end[queue.firstPending] as number);
      const dueUs = this.#paused ? departureUs : departureUs + this.#latencyUs;
      if (dueUs < nextUs) nextUs = dueUs;
    }
    const low = this.#lowWaterBytes === NOT_ASKED ? 0 : this.#lowWaterBytes;
    const writableUs = this.#progress.reachesAtUs(low < queue.queuedBytes ? queue.queuedBytes - low : 0);
    return Math.min(writableUs, nextUs);
  }
}
