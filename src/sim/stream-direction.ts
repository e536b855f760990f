/**
 * The directions of simulated TCP streams: what a sender has written, on its way to the receiver. A direction is a row
 * of a `DirectionTable`, and everything about it is done here, by the number of its row.
 *
 * While much is pending a direction is a flow that takes part in the sharing of the links (`Backlogs`). A little that is
 * pending on an idle direction passes at once: it waits behind what stands in the queues of the links and is charged to
 * them as a debt; lost, it comes with its retransmission, and what is behind it waits. Bytes arrive in order, at the
 * instant at which the last of a segment left plus the latency of the path and its jitter (`InFlightQueues`); instants
 * are rounded up, so that no link is ever exceeded.
 *
 * While the way is not open both ways the direction is stalled: nothing leaves, and what was on a way that is not open
 * comes when the stall ends (`Stall`). One event serves a direction for everything: the next arrival, the low-water mark,
 * the end of the backlog, the growth of the window, the end of a stall.
 */
import type { Payload } from '../core/ports.ts';
import { type BacklogListener, Backlogs } from './backlog.ts';
import { DirectionEvents } from './direction-events.ts';
import {
  ABANDONED,
  ASKED,
  BLOCKED,
  DIRTY,
  DISCARDING,
  DONE,
  DOWNLINK,
  ENDED,
  ESTABLISHED,
  FIRING,
  FLAGS,
  FLOWING,
  KEY,
  LAST_ARRIVAL_US,
  LOW_WATER_BYTES,
  NOTHING,
  OPEN,
  PAUSED,
  REFUSING,
  RESETTING,
  ROW_INTEGERS,
  STALLED,
  UPLINK,
  USED_AT_US,
} from './direction-fields.ts';
import { DirectionTable } from './direction-table.ts';
import type { EventTarget } from './event-queue.ts';
import { InFlightQueues } from './in-flight-queue.ts';
import { REFUSED } from './link-fields.ts';
import type { LinkTable } from './link-table.ts';
import type { Medium } from './medium.ts';
import { ReceivedQueues } from './received-queue.ts';
import type { RoughWay } from './rough-way.ts';
import { Mark } from './segment-fields.ts';
import { SegmentQueues } from './segment-queue.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { SimulatedStream } from './simulated-stream.ts';
import type { Simulation } from './simulation.ts';
import { Stall } from './stall.ts';

/** Up to this much on an idle direction passes at once. */
const SMALL_BYTES = 1460;
/** A link with more debt than this takes small messages as flows too, so that the debt stays bounded. */
const DEBT_LIMIT_BYTES = 16384;
/** A millionth of a byte that is left is a rounding error. */
const ROUNDING = 1e-6;
const NEVER = Number.POSITIVE_INFINITY;
/** Nobody has so much to send: a low-water mark above it says the same. */
const MOST_BYTES = 2 ** 31 - 1;

export class StreamDirections implements EventTarget, BacklogListener {
  readonly table = new DirectionTable();
  readonly queues: SegmentQueues;
  readonly medium: Medium;
  readonly #simulation: Simulation;
  readonly #links: LinkTable;
  readonly #ways: InFlightQueues;
  readonly #received: ReceivedQueues;
  readonly #backlogs: Backlogs;
  readonly #events: DirectionEvents;

  constructor(medium: Medium) {
    const { table } = this;
    const { segments, routes, options, links, simulation } = medium;
    this.medium = medium;
    this.#simulation = simulation;
    this.#links = links;
    this.#events = new DirectionEvents(simulation, table, this);
    this.queues = new SegmentQueues(table, segments);
    this.#ways = new InFlightQueues(table, this.queues, routes);
    this.#received = new ReceivedQueues(table, this.queues, segments, options.receiveBufferBytes);
    this.#backlogs = new Backlogs(medium, table, this.queues, this.#ways, this);
  }

  /** The rate it has as a flow now, in bytes per second; 0 when it is not backlogged. */
  rateBytesPerSec(row: number): number {
    return this.#backlogs.rate(row);
  }

