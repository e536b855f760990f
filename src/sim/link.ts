/**
 * One direction of an access line: a capacity that flows share, and a debt.
 *
 * Small messages (a have, a datagram) do not take part in the sharing: they pass at once and leave their bytes as a
 * debt. Capacity that no flow uses pays it off; on a busy link the flows pay, by falling back as many bytes. So no link
 * ever carries more than capacity × time plus the debt outstanding, which is bounded by whoever charges it.
 */
import type { Flow } from './flow.ts';

const UNKNOWN = -1;
/** Flows pay a debt that spare capacity would not clear within this time. */
const PATIENCE_SEC = 0.05;

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
  /** For messages: "crowd-3 up". */
  readonly name: string;
  /** Only where volumes are counted. */
  meter: LinkMeter | undefined = undefined;
  /** Bytes per second that flows share. Change it through `setCapacity`. */
  capacity: number;
  /** The backlogged flows that cross this link. Kept by `RateSharing`. */
  readonly flows: Flow[] = [];
  /** The rate of each of `flows`, in bytes per second, side by side. Kept by `RateSharing`. */
  readonly rates: number[] = [];
  /** Sum of `rates`, in their order, as of the last sharing. */
  load = 0;
  /** Whether the sum may be another now. A flow that has begun has no rate yet. */
  ratesChanged = false;
  /** How many of `flows` have their bottleneck here now. */
  heldFlows = 0;
  /** Whether some flow had its bottleneck here at the last sharing. */
  binding = false;
  /** Bytes of segments, messages and datagrams that have passed, in all. */
  carriedBytes = 0;
  /** The most that stands in the queue in front, in bytes; 0 where nothing queues. */
  queueBytes = 0;
  #standingBytes = UNKNOWN;
  /** For the sharing: whether it waits to be looked at; the rounds in which it was reached and opened last, its number there. */
  isTouched = false;
  seenIn = 0;
  openIn = 0;
  number = 0;
  #debtBytes = 0;
  #debtAtUs = 0;
  /** The rate as it was declared, and what it has allowed until it was last declared: for checkers only. */
  #declared: number;
  #allowedBytes = 0;
  #declaredAtUs = 0;

  constructor(name: string, capacity: number, nowUs = 0) {
    this.name = name;
    this.capacity = capacity;
    this.#declared = capacity;
    this.#declaredAtUs = nowUs;
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
    if (this.#debtBytes === 0) return 0;
    if (nowUs > this.#debtAtUs) {
      const spare = this.capacity - this.load;
      if (spare > 0) {
        const left = this.#debtBytes - (spare * (nowUs - this.#debtAtUs)) / 1e6;
        this.#debtBytes = Math.max(left, 0);
      }
      this.#debtAtUs = nowUs;
    }
    return this.#debtBytes;
  }

  /** The links were shared out: brings load and bottlenecks up to date; what stands in the queue has to be looked at again. */
  reshared(nowUs: number): void {
    this.#standingBytes = UNKNOWN;
    this.binding = this.heldFlows > 0;
    if (!this.ratesChanged) return;
    this.ratesChanged = false;
    const { rates } = this;
    let load = 0;
    for (let index = 0; index < rates.length; index++) load += rates[index] as number;
    if (this.meter !== undefined && load !== this.load) this.meter.loadChanging(nowUs);
    this.load = load;
  }

  /**
   * Bytes in the queue in front, as of the last sharing: what the flows that this link holds back have sent beyond what
   * fits into a round trip, as far as there is room.
   */
  standingBytes(): number {
    if (!this.binding || this.queueBytes === 0) return 0;
    if (this.#standingBytes === UNKNOWN) {
      let sum = 0;
      for (const flow of this.flows) {
        if (flow.bottleneck === this) sum += flow.listener.queuedBytes?.() ?? 0;
      }
      this.#standingBytes = Math.min(sum, this.queueBytes);
    }
    return this.#standingBytes;
  }

  /** How long what comes now waits in the queue before it passes, in (fractional) microseconds. */
  waitUs(nowUs: number): number {
    if (this.capacity <= 0) return 0;
    return ((this.standingBytes() + this.debtBytes(nowUs)) * 1e6) / this.capacity;
  }

  /** Whether `bytes` may pass at once as far as volumes go. */
  admits(bytes: number, nowUs: number): boolean {
    return this.meter === undefined || this.meter.admits(bytes, nowUs);
  }

  /** Sends `bytes` at once; returns how long until the last of them is through, in (fractional) microseconds. */
  charge(bytes: number, nowUs: number): number {
    this.#debtBytes = this.debtBytes(nowUs) + bytes;
    this.#debtAtUs = nowUs;
    this.carriedBytes += bytes;
    this.meter?.passed(bytes);
    return ((this.standingBytes() + this.#debtBytes) * 1e6) / this.capacity;
  }

  /** The bytes that a flow on this link has to fall back now, so that the link keeps within its capacity. */
  collectDebt(nowUs: number): number {
    if (this.#debtBytes === 0) return 0;
    const debt = this.debtBytes(nowUs);
    // On a dead line nothing moves that could fall back.
    if (this.capacity <= 0 || debt <= (this.capacity - this.load) * PATIENCE_SEC) return 0;
    this.#debtBytes = 0;
    return debt;
  }

  /** A flow on this link is `bytes` before where its rate had taken it: it has fallen back, or what it began is sent anew. */
  fellBack(bytes: number): void {
    this.meter?.passed(-bytes);
  }
}
