/**
 * The segments of each direction as its receiver takes them, holds their sender back, drops or refuses them.
 *
 * A receiver that has paused takes nothing: what comes fills its buffer, and when that is full the sender stops until it
 * hears, a latency later, that there is room again. One that has closed drops what comes. A machine that knows nothing
 * of the stream refuses: what comes stays unanswered, in flight, until the reset reaches the sender.
 */
import {
  BLOCKED,
  DISCARDING,
  DONE,
  FIRST_PENDING,
  FLAGS,
  HEAD,
  LAST_ARRIVAL_US,
  PAUSED,
  REFUSING,
  RESETTING,
  ROW_INTEGERS,
  ROW_NUMBERS,
} from './direction-fields.ts';
import type { DirectionTable } from './direction-table.ts';
import { Mark } from './segment-fields.ts';
import type { SegmentQueues } from './segment-queue.ts';
import type { SegmentTable } from './segment-table.ts';
import type { SimulatedStream } from './simulated-stream.ts';

const NEVER = Number.POSITIVE_INFINITY;

export class ReceivedQueues {
  readonly #table: DirectionTable;
  readonly #queues: SegmentQueues;
  readonly #segments: SegmentTable;
  readonly #bufferBytes: number;
  /** When a sender that has stopped hears that there is room: of those that are blocked and will hear of it. */
  readonly #unblockAtUs = new Map<number, number>();

  constructor(table: DirectionTable, queues: SegmentQueues, segments: SegmentTable, bufferBytes: number) {
    this.#table = table;
    this.#queues = queues;
    this.#segments = segments;
    this.#bufferBytes = bufferBytes;
  }

  /** Delivers what has arrived by now. */
  receive(row: number, nowUs: number): void {
    const table = this.#table;
    const segments = this.#segments;
    const at = row * ROW_INTEGERS;
    for (;;) {
      // Who is called may make the table grow.
      const { integers } = table;
      const segment = integers[at + HEAD] as number;
      if (segment === (integers[at + FIRST_PENDING] as number) || segments.atUs(segment) > nowUs) return;
      const flags = integers[at + FLAGS] as number;
      if ((flags & (PAUSED | DISCARDING | REFUSING)) === 0) {
        this.#queues.take(row, segment, true);
        this.#deliver(row, segment);
      } else {
        if ((flags & PAUSED) !== 0) return;
        if ((flags & REFUSING) !== 0) {
          segments.setAtUs(segment, NEVER);
          (table.ends[row ^ 1] as SimulatedStream).refused();
          return;
        }
        const delivered = segments.mark(segment) !== Mark.data;
        this.#queues.take(row, segment, delivered);
        if (delivered) this.#deliver(row, segment);
      }
      segments.free(segment);
    }
  }

  /** When something is due at the receiver; Infinity for never. */
  nextUs(row: number): number {
    const { integers, numbers } = this.#table;
    const at = row * ROW_INTEGERS;
    const flags = integers[at + FLAGS] as number;
    if ((flags & PAUSED) !== 0) {
      return (flags & RESETTING) !== 0 ? (numbers[row * ROW_NUMBERS + LAST_ARRIVAL_US] as number) : NEVER;
    }
    const head = integers[at + HEAD] as number;
    const arrivalUs = head === (integers[at + FIRST_PENDING] as number) ? NEVER : this.#segments.atUs(head);
    return (flags & BLOCKED) !== 0 ? Math.min(arrivalUs, this.#hearsAtUs(row)) : arrivalUs;
  }

  /** Takes what comes again; a sender that has stopped hears of it at `heardAtUs`. */
  resume(row: number, heardAtUs: number): void {
    this.#table.lower(row, PAUSED);
    if (this.#table.has(row, BLOCKED)) this.#unblockAtUs.set(row, heardAtUs);
  }

  /** Whether the sender has to stop now. */
  stops(row: number): boolean {
    if (!this.#table.has(row, PAUSED)) return false;
    const queues = this.#queues;
    if (queues.departedBytes(row) - queues.takenBytes(row) >= this.#bufferBytes) {
      this.#table.raise(row, BLOCKED);
      return true;
    }
    this.#table.lower(row, BLOCKED);
    return false;
  }

  /** Whether a sender that has stopped hears of room by now: it goes on. */
  unblocks(row: number, nowUs: number): boolean {
    if (!this.#table.has(row, BLOCKED) || nowUs < this.#hearsAtUs(row)) return false;
    this.#unblockAtUs.delete(row);
    this.#table.lower(row, BLOCKED);
    return true;
  }

  /** The direction has ended. */
  forget(row: number): void {
    if (this.#unblockAtUs.size > 0) this.#unblockAtUs.delete(row);
  }

  #hearsAtUs(row: number): number {
    return this.#unblockAtUs.get(row) ?? NEVER;
  }

  #deliver(row: number, segment: number): void {
    const table = this.#table;
    const segments = this.#segments;
    const end = row ^ 1;
    const mark = segments.mark(segment);
    if (mark !== Mark.data) {
      (table.ends[end] as SimulatedStream).marked(mark);
      return;
    }
    const length = segments.controlBytes(segment);
    if (length > 0) {
      const offset = segments.controlOffset(segment);
      table.handlers[end]?.onBytes(segments.controlIn(segment), offset, offset + length);
    }
    const payload = segments.payload(segment);
    // An end that has ended in the meantime discards what comes.
    if (payload === undefined || table.has(row, DISCARDING | DONE)) return;
    if (payload.bytes === undefined) table.handlers[end]?.onPayload(payload);
    else table.handlers[end]?.onBytes(payload.bytes, 0, payload.length);
  }
}
