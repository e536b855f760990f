/**
 * What is pending in a direction as a flow: its share of the links, its window, how far it has come.
 *
 * Progress counts what has left the flow's bottleneck (`FlowTable`). What the window holds beyond that stands in the
 * queue in front of the link: it delays what passes at once over the link, not the flow's own bytes, whose instants of
 * leaving the sharing has fixed.
 *
 * A direction has a flow from the start of a backlog to the end of the instant in which that stops; flows are used again.
 */
import {
  DOWNLINK,
  FIRST_PENDING,
  FLAGS,
  FLOW,
  FLOWING,
  HEAD,
  NOTHING,
  PAUSED,
  QUEUED_BYTES,
  ROW_INTEGERS,
  ROW_NUMBERS,
  TRANSIT_US,
  UPLINK,
  USED_AT_US,
} from './direction-fields.ts';
import type { DirectionTable } from './direction-table.ts';
import { Flow } from './flow.ts';
import { FlowTable } from './flow-table.ts';
import type { InFlightQueues } from './in-flight-queue.ts';
import type { Link } from './link.ts';
import type { LinkTable } from './link-table.ts';
import type { Medium } from './medium.ts';
import type { SegmentQueues } from './segment-queue.ts';
import type { SegmentTable } from './segment-table.ts';
import { SendWindows } from './send-window.ts';

/** Told when the instants at which the flow of a direction gets somewhere may be others than before. */
export interface BacklogListener {
  rescheduled(row: number): void;
}

const NEVER = Number.POSITIVE_INFINITY;

export class Backlogs {
  readonly windows: SendWindows;
  readonly #medium: Medium;
  readonly #table: DirectionTable;
  readonly #links: LinkTable;
  readonly #segments: SegmentTable;
  readonly #queues: SegmentQueues;
  readonly #ways: InFlightQueues;
  readonly #listener: BacklogListener;
  readonly #progress = new FlowTable();
  /** By the number of the flow. */
  readonly #flows: DirectionFlow[] = [];
  readonly #free: number[] = [];
  /** Flows that have stopped in this instant, as far as they have not started again. */
  readonly #stopped: number[] = [];

