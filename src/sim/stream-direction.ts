/**
 * One direction of a simulated TCP stream: what its sender has written, on its way to the receiver.
 *
 * While much is pending the direction is a flow that takes part in the sharing of the links (`Backlog`). A little that is
 * pending on an idle direction passes at once: it waits behind what stands in the queues of the links and is charged to
 * them as a debt; lost, it comes with its retransmission, and what is behind it waits. Bytes arrive in order, at the
 * instant at which the last of a segment left plus the latency of the path and its jitter (`InFlightQueue`); instants are
 * rounded up, so that no link is ever exceeded.
 *
 * While the way is not open both ways the direction is stalled: nothing leaves, and what was on a way that is not open
 * comes when the stall ends (`Stall`). One event serves a direction for everything: the next arrival, the low-water mark,
 * the end of the backlog, the growth of the window, the end of a stall.
 */
import { Backlog, type BacklogListener } from './backlog.ts';
import type { EventTarget } from './event-queue.ts';
import type { Link } from './link.ts';
import type { Flushed, Medium } from './medium.ts';
import { ReceivedQueue, type ReceivingEnd } from './received-queue.ts';
import { Mark, NO_SEGMENT } from './segment-pool.ts';
import { Stall } from './stall.ts';
import type { StreamPath } from './stream-path.ts';

/** Up to this much on an idle direction passes at once. */
const SMALL_BYTES = 1460;
/** A link with more debt than this takes small messages as flows too, so that the debt stays bounded. */
const DEBT_LIMIT_BYTES = 16384;
/** A millionth of a byte that is left is a rounding error. */
const ROUNDING = 1e-6;
const NEVER = Number.POSITIVE_INFINITY;
const NOT_ASKED = -1;
const NO_HANDLE = -1;

/** The end that sends. */
export interface SendingEnd {
  /** Answer to `notifyWhenWritable`. */
  writable(): void;
  /** Nothing that was sent was answered for so long that the stream is given up. */
  timedOut(): void;
}

export class StreamDirection implements EventTarget, BacklogListener, Flushed {
  readonly queue: ReceivedQueue;
  readonly #medium: Medium;
  readonly #backlog: Backlog;
  readonly #sender: SendingEnd;
  #stall: Stall | undefined = undefined;
  #handle = NO_HANDLE;
  #open = false;
  #done = false;
  #dirty = false;
  #firing = false;
  #lowWaterBytes = NOT_ASKED;

  constructor(medium: Medium, sender: SendingEnd) {
    this.#medium = medium;
    this.#sender = sender;
    this.queue = new ReceivedQueue(medium.segments, medium.options.receiveBufferBytes);
    this.#backlog = new Backlog(medium, this.queue, this);
  }

  get done(): boolean {
    return this.#done;
  }

  /** The rate it has as a flow now, in bytes per second; 0 when it is not backlogged. */
  get rateBytesPerSec(): number {
    return this.#backlog.rate;
  }

  /** The path is known; marks may pass, but nothing that was written until `open`. `key` names its draws. */
  establish(receiver: ReceivingEnd, links: readonly Link[], path: StreamPath, key: number): void {
    this.queue.establish(path, key);
    this.queue.receiver = receiver;
    this.#backlog.links = links;
    this.#handle = this.#medium.simulation.register(this);
    this.#follow(path);
  }

  open(): void {
    const { nowUs } = this.#medium.simulation;
    this.#open = true;
    this.#backlog.usedAtUs = nowUs;
    if (this.queue.head !== NO_SEGMENT) this.#stall?.wait(nowUs);
    this.#flushLater();
  }