  /**
   * Both hosts are known, so the way is; marks may pass, but nothing that was written until `open`. `key` names the draws
   * of the direction.
   */
  establish(row: number, key: number): void {
    const { table } = this;
    table.setColdInteger(row, KEY, key);
    table.setInteger(row, DOWNLINK, (table.host(row ^ 1) as SimulatedHost).down.row);
    this.#ways.establish(row);
    this.#backlogs.windows.establish(row);
    this.#follow(row);
  }

  open(row: number): void {
    const { nowUs } = this.#simulation;
    this.table.raise(row, OPEN);
    this.table.setColdNumber(row, USED_AT_US, nowUs);
    if (this.queues.head(row) !== NOTHING) this.#ways.stall(row)?.wait(nowUs);
    this.#flushLater(row);
  }

  /**
   * To be called when something other than a rate may be new: a route, the noise of a line, whether a machine is there
   * and whether its line is dead.
   */
  pathChanged(row: number): void {
    if (this.table.has(row, DONE) || !this.table.has(row, ESTABLISHED)) return;
    const { nowUs } = this.#simulation;
    // What has left by now has left under the old path.
    if (this.table.has(row, FLOWING)) this.#backlogs.settle(row, nowUs);
    this.#ways.followPath(row, nowUs);
    this.#follow(row);
    this.#rescheduleUnlessFiring(row);
  }

