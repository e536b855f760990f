/**
 * When the segments of each direction arrive: a latency and a jitter after they left, never before what left earlier.
 * What is on a way that is not open is held until its sender sends it again; a sender that has abandoned the stream does
 * not, and what a cut took from it is lost.
 *
 * A plain way is two numbers in the row of the direction; any other has a `RoughWay`.
 */
import {
  ABANDONED,
  ELSEWHERE,
  ESTABLISHED,
  FLAGS,
  JITTERY,
  KEY,
  LAST_ARRIVAL_US,
  RESETTING,
  ROUGH,
  ROUND_TRIP_US,
  ROW_INTEGERS,
  ROW_NUMBERS,
  STALLED,
  TRANSIT_US,
  TROUBLED,
} from './direction-fields.ts';
import type { DirectionTable } from './direction-table.ts';
import { RoughWay } from './rough-way.ts';
import type { Routes } from './routes.ts';
import type { SegmentQueues } from './segment-queue.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { Stall } from './stall.ts';
import { isShort, StreamPath } from './stream-path.ts';

/** A millionth of a microsecond is a rounding error. */
const ROUNDING = 1e-6;
const NEVER = Number.POSITIVE_INFINITY;

export class InFlightQueues {
  readonly #table: DirectionTable;
  readonly #queues: SegmentQueues;
  readonly #routes: Routes<SimulatedHost>;
  readonly #rough = new Map<number, RoughWay>();
  /** Looks at ways that may be plain. */
  #scout: StreamPath | undefined = undefined;

  constructor(table: DirectionTable, queues: SegmentQueues, routes: Routes<SimulatedHost>) {
    this.#table = table;
    this.#queues = queues;
    this.#routes = routes;
  }

  /** Where its way is not plain, or was not once. */
  roughWay(row: number): RoughWay | undefined {
    return this.#table.has(row, ROUGH) ? this.#rough.get(row) : undefined;
  }