  constructor(
    medium: Medium,
    table: DirectionTable,
    queues: SegmentQueues,
    ways: InFlightQueues,
    listener: BacklogListener,
  ) {
    this.#medium = medium;
    this.#table = table;
    this.#links = medium.links;
    this.#segments = medium.segments;
    this.#queues = queues;
    this.#ways = ways;
    this.#listener = listener;
    this.windows = new SendWindows(medium.options, table, this.#progress, ways);
  }

  isFlowing(row: number): boolean {
    return this.#table.has(row, FLOWING);
  }

  /** In bytes per second; 0 while it does not flow. */
  rate(row: number): number {
    return this.isFlowing(row) ? this.#flowOf(row).rate : 0;
  }

  /** When the window grows. Only while it flows. */
  growAtUs(row: number): number {
    return this.#progress.growAtUs(this.#table.integer(row, FLOW));
  }

  /**
   * When a flow gets somewhere: its window grows, its first segment arrives (or has left, where the receiver takes nothing)
   * with nothing on the way before it, or no more than `lowBytes` are pending. Only while it flows.
   */
  nextUs(row: number, lowBytes: number): number {
    const { integers, numbers } = this.#table;
    const progress = this.#progress;
    const at = row * ROW_INTEGERS;
    const number = integers[at + FLOW] as number;
    const first = integers[at + FIRST_PENDING] as number;
    let nextUs = progress.growAtUs(number);
    if (first === NOTHING || !progress.isMoving(number)) return nextUs;
    const paused = ((integers[at + FLAGS] as number) & PAUSED) !== 0;
    if (paused || (integers[at + HEAD] as number) === first) {
      const departureUs = progress.reachesAtUs(number, this.#segments.end(first));
      const dueUs = paused ? departureUs : departureUs + (numbers[row * ROW_NUMBERS + TRANSIT_US] as number);
      if (dueUs < nextUs) nextUs = dueUs;
    }
    const queuedBytes = numbers[row * ROW_NUMBERS + QUEUED_BYTES] as number;
    const lowUs = progress.reachesAtUs(number, lowBytes < queuedBytes ? queuedBytes - lowBytes : 0);
    return Math.min(lowUs, nextUs);
  }

  start(row: number, nowUs: number): void {
    const table = this.#table;
    let number = table.integer(row, FLOW);
    if (number === NOTHING) number = this.#take(row);
    table.raise(row, FLOWING);
    this.#progress.stand(number, this.#queues.departedBytes(row), nowUs);
    this.#progress.setGrowAtUs(number, NEVER);
    const flow = this.#flows[number] as DirectionFlow;
    flow.cap = this.windows.begin(row, nowUs - table.coldNumber(row, USED_AT_US));
    this.#medium.sharing.start(flow);
    this.#medium.shareLater();
  }

  /** A segment that has left in part is sent anew. */
  stop(row: number, nowUs: number): void {
    const table = this.#table;
    const number = table.integer(row, FLOW);
    const flow = this.#flows[number] as DirectionFlow;
    table.lower(row, FLOWING);
    const begun =
      this.#progress.sentBytes(number, nowUs, this.#queues.queuedBytes(row)) -
      this.#queues.departedBytes(row);
    if (begun > 0) this.#fellBack(row, begun);
    table.setColdNumber(row, USED_AT_US, nowUs);
    this.#medium.sharing.stop(flow);
    this.#stopped.push(number);
    this.#medium.shareLater();
  }

  /** The end of an instant: flows that have stopped in it may serve others. */
  releaseStopped(): void {
    for (const number of this.#stopped) {
      const flow = this.#flows[number] as DirectionFlow;
      const { row } = flow;
      if (flow.active || row === NOTHING) continue;
      flow.row = NOTHING;
      this.#table.setInteger(row, FLOW, NOTHING);
      this.#free.push(number);
    }
    this.#stopped.length = 0;
  }

  /** A round trip, or the loss that limits the window, is another than before. */
  followPath(row: number): void {
    const cap = this.windows.follow(row);
    // Also where the bound is what it was: it may grow now where it could not before.
    if (this.isFlowing(row)) this.#setCap(row, cap);
  }

  growWindow(row: number): void {
    const cap = this.windows.grow(row, this.#flowOf(row).bottleneck === undefined);
    if (cap !== undefined) this.#setCap(row, cap);
  }

  /** Segments whose last byte has left by now are in flight from here on. Only while it flows. */
  settle(row: number, nowUs: number): void {
    const number = this.#table.integer(row, FLOW);
    if (!this.#progress.isMoving(number)) return;
    const segments = this.#segments;
    const { integers } = this.#table;
    const place = row * ROW_INTEGERS + FIRST_PENDING;
    for (;;) {
      const first = integers[place] as number;
      if (first === NOTHING) return;
      const departureUs = this.#progress.reachesAtUs(number, segments.end(first));
      if (departureUs > nowUs) return;
      const bytes = this.#ways.departAfter(row, departureUs);
      const at = row * ROW_INTEGERS;
      this.#links.carryBoth(integers[at + UPLINK] as number, integers[at + DOWNLINK] as number, bytes);
    }
  }

  /** Falls back by what the links were owed for small messages. Only while it flows. */
  payDebts(row: number, nowUs: number): void {
    const links = this.#links;
    const debt =
      links.collectDebt(this.#table.integer(row, UPLINK), nowUs) +
      links.collectDebt(this.#table.integer(row, DOWNLINK), nowUs);
    if (debt === 0) return;
    const number = this.#table.integer(row, FLOW);
    const sent = this.#progress.sentBytes(number, nowUs, this.#queues.queuedBytes(row));
    this.#progress.fallBack(number, sent, debt, nowUs);
    this.#fellBack(row, debt);
  }

  /** Bytes that have not left yet, as a fraction. */
  pendingBytes(row: number): number {
    const queuedBytes = this.#queues.queuedBytes(row);
    const departedBytes = this.#queues.departedBytes(row);
    if (!this.isFlowing(row)) return queuedBytes - departedBytes;
    const { nowUs } = this.#medium.simulation;
    const sent = this.#progress.sentBytes(this.#table.integer(row, FLOW), nowUs, queuedBytes);
    return queuedBytes - Math.max(sent, departedBytes);
  }

  /** The part of them that stands in the queue in front of the bottleneck: the window less what is on the way. */
  standingBytes(row: number): number {
    const excess = this.windows.excessBytes(row, this.rate(row));
    return excess === 0 ? 0 : Math.min(this.pendingBytes(row), excess);
  }

  rateChanging(row: number, rate: number): void {
    const { nowUs } = this.#medium.simulation;
    this.settle(row, nowUs);
    const number = this.#table.integer(row, FLOW);
    const sent = this.#progress.sentBytes(number, nowUs, this.#queues.queuedBytes(row));
    this.#progress.proceed(number, sent, rate, nowUs);
  }

  shared(row: number, flow: Flow): void {
    if (flow.bottleneck === undefined) this.windows.binds(row, this.#medium.simulation.nowUs);
    this.#listener.rescheduled(row);
  }

  #fellBack(row: number, bytes: number): void {
    this.#links.fellBack(this.#table.integer(row, UPLINK), bytes);
    this.#links.fellBack(this.#table.integer(row, DOWNLINK), bytes);
  }

  #linkOf(row: number, field: number): Link {
    return this.#links.links[this.#table.integer(row, field)] as Link;
  }

  #flowOf(row: number): DirectionFlow {
    return this.#flows[this.#table.integer(row, FLOW)] as DirectionFlow;
  }

  #setCap(row: number, cap: number): void {
    this.#medium.sharing.setCap(this.#flowOf(row), cap);
    this.#medium.shareLater();
  }

  #take(row: number): number {
    const up = this.#linkOf(row, UPLINK);
    const down = this.#linkOf(row, DOWNLINK);
    let number = this.#free.pop();
    if (number === undefined) {
      number = this.#flows.length;
      this.#flows.push(new DirectionFlow(this, up, down));
      this.#progress.reserve(this.#flows.length);
    }
    (this.#flows[number] as DirectionFlow).serve(row, up, down);
    this.#table.setInteger(row, FLOW, number);
    return number;
  }
}

/** The flow of whichever direction it serves now. */
class DirectionFlow extends Flow {
  row = NOTHING;
  readonly #backlogs: Backlogs;

  constructor(backlogs: Backlogs, up: Link, down: Link) {
    super(up, down, 0);
    this.#backlogs = backlogs;
  }

  serve(row: number, up: Link, down: Link): void {
    this.row = row;
    this.first = up;
    this.second = down;
  }

  rateChanging(rate: number): void {
    this.#backlogs.rateChanging(this.row, rate);
  }

  shared(): void {
    this.#backlogs.shared(this.row, this);
  }

  queuedBytes(): number {
    return this.#backlogs.standingBytes(this.row);
  }
}
