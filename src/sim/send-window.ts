/**
 * Slow start: the window of a direction bounds what is in flight, and so its rate to window / round trip. Each round
 * trip in which it was the bound doubles it, up to a largest size, which loss makes smaller; after a silence it begins
 * anew.
 *
 * Stateless: window and round trip lie in the row of the direction, the instant of growth in that of its flow.
 */
import { FLOW, ROUND_TRIP_US, WINDOW_BYTES } from './direction-fields.ts';
import type { DirectionTable } from './direction-table.ts';
import type { FlowTable } from './flow-table.ts';
import type { InFlightQueues } from './in-flight-queue.ts';
import type { StreamOptions } from './medium.ts';

/** A stream that sent nothing for this long starts slowly again; one that had to send again after a cut has waited so long. */
const IDLE_RESTART_US = 1_000_000;
const NEVER = Number.POSITIVE_INFINITY;

export class SendWindows {
  readonly #options: StreamOptions;
  readonly #table: DirectionTable;
  readonly #flows: FlowTable;
  readonly #ways: InFlightQueues;

  constructor(options: StreamOptions, table: DirectionTable, flows: FlowTable, ways: InFlightQueues) {
    this.#options = options;
    this.#table = table;
    this.#flows = flows;
    this.#ways = ways;
  }

  /** A new direction. */
  establish(row: number): void {
    this.#table.setColdNumber(row, WINDOW_BYTES, this.#options.initialWindowBytes);
  }

  /** The way was looked at. Returns the bound on the rate in bytes per second. */
  follow(row: number): number {
    const bytes = this.#table.coldNumber(row, WINDOW_BYTES);
    this.#table.setColdNumber(row, WINDOW_BYTES, Math.min(bytes, this.#largestBytes(row)));
    return this.#rate(row);
  }

  /** Bytes beyond what is on the way at this rate (bytes per second): they stand in the queue of the bottleneck. */
  excessBytes(row: number, rate: number): number {
    const table = this.#table;
    const onTheWay = (rate * table.coldNumber(row, ROUND_TRIP_US)) / 1e6;
    return Math.max(0, table.coldNumber(row, WINDOW_BYTES) - onTheWay);
  }

  /** A backlog begins after a silence of `idleUs`: the bound on its rate in bytes per second. */
  begin(row: number, idleUs: number): number {
    if (idleUs >= IDLE_RESTART_US) {
      const bytes = Math.min(this.#options.initialWindowBytes, this.#largestBytes(row));
      this.#table.setColdNumber(row, WINDOW_BYTES, bytes);
    }
    return this.#rate(row);
  }

  /** The window is what bounds the rate of a flow now. */
  binds(row: number, nowUs: number): void {
    const table = this.#table;
    const flow = table.integer(row, FLOW);
    if (this.#flows.growAtUs(flow) !== NEVER) return;
    if (table.coldNumber(row, WINDOW_BYTES) < this.#largestBytes(row)) {
      this.#flows.setGrowAtUs(flow, nowUs + table.coldNumber(row, ROUND_TRIP_US));
    }
  }

  /** A round trip has passed. Returns the new bound in bytes per second, or undefined when another bound holds. */
  grow(row: number, isBound: boolean): number | undefined {
    this.#flows.setGrowAtUs(this.#table.integer(row, FLOW), NEVER);
    if (!isBound) return undefined;
    const bytes = Math.min(this.#table.coldNumber(row, WINDOW_BYTES) * 2, this.#largestBytes(row));
    this.#table.setColdNumber(row, WINDOW_BYTES, bytes);
    return this.#rate(row);
  }

  #largestBytes(row: number): number {
    const { maxWindowBytes } = this.#options;
    const rough = this.#ways.roughWay(row);
    return rough === undefined ? maxWindowBytes : Math.min(rough.path.largestWindowBytes, maxWindowBytes);
  }

  #rate(row: number): number {
    const roundTripUs = this.#table.coldNumber(row, ROUND_TRIP_US);
    return roundTripUs === 0 ? NEVER : (this.#table.coldNumber(row, WINDOW_BYTES) * 1e6) / roundTripUs;
  }
}
