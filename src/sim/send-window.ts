/**
 * Slow start: the window of a direction bounds what is in flight, and so its rate to window / round trip. Each round
 * trip in which it was the bound doubles it, up to a largest size, which loss makes smaller; after a silence it begins
 * anew.
 *
 * Stateless: window and round trip lie in the row of the direction, a window that is no integer (a loss bounds it) in its
 * `RoughWay`, the instant of growth in the row of its flow.
 */
import { invariant } from '../core/result.ts';
import { ELSEWHERE, FLOW, WINDOW_BYTES } from './direction-fields.ts';
import type { DirectionTable } from './direction-table.ts';
import type { FlowTable } from './flow-table.ts';
import type { InFlightQueues } from './in-flight-queue.ts';
import type { StreamOptions } from './medium.ts';
import type { RoughWay } from './rough-way.ts';

/** A stream that sent nothing for this long starts slowly again; one that had to send again after a cut has waited so long. */
const IDLE_RESTART_US = 1_000_000;
const NEVER = Number.POSITIVE_INFINITY;

export class SendWindows {
  readonly #options: StreamOptions;
  readonly #table: DirectionTable;
  readonly #flows: FlowTable;
  readonly #ways: InFlightQueues;

  constructor(options: StreamOptions, table: DirectionTable, flows: FlowTable, ways: InFlightQueues) {
    const { initialWindowBytes, maxWindowBytes } = options;
    const isInRange = (bytes: number): boolean => bytes === (bytes | 0) && bytes > 0;
    invariant(
      isInRange(initialWindowBytes) && isInRange(maxWindowBytes),
      'a window is an integer of 32 bits',
    );
    this.#options = options;
    this.#table = table;
    this.#flows = flows;
    this.#ways = ways;
  }

  /** A new direction. */
  establish(row: number): void {
    this.#setWindow(row, this.#options.initialWindowBytes);
  }

  /** The way was looked at. Returns the bound on the rate in bytes per second. */
  follow(row: number): number {
    this.#setWindow(row, Math.min(this.#window(row), this.#largestBytes(row)));
    return this.#rate(row);
  }

  /** Bytes beyond what is on the way at this rate (bytes per second): they stand in the queue of the bottleneck. */
  excessBytes(row: number, rate: number): number {
    const onTheWay = (rate * this.#ways.roundTripUs(row)) / 1e6;
    return Math.max(0, this.#window(row) - onTheWay);
  }

  /** A backlog begins after a silence of `idleUs`: the bound on its rate in bytes per second. */
  begin(row: number, idleUs: number): number {
    if (idleUs >= IDLE_RESTART_US) {
      const bytes = Math.min(this.#options.initialWindowBytes, this.#largestBytes(row));
      this.#setWindow(row, bytes);
    }
    return this.#rate(row);
  }

  /** The window is what bounds the rate of a flow now. */
  binds(row: number, nowUs: number): void {
    const flow = this.#table.integer(row, FLOW);
    if (this.#flows.growAtUs(flow) !== NEVER) return;
    if (this.#window(row) < this.#largestBytes(row)) {
      this.#flows.setGrowAtUs(flow, nowUs + this.#ways.roundTripUs(row));
    }
  }

  /** A round trip has passed. Returns the new bound in bytes per second, or undefined when another bound holds. */
  grow(row: number, isBound: boolean): number | undefined {
    this.#flows.setGrowAtUs(this.#table.integer(row, FLOW), NEVER);
    if (!isBound) return undefined;
    this.#setWindow(row, Math.min(this.#window(row) * 2, this.#largestBytes(row)));
    return this.#rate(row);
  }

  #largestBytes(row: number): number {
    const { maxWindowBytes } = this.#options;
    const rough = this.#ways.roughWay(row);
    return rough === undefined ? maxWindowBytes : Math.min(rough.path.largestWindowBytes, maxWindowBytes);
  }

  #rate(row: number): number {
    const roundTripUs = this.#ways.roundTripUs(row);
    return roundTripUs === 0 ? NEVER : (this.#window(row) * 1e6) / roundTripUs;
  }

  #window(row: number): number {
    const bytes = this.#table.coldInteger(row, WINDOW_BYTES);
    return bytes === ELSEWHERE ? (this.#ways.roughWay(row) as RoughWay).windowBytes : bytes;
  }

  #setWindow(row: number, bytes: number): void {
    const rough = bytes === (bytes | 0) ? undefined : this.#ways.roughWay(row);
    this.#table.setColdInteger(row, WINDOW_BYTES, rough === undefined ? bytes : ELSEWHERE);
    if (rough !== undefined) rough.windowBytes = bytes;
  }
}
