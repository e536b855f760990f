/**
 * One direction of an access line: a capacity that flows share, and a debt of small messages that passed beside them. What
 * every message touches lies in its row of the `LinkTable`; here is what the sharing and whoever counts need besides.
 */
import type { Flow } from './flow.ts';
import { CAPACITY, CARRIED_BYTES, LINK_FLAGS, LOAD, METERED, QUEUE_BYTES } from './link-fields.ts';
import type { LinkTable } from './link-table.ts';

/** Hears what passes a link, to count volumes. */
export interface LinkMeter {
  /** The load of the link is about to change; it is still the old one. */
  loadChanging(nowUs: number): void;
  /** `bytes` have passed beside the load; fewer than 0 when the load says more than has passed. */
  passed(bytes: number): void;
  /** Whether so many bytes may pass at once without going beyond a volume. */
  admits(bytes: number, nowUs: number): boolean;
}

export class Link {
  /** Of its row. */
  readonly row: number;
  readonly #table: LinkTable;
  /** The backlogged flows that cross this link. Kept by `RateSharing`. */
  readonly flows: Flow[] = [];
  /** The rate of each of `flows`, in bytes per second, side by side. Kept by `RateSharing`. */
  readonly rates: number[] = [];
  /** Whether the sum may be another now. A flow that has begun has no rate yet. */
  ratesChanged = false;
  /** How many of `flows` have their bottleneck here now. */
  heldFlows = 0;
  /** Whether some flow had its bottleneck here at the last sharing. */
  binding = false;
  /** For the sharing: whether it waits to be looked at; the rounds in which it was reached and opened last, its number there. */
  isTouched = false;
  seenIn = 0;
  openIn = 0;
  number = 0;
  /** For messages: "crowd-3 up". */
  readonly name: string;
  #meter: LinkMeter | undefined = undefined;
  /** The rate as it was declared, and what it has allowed until it was last declared: for checkers only. */
  #declared: number;
  #allowedBytes = 0;
  #declaredAtUs = 0;

  constructor(table: LinkTable, name: string, capacity: number, nowUs = 0) {
    this.#table = table;
    this.name = name;
    this.#declared = capacity;
    this.#declaredAtUs = nowUs;
    this.row = table.add(this, capacity);
  }

  /** Bytes per second that flows share. Change it through `setCapacity`. */
  get capacity(): number {
    return this.#table.number(this.row, CAPACITY);
  }

  set capacity(capacity: number) {
    this.#table.setNumber(this.row, CAPACITY, capacity);
  }

  /** Sum of `rates`, in their order, as of the last sharing. */
  get load(): number {
    return this.#table.number(this.row, LOAD);
  }

  /** Bytes of segments, messages and datagrams that have passed, in all. */
  get carriedBytes(): number {
    return this.#table.number(this.row, CARRIED_BYTES);
  }

  /** Only where volumes are counted. */
  get meter(): LinkMeter | undefined {
    return this.#meter;
  }

  set meter(meter: LinkMeter | undefined) {
    this.#meter = meter;
    this.#table.setInteger(this.row, LINK_FLAGS, meter === undefined ? 0 : METERED);
  }

  /** Bounds what stands in the queue in front, in bytes; 0 where nothing queues. */
  setQueueBytes(bytes: number): void {
    this.#table.setNumber(this.row, QUEUE_BYTES, bytes);
    this.#table.forgetStanding(this.row, this.binding);
  }

  /** The rates must be shared out anew afterwards. */
  setCapacity(capacity: number, nowUs: number): void {
    this.debtBytes(nowUs);
    this.#allowedBytes = this.allowedBytes(nowUs);
    this.#declared = capacity;
    this.#declaredAtUs = nowUs;
    this.capacity = capacity;
  }

  /** What the declared rates have allowed to pass in all: the sum of rate × time. */
  allowedBytes(nowUs: number): number {
    return this.#allowedBytes + (this.#declared * (nowUs - this.#declaredAtUs)) / 1e6;
  }

  /** Bytes of small messages not yet paid for. */
  debtBytes(nowUs: number): number {
    return this.#table.debtBytes(this.row, nowUs);
  }

  /** The links were shared out: brings load and bottlenecks up to date; what stands in the queue has to be looked at again. */
  reshared(nowUs: number): void {
    const table = this.#table;
    const { row } = this;
    this.binding = this.heldFlows > 0;
    table.forgetStanding(row, this.binding);
    if (!this.ratesChanged) return;
    this.ratesChanged = false;
    const { rates } = this;
    let load = 0;
    for (let index = 0; index < rates.length; index++) load += rates[index] as number;
    if (this.#meter !== undefined && load !== this.load) this.#meter.loadChanging(nowUs);
    table.setNumber(row, LOAD, load);
  }

  /** How long what comes now waits in the queue before it passes, in (fractional) microseconds. */
  waitUs(nowUs: number): number {
    return this.#table.waitUs(this.row, nowUs);
  }

  /** Whether `bytes` may pass at once as far as volumes go. */
  admits(bytes: number, nowUs: number): boolean {
    return this.#meter === undefined || this.#meter.admits(bytes, nowUs);
  }

  /** Sends `bytes` at once; returns how long until the last of them is through, in (fractional) microseconds. */
  charge(bytes: number, nowUs: number): number {
    return this.#table.charge(this.row, bytes, nowUs);
  }
}