  write(row: number, bytes: Uint8Array, start: number, end: number): void {
    this.queues.appendControl(row, bytes, start, end, this.#simulation.nowUs);
    this.#written(row);
  }

  writePayload(row: number, payload: Payload): void {
    this.queues.appendPayload(row, payload, this.#simulation.nowUs);
    this.#written(row);
  }

  /** The last that is written: the stream ends behind what is pending. */
  writeFinish(row: number): void {
    this.queues.appendMark(row, Mark.finish, this.#simulation.nowUs);
    this.#written(row);
  }

  unsentBytes(row: number): number {
    if (!this.queues.isPending(row)) return 0;
    return Math.max(0, Math.ceil(this.#backlogs.pendingBytes(row) - ROUNDING));
  }

  notifyWhenWritable(row: number, lowWaterBytes: number): void {
    const low = Math.min(Math.max(lowWaterBytes, 0), MOST_BYTES);
    this.table.raise(row, ASKED);
    this.table.setColdInteger(row, LOW_WATER_BYTES, low);
    if (this.table.has(row, FIRING | DONE)) return;
    if (this.unsentBytes(row) <= low) this.#simulation.soon(this, row);
    else this.#reschedule(row);
  }

  pause(row: number): void {
    this.table.raise(row, PAUSED);
    this.#rescheduleUnlessFiring(row);
  }

  resume(row: number): void {
    if (!this.table.has(row, PAUSED) || this.table.has(row, DONE)) return;
    this.#received.resume(row, this.#simulation.nowUs + this.#ways.backLatencyUs(row));
    this.#rescheduleUnlessFiring(row);
  }

  /** The receiver has closed: drops what arrives until the sender learns of it. */
  discard(row: number): void {
    this.table.raise(row, DISCARDING);
    this.resume(row);
  }

  /** The receiver's machine has forgotten the stream: the receiver hears of what arrives, and it stays unanswered. */
  refuse(row: number): void {
    this.table.raise(row, REFUSING);
    this.discard(row);
  }

  /** The sender's machine has forgotten the stream: what is on the way arrives, nothing is sent again. */
  abandon(row: number): void {
    if (this.table.has(row, DONE)) return;
    this.#ways.setStall(row, undefined);
    this.table.lower(row, ASKED);
    this.#dropPending(row);
    this.#ways.abandon(row, this.#simulation.nowUs);
    this.#rescheduleUnlessFiring(row);
  }

  /** Loses what is pending and lets a reset follow what is in flight. Only where the path is known. */
  sendReset(row: number): void {
    if (this.table.has(row, DONE | RESETTING)) return;
    this.#dropPending(row);
    this.table.raise(row, RESETTING);
    this.sendMark(row, Mark.reset);
  }

  /** Sends a mark at once, behind what is in flight; nothing may be pending. */
  sendMark(row: number, mark: number): void {
    const { nowUs } = this.#simulation;
    this.queues.appendMark(row, mark, nowUs);
    const links = this.#links;
    const delayUs =
      links.waitUs(this.table.integer(row, UPLINK), nowUs) +
      links.waitUs(this.table.integer(row, DOWNLINK), nowUs);
    this.#ways.departAtOnce(row, nowUs, delayUs);
    this.#ways.stall(row)?.wait(nowUs);
    this.#rescheduleUnlessFiring(row);
  }

  /** Ends the direction: drops everything and lets go of its event and its share. */
  finish(row: number): void {
    const { table } = this;
    if (table.has(row, DONE)) return;
    const { nowUs } = this.#simulation;
    if (table.has(row, FLOWING)) this.#backlogs.stop(row, nowUs);
    table.raise(row, DONE);
    this.queues.dropAll(row);
    this.#ways.forget(row);
    this.#received.forget(row);
    this.#events.set(row, NEVER);
    if (table.ends[row ^ 1] === undefined || table.has(row ^ 1, DONE)) table.releasePair(row, nowUs);
  }

  fire(row: number): void {
    const { table } = this;
    const place = row * ROW_INTEGERS + FLAGS;
    const { nowUs } = this.#simulation;
    const before = table.integers[place] as number;
    if ((before & DONE) !== 0) return;
    table.integers[place] = before | FIRING;
    if ((before & (FLOWING | STALLED)) !== 0) this.#goOn(row, nowUs);
    if (((table.integers[place] as number) & (PAUSED | BLOCKED)) !== 0) this.#unblock(row, nowUs);
    this.#received.receive(row, nowUs);
    if (((table.integers[place] as number) & ASKED) !== 0) this.#answer(row);
    const flags = (table.integers[place] as number) & ~FIRING;
    table.integers[place] = flags;
    if ((flags & DONE) !== 0) return;
    if ((flags & FLOWING) !== 0) {
      if (!this.queues.isPending(row) || ((flags & PAUSED) !== 0 && this.#received.stops(row))) {
        this.#backlogs.stop(row, nowUs);
      } else this.#backlogs.payDebts(row, nowUs);
    }
    this.#reschedule(row);
  }

  /** End of an instant in which something was written: decides how it is sent. */
  flush(row: number): void {
    const { table, queues } = this;
    table.lower(row, DIRTY);
    const flags = table.flags(row);
    if ((flags & (OPEN | DONE | STALLED | BLOCKED | FLOWING)) !== OPEN || !queues.isPending(row)) return;
    const { nowUs } = this.#simulation;
    const bytes = queues.queuedBytes(row) - queues.departedBytes(row);
    if (bytes > SMALL_BYTES || !this.#passAtOnce(row, bytes, nowUs)) this.#backlogs.start(row, nowUs);
  }

  /** The end of an instant, after `flush` and the sharing of the links. */
  settled(): void {
    this.#backlogs.releaseStopped();
  }

  rescheduled(row: number): void {
    this.#reschedule(row);
  }

  /** Something was appended to the queue. A running flow takes it along by itself. */
  #written(row: number): void {
    const flags = this.table.flags(row);
    if ((flags & STALLED) === 0 && (flags & (FLOWING | DIRTY)) !== 0) return;
    this.#flushLater(row);
    if ((flags & (STALLED | OPEN)) !== (STALLED | OPEN)) return;
    this.#ways.stall(row)?.wait(this.#simulation.nowUs);
    this.#rescheduleUnlessFiring(row);
  }

  #flushLater(row: number): void {
    if ((this.table.flags(row) & (OPEN | DIRTY | DONE)) !== OPEN) return;
    this.table.raise(row, DIRTY);
    this.medium.flushLater(row);
  }

  /** What a flow or a stall has to do by now. */
  #goOn(row: number, nowUs: number): void {
    if (this.table.has(row, FLOWING)) {
      this.#backlogs.settle(row, nowUs);
      if (nowUs >= this.#backlogs.growAtUs(row)) this.#backlogs.growWindow(row);
    }
    const stall = this.#ways.stall(row);
    if (stall === undefined || nowUs < stall.dueUs) return;
    if (stall.resumeAtUs <= nowUs) this.#endStall(row, nowUs);
    else (this.table.ends[row] as SimulatedStream).timedOut();
  }

  /** A receiver that has paused, or had. */
  #unblock(row: number, nowUs: number): void {
    const { table } = this;
    if (this.#received.unblocks(row, nowUs)) this.#flushLater(row);
    // A receiver that takes nothing is told of a reset all the same.
    if (table.has(row, PAUSED) && table.has(row, RESETTING) && nowUs >= table.number(row, LAST_ARRIVAL_US)) {
      this.discard(row);
    }
  }

  /** Tells a sender that has asked, if no more is pending than it asked for. */
  #answer(row: number): void {
    const { table } = this;
    if (this.unsentBytes(row) > table.coldInteger(row, LOW_WATER_BYTES)) return;
    table.lower(row, ASKED);
    if (!table.has(row, ENDED)) table.handlers[row]?.onWritable();
  }

  #dropPending(row: number): void {
    if (this.table.has(row, FLOWING)) {
      const { nowUs } = this.#simulation;
      this.#backlogs.settle(row, nowUs);
      this.#backlogs.stop(row, nowUs);
    }
    this.queues.dropPending(row);
  }

  /** Sends all that is pending beside the sharing; whether its links take it. */
  #passAtOnce(row: number, bytes: number, nowUs: number): boolean {
    const { table } = this;
    const uplink = table.integer(row, UPLINK);
    const downlink = table.integer(row, DOWNLINK);
    const delayUs = this.#links.passBoth(uplink, downlink, bytes, DEBT_LIMIT_BYTES, nowUs);
    if (delayUs === REFUSED) return false;
    if (bytes > 0) table.setColdNumber(row, USED_AT_US, nowUs);
    this.#ways.departAtOnce(row, nowUs, delayUs);
    if (table.has(row, ASKED)) this.#simulation.soon(this, row);
    this.#reschedule(row);
    return true;
  }

  /** The path was looked at: its round trip, its loss, and whether both ways are open. */
  #follow(row: number): void {
    const { table } = this;
    const { nowUs } = this.#simulation;
    this.#backlogs.followPath(row);
    const rough = this.#ways.roughWay(row);
    if (rough === undefined || table.has(row, ABANDONED)) return;
    const { path } = rough;
    if (rough.stall === undefined) {
      if (path.sending === 'open') return;
      if (table.has(row, FLOWING)) this.#backlogs.stop(row, nowUs);
      this.#ways.setStall(row, new Stall());
      const unanswered = table.has(row, OPEN)
        ? this.queues.head(row) !== NOTHING
        : this.queues.isInFlight(row);
      if (unanswered) this.#ways.stall(row)?.wait(nowUs);
    }
    this.#ways.stall(row)?.change(path.sending, nowUs, path.roundTripUs);
    if ((this.#ways.stall(row)?.resumeAtUs ?? NEVER) <= nowUs) this.#endStall(row, nowUs);
  }

  #endStall(row: number, nowUs: number): void {
    this.#ways.setStall(row, undefined);
    this.#ways.sendAgain(row, this.#ways.roughWay(row) as RoughWay, nowUs);
    this.#flushLater(row);
  }

  #rescheduleUnlessFiring(row: number): void {
    if (!this.table.has(row, FIRING)) this.#reschedule(row);
  }

  #reschedule(row: number): void {
    const flags = this.table.flags(row);
    if ((flags & (ESTABLISHED | DONE)) === ESTABLISHED) this.#events.set(row, this.#nextUs(row));
  }

  /** The next instant at which something happens in this direction. */
  #nextUs(row: number): number {
    const { table } = this;
    let nextUs = this.#received.nextUs(row);
    const flags = table.flags(row);
    if ((flags & FLOWING) !== 0) {
      const lowBytes = (flags & ASKED) !== 0 ? table.coldInteger(row, LOW_WATER_BYTES) : 0;
      nextUs = Math.min(nextUs, this.#backlogs.nextUs(row, lowBytes));
    } else if ((flags & STALLED) !== 0) {
      nextUs = Math.min(nextUs, this.#ways.stall(row)?.dueUs ?? NEVER);
    }
    return nextUs;
  }
}
