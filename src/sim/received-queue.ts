/**
 * The segments of one direction as its receiver takes them, holds their sender back, drops or refuses them.
 *
 * A receiver that has paused takes nothing: what comes fills its buffer, and when that is full the sender stops until it
 * hears, a latency later, that there is room again. One that has closed drops what comes. A machine that knows nothing
 * of the stream refuses: what comes stays unanswered, in flight, until the reset reaches the sender.
 */
import { InFlightQueue } from './in-flight-queue.ts';
import { Mark, type SegmentPool } from './segment-pool.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** The end that receives. */
export interface ReceivingEnd {
  /** A segment of the pool has arrived; it is freed after the call. */
  deliver(segment: number): void;
  /** Something has arrived at a machine that knows nothing of the stream. */
  refused(): void;
}

export class ReceivedQueue extends InFlightQueue {
  receiver: ReceivingEnd | undefined = undefined;
  /** The receiver takes nothing now. */
  paused = false;
  /** The receiver's buffer is full and the sender has stopped. */
  blocked = false;
  discarding = false;
  refusing = false;
  /** When a sender that has stopped hears that there is room. */
  #unblockAtUs = NEVER;
  readonly #segments: SegmentPool;
  readonly #bufferBytes: number;

  constructor(segments: SegmentPool, bufferBytes: number) {
    super(segments);
    this.#segments = segments;
    this.#bufferBytes = bufferBytes;
  }

  /** Delivers what has arrived by now. */
  receive(nowUs: number): void {
    const segments = this.#segments;
    while (!this.paused && this.head !== this.firstPending) {
      const segment = this.head;
      if ((segments.arrivalUs[segment] as number) > nowUs) return;
      const receiver = this.receiver as ReceivingEnd;
      if (this.refusing) {
        segments.arrivalUs[segment] = NEVER;
        receiver.refused();
        return;
      }
      this.take();
      const bytes = (segments.controlBytes[segment] as number) + (segments.payloads[segment]?.length ?? 0);
      if (this.discarding && segments.mark[segment] === Mark.data) this.droppedBytes += bytes;
      else {
        this.deliveredBytes += bytes;
        receiver.deliver(segment);
      }
      segments.free(segment);
    }
  }

  /** When something is due at the receiver; Infinity for never. */
  nextUs(): number {
    if (this.paused) return this.resetting ? this.lastArrivalUs : NEVER;
    const arrivalUs =
      this.head === this.firstPending ? NEVER : (this.#segments.arrivalUs[this.head] as number);
    return this.blocked ? Math.min(arrivalUs, this.#unblockAtUs) : arrivalUs;
  }

  /** Takes what comes again; a sender that has stopped hears of it at `heardAtUs`. */
  resume(heardAtUs: number): void {
    this.paused = false;
    if (this.blocked) this.#unblockAtUs = heardAtUs;
  }

  /** Whether the sender has to stop now. */
  stops(): boolean {
    if (!this.paused) return false;
    this.blocked = this.departedBytes - this.deliveredBytes - this.droppedBytes >= this.#bufferBytes;
    return this.blocked;
  }

  /** Whether a sender that has stopped hears of room by now: it goes on. */
  unblocks(nowUs: number): boolean {
    if (!this.blocked || nowUs < this.#unblockAtUs) return false;
    this.#unblockAtUs = NEVER;
    this.blocked = false;
    return true;
  }
}