  roundTripUs(row: number): number {
    const roundTripUs = this.#table.coldInteger(row, ROUND_TRIP_US);
    return roundTripUs === ELSEWHERE ? (this.#rough.get(row) as RoughWay).path.roundTripUs : roundTripUs;
  }

  /** What keeps it from sending, if anything does. */
  stall(row: number): Stall | undefined {
    return this.#table.has(row, STALLED) ? this.roughWay(row)?.stall : undefined;
  }

  setStall(row: number, stall: Stall | undefined): void {
    const rough = this.roughWay(row);
    if (rough === undefined) return;
    rough.stall = stall;
    if (stall === undefined) this.#table.lower(row, STALLED);
    else this.#table.raise(row, STALLED);
  }

  /** The way is known. */
  establish(row: number): void {
    this.#table.raise(row, ESTABLISHED);
    this.#look(row);
  }

  /** The first pending segment has left at `departureUs`. Returns its length in bytes. */
  departAfter(row: number, departureUs: number): number {
    const { integers, numbers } = this.#table;
    const at = row * ROW_NUMBERS;
    let arrivalUs = departureUs + (numbers[at + TRANSIT_US] as number);
    const lastArrivalUs = numbers[at + LAST_ARRIVAL_US] as number;
    if (arrivalUs > lastArrivalUs) numbers[at + LAST_ARRIVAL_US] = arrivalUs;
    else arrivalUs = lastArrivalUs;
    if (((integers[row * ROW_INTEGERS + FLAGS] as number) & JITTERY) !== 0) this.#draw(row);
    return this.#queues.depart(row, arrivalUs);
  }

  /**
   * All that is pending leaves now as one packet, with a wait of `delayUs` in queues before it. Lost, it comes with its
   * retransmission; on a way that is not open it is held.
   */
  departAtOnce(row: number, nowUs: number, delayUs: number): void {
    const { integers, numbers } = this.#table;
    const at = row * ROW_NUMBERS;
    const flags = integers[row * ROW_INTEGERS + FLAGS] as number;
    let arrivalUs = nowUs + Math.ceil(delayUs - ROUNDING) + (numbers[at + TRANSIT_US] as number);
    if ((flags & TROUBLED) !== 0) arrivalUs += (this.#rough.get(row) as RoughWay).troubleUs();
    const lastArrivalUs = numbers[at + LAST_ARRIVAL_US] as number;
    if (arrivalUs > lastArrivalUs) numbers[at + LAST_ARRIVAL_US] = arrivalUs;
    else arrivalUs = lastArrivalUs;
    while (this.#queues.isPending(row)) this.#queues.depart(row, arrivalUs);
    if ((flags & JITTERY) !== 0) this.#draw(row);
  }

  /** Looks at the way again. What has left must have departed before. */
  followPath(row: number, nowUs: number): void {
    this.#look(row);
    const rough = this.roughWay(row);
    if (rough === undefined) return;
    if (rough.path.transit !== 'open' && this.#queues.hold(row, nowUs)) {
      this.#table.setNumber(row, LAST_ARRIVAL_US, NEVER);
    }
    if (this.#table.has(row, ABANDONED)) this.#followAbandoned(row, rough, nowUs);
  }

  /** How long something takes to come back, as acknowledgements do. */
  backLatencyUs(row: number): number {
    const rough = this.roughWay(row);
    if (rough !== undefined) return rough.path.backLatencyUs;
    return this.roundTripUs(row) - this.#table.number(row, TRANSIT_US);
  }

  /** What was held is sent again. */
  sendAgain(row: number, { path }: RoughWay, nowUs: number): void {
    const arrivalUs = nowUs + path.latencyUs;
    if (this.#queues.release(row, arrivalUs)) this.#table.setNumber(row, LAST_ARRIVAL_US, arrivalUs);
  }

  /** The sender has forgotten the stream, and nothing is pending. */
  abandon(row: number, nowUs: number): void {
    this.#table.raise(row, ABANDONED);
    const rough = this.roughWay(row);
    if (rough !== undefined) this.#followAbandoned(row, rough, nowUs);
  }

  /** The direction has ended. */
  forget(row: number): void {
    if (this.#table.has(row, ROUGH)) this.#rough.delete(row);
  }

  #followAbandoned(row: number, rough: RoughWay, nowUs: number): void {
    const { transit } = rough.path;
    if (this.#table.number(row, LAST_ARRIVAL_US) !== NEVER || transit === 'held') return;
    if (transit === 'open') this.sendAgain(row, rough, nowUs);
    else {
      this.#queues.dropInFlight(row, nowUs);
      this.#table.setNumber(row, LAST_ARRIVAL_US, nowUs);
      this.#table.lower(row, RESETTING);
    }
  }

  #look(row: number): void {
    const table = this.#table;
    const path = this.#lookAt(row);
    table.setColdInteger(row, ROUND_TRIP_US, isShort(path.roundTripUs) ? path.roundTripUs : ELSEWHERE);
    table.lower(row, JITTERY | TROUBLED);
    if (path.jitterUs > 0) table.raise(row, JITTERY);
    if (path.departing !== 'open' || path.lossShare > 0) table.raise(row, TROUBLED);
    if (table.has(row, ROUGH)) this.#draw(row);
    else table.setNumber(row, TRANSIT_US, path.latencyUs);
  }

  #lookAt(row: number): StreamPath {
    const table = this.#table;
    let rough = this.roughWay(row);
    if (rough !== undefined) {
      rough.path.refresh();
      return rough.path;
    }
    const from = table.host(row) as SimulatedHost;
    const to = table.host(row ^ 1) as SimulatedHost;
    if (this.#scout === undefined) this.#scout = new StreamPath(this.#routes, from, to);
    else this.#scout.lookAt(from, to);
    if (this.#scout.plain) return this.#scout;
    rough = new RoughWay(this.#scout, table.coldInteger(row, KEY));
    this.#scout = undefined;
    this.#rough.set(row, rough);
    table.raise(row, ROUGH);
    return rough.path;
  }

  #draw(row: number): void {
    this.#table.setNumber(row, TRANSIT_US, (this.#rough.get(row) as RoughWay).transitUs());
  }
}