  /**
   * To be called when something other than a rate may be new: a route, the noise of a line, whether a machine is there
   * and whether its line is dead.
   */
  pathChanged(): void {
    const { path } = this.queue;
    if (this.#done || path === undefined) return;
    const { nowUs } = this.#medium.simulation;
    // What has left by now has left under the old path.
    if (this.#backlog.flowing) this.#backlog.settle(nowUs);
    this.queue.followPath(nowUs);
    this.#follow(path);
    if (!this.#firing) this.#reschedule();
  }

  /** Call after something was appended to `queue`. A running flow takes it along by itself. */
  written(): void {
    if (this.#backlog.flowing) return;
    this.#flushLater();
    if (this.#stall === undefined || !this.#open) return;
    this.#stall.wait(this.#medium.simulation.nowUs);
    if (!this.#firing) this.#reschedule();
  }

  unsentBytes(): number {
    if (this.queue.firstPending === NO_SEGMENT) return 0;
    return Math.max(0, Math.ceil(this.#backlog.pendingBytes() - ROUNDING));
  }

  notifyWhenWritable(lowWaterBytes: number): void {
    this.#lowWaterBytes = Math.max(lowWaterBytes, 0);
    if (this.#firing || this.#done) return;
    if (this.unsentBytes() <= this.#lowWaterBytes) this.#medium.simulation.soon(this);
    else this.#reschedule();
  }

  pause(): void {
    this.queue.paused = true;
    if (!this.#firing) this.#reschedule();
  }

  resume(): void {
    const { queue } = this;
    if (!queue.paused) return;
    queue.resume(this.#medium.simulation.nowUs + (queue.path?.backLatencyUs ?? 0));
    if (!this.#firing) this.#reschedule();
  }

  /** The receiver has closed: drops what arrives until the sender learns of it. */
  discard(): void {
    this.queue.discarding = true;
    this.resume();
  }

  /** The receiver's machine has forgotten the stream: the receiver hears of what arrives, and it stays unanswered. */
  refuse(): void {
    this.queue.refusing = true;
    this.discard();
  }

  /** The sender's machine has forgotten the stream: what is on the way arrives, nothing is sent again. */
  abandon(): void {
    if (this.#done) return;
    this.#stall = undefined;
    this.#lowWaterBytes = NOT_ASKED;
    this.#dropPending();
    this.queue.abandon(this.#medium.simulation.nowUs);
    if (!this.#firing) this.#reschedule();
  }

  /** Loses what is pending and lets a reset follow what is in flight. Only where the path is known. */
  sendReset(): void {
    if (this.#done || this.queue.resetting) return;
    this.#dropPending();
    this.queue.resetting = true;
    this.sendMark(Mark.reset);
  }

  /** Sends a mark at once, behind what is in flight; nothing may be pending. */
  sendMark(mark: number): void {
    const { nowUs } = this.#medium.simulation;
    this.queue.appendMark(mark, nowUs);
    let delayUs = 0;
    for (const link of this.#backlog.links) delayUs += link.waitUs(nowUs);
    this.queue.departAtOnce(nowUs, delayUs);
    this.#stall?.wait(nowUs);
    if (!this.#firing) this.#reschedule();
  }

  /** Ends the direction: drops everything and lets go of its event and its share. */
  finish(): void {
    if (this.#done) return;
    if (this.#backlog.flowing) this.#backlog.stop(this.#medium.simulation.nowUs);
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
    const { nowUs } = this.#medium.simulation;
    this.#firing = true;
    const backlog = this.#backlog;
    if (backlog.flowing) {
      backlog.settle(nowUs);
      if (nowUs >= backlog.window.growAtUs) backlog.growWindow();
    }
    if (this.#stall !== undefined && nowUs >= this.#stall.dueUs) this.#stallDue(this.#stall, nowUs);
    this.#receive(nowUs);
    if (this.#lowWaterBytes !== NOT_ASKED && this.unsentBytes() <= this.#lowWaterBytes) {
      this.#lowWaterBytes = NOT_ASKED;
      this.#sender.writable();
    }
    this.#firing = false;
    if (this.#done) return;
    if (backlog.flowing) {
      if (this.queue.firstPending === NO_SEGMENT || this.queue.stops()) backlog.stop(nowUs);
      else backlog.payDebts(nowUs);
    }
    this.#reschedule();
  }

  /** End of an instant in which something was written: decides how it is sent. */
  flush(): void {
    this.#dirty = false;
    if (this.#done || !this.#open || this.#stall !== undefined || this.queue.blocked) return;
    if (this.#backlog.flowing || this.queue.firstPending === NO_SEGMENT) return;
    const { nowUs } = this.#medium.simulation;
    const bytes = this.queue.queuedBytes - this.queue.departedBytes;
    if (bytes <= SMALL_BYTES && this.#mayPassAtOnce(bytes, nowUs)) this.#passAtOnce(bytes, nowUs);
    else this.#backlog.start(nowUs);
  }

  rescheduled(): void {
    this.#reschedule();
  }

  #flushLater(): void {
    if (this.#dirty || !this.#open || this.#done) return;
    this.#dirty = true;
    this.#medium.flushLater(this);
  }

  #receive(nowUs: number): void {
    const { queue } = this;
    if (queue.unblocks(nowUs)) this.#flushLater();
    // A receiver that takes nothing is told of a reset all the same.
    if (queue.paused && queue.resetting && nowUs >= queue.lastArrivalUs) this.discard();
    queue.receive(nowUs);
  }

  #dropPending(): void {
    if (this.#backlog.flowing) {
      const { nowUs } = this.#medium.simulation;
      this.#backlog.settle(nowUs);
      this.#backlog.stop(nowUs);
    }
    this.queue.dropPending();
  }

  #mayPassAtOnce(bytes: number, nowUs: number): boolean {
    for (const link of this.#backlog.links) {
      if (link.capacity <= 0 || link.debtBytes(nowUs) + bytes > DEBT_LIMIT_BYTES) return false;
      if (!link.admits(bytes, nowUs)) return false;
    }
    return true;
  }

  #passAtOnce(bytes: number, nowUs: number): void {
    let delayUs = 0;
    for (const link of this.#backlog.links) delayUs += link.charge(bytes, nowUs);
    if (bytes > 0) this.#backlog.usedAtUs = nowUs;
    this.queue.departAtOnce(nowUs, delayUs);
    if (this.#lowWaterBytes !== NOT_ASKED) this.#medium.simulation.soon(this);
    this.#reschedule();
  }

  /** The path was looked at: its round trip, its loss, and whether both ways are open. */
  #follow(path: StreamPath): void {
    const { nowUs } = this.#medium.simulation;
    this.#backlog.followPath(path.roundTripUs, path.largestWindowBytes);
    if (this.queue.abandoned || (this.#stall === undefined && path.sending === 'open')) return;
    if (this.#stall === undefined) {
      if (this.#backlog.flowing) this.#backlog.stop(nowUs);
      this.#stall = new Stall();
      const { head, firstPending } = this.queue;
      if (head !== (this.#open ? NO_SEGMENT : firstPending)) this.#stall.wait(nowUs);
    }
    this.#stall.change(path.sending, nowUs, path.roundTripUs);
    if (this.#stall.resumeAtUs <= nowUs) this.#endStall(nowUs);
  }

  #stallDue(stall: Stall, nowUs: number): void {
    if (stall.resumeAtUs <= nowUs) this.#endStall(nowUs);
    else this.#sender.timedOut();
  }

  #endStall(nowUs: number): void {
    this.#stall = undefined;
    this.queue.sendAgain(nowUs);
    this.#flushLater();
  }

  #reschedule(): void {
    if (this.#done || this.#handle === NO_HANDLE) return;
    const { simulation } = this.#medium;
    const nextUs = this.#nextUs();
    if (nextUs === NEVER) simulation.clear(this.#handle);
    else if (simulation.timeOf(this.#handle) !== nextUs) simulation.set(this.#handle, nextUs);
  }

  /** The next instant at which something happens in this direction. */
  #nextUs(): number {
    const { queue } = this;
    const backlog = this.#backlog;
    let nextUs = queue.nextUs();
    if (this.#stall !== undefined && this.#stall.dueUs < nextUs) nextUs = this.#stall.dueUs;
    if (!backlog.flowing) return nextUs;
    if (backlog.window.growAtUs < nextUs) nextUs = backlog.window.growAtUs;
    if (!backlog.moving) return nextUs;
    if (queue.paused) nextUs = Math.min(nextUs, backlog.departureUs());
    else if (queue.head === queue.firstPending) {
      nextUs = Math.min(nextUs, backlog.departureUs() + queue.transitUs);
    }
    return Math.min(nextUs, backlog.fallsToUs(this.#lowWaterBytes === NOT_ASKED ? 0 : this.#lowWaterBytes));
  }
}
