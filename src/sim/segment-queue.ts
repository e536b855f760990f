/**
 * The segments of each direction in the order of sending: first those in flight, then those pending. Bytes are counted
 * from the start of the direction, and at all times
 * taken (delivered or dropped) + in flight + pending = queued.
 *
 * Stateless: the ends of each queue lie in the row of its direction.
 */
import type { Payload } from '../core/ports.ts';
import {
  FIRST_PENDING,
  HEAD,
  QUEUED_BYTES,
  ROW_INTEGERS,
  ROW_NUMBERS,
  TAIL,
  TAKEN_BYTES,
} from './direction-fields.ts';
import type { DirectionTable } from './direction-table.ts';
import { Mark, NO_SEGMENT } from './segment-fields.ts';
import type { SegmentTable } from './segment-table.ts';

/** Longer writes are cut, so that they arrive bit by bit. */
const CHUNK_BYTES = 16384;
const NEVER = Number.POSITIVE_INFINITY;

/** Bytes of all streams that ever were. */
export interface StreamBooks {
  queuedBytes: number;
  deliveredBytes: number;
  droppedBytes: number;
}

export class SegmentQueues {
  readonly books: StreamBooks = { queuedBytes: 0, deliveredBytes: 0, droppedBytes: 0 };
  readonly #table: DirectionTable;
  readonly #segments: SegmentTable;

  constructor(table: DirectionTable, segments: SegmentTable) {
    this.#table = table;
    this.#segments = segments;
  }

  /** Oldest segment in flight, or pending when none is in flight. */
  head(row: number): number {
    return this.#table.integer(row, HEAD);
  }

  firstPending(row: number): number {
    return this.#table.integer(row, FIRST_PENDING);
  }

  isPending(row: number): boolean {
    return this.#table.integer(row, FIRST_PENDING) !== NO_SEGMENT;
  }

  isInFlight(row: number): boolean {
    return this.#table.integer(row, HEAD) !== this.#table.integer(row, FIRST_PENDING);
  }

  /** All bytes ever accepted. */
  queuedBytes(row: number): number {
    return this.#table.number(row, QUEUED_BYTES);
  }

  /** Up to the end of the last segment that has left. */
  departedBytes(row: number): number {
    const first = this.#table.integer(row, FIRST_PENDING);
    return first === NO_SEGMENT ? this.#table.number(row, QUEUED_BYTES) : this.#segments.start(first);
  }

  /** Delivered or dropped. */
  takenBytes(row: number): number {
    return this.#table.number(row, TAKEN_BYTES);
  }

  appendControl(row: number, bytes: Uint8Array, start: number, end: number, nowUs: number): void {
    if (end <= start) return;
    const segments = this.#segments;
    if (this.isPending(row) && segments.extend(this.#table.integer(row, TAIL), bytes, start, end, nowUs)) {
      this.#queued(row, end - start);
      return;
    }
    for (let from = start; from < end; from += CHUNK_BYTES) {
      const to = Math.min(end, from + CHUNK_BYTES);
      segments.write(this.#append(row, Mark.data, nowUs), bytes, from, to);
      this.#queued(row, to - from);
    }
  }

  /** A body joins the control bytes of the same instant before it (its header), so that they arrive together. */
  appendPayload(row: number, payload: Payload, nowUs: number): void {
    const segments = this.#segments;
    let segment = this.#table.integer(row, TAIL);
    if (!this.isPending(row) || segments.atUs(segment) !== nowUs || !segments.takesPayload(segment)) {
      segment = this.#append(row, Mark.data, nowUs);
    }
    segments.setPayload(segment, payload);
    this.#queued(row, payload.length);
  }

  appendMark(row: number, mark: number, nowUs: number): void {
    this.#append(row, mark, nowUs);
  }

  /** The first pending segment leaves and will arrive at `arrivalUs`. Returns its length in bytes. */
  depart(row: number, arrivalUs: number): number {
    const { integers } = this.#table;
    const place = row * ROW_INTEGERS + FIRST_PENDING;
    const segment = integers[place] as number;
    this.#segments.setAtUs(segment, arrivalUs);
    integers[place] = this.#segments.next(segment);
    return this.#segments.length(segment);
  }

  /** Takes the oldest segment in flight, `segment`, as delivered or dropped; the caller frees it. */
  take(row: number, segment: number, delivered: boolean): void {
    const { integers, numbers } = this.#table;
    const next = this.#segments.next(segment);
    integers[row * ROW_INTEGERS + HEAD] = next;
    if (next === NO_SEGMENT) integers[row * ROW_INTEGERS + TAIL] = NO_SEGMENT;
    const bytes = this.#segments.length(segment);
    const taken = row * ROW_NUMBERS + TAKEN_BYTES;
    numbers[taken] = (numbers[taken] as number) + bytes;
    if (delivered) this.books.deliveredBytes += bytes;
    else this.books.droppedBytes += bytes;
  }

  /** Forgets what has not left yet. */
  dropPending(row: number): void {
    const table = this.#table;
    const first = table.integer(row, FIRST_PENDING);
    if (first === NO_SEGMENT) return;
    let last = NO_SEGMENT;
    for (let segment = table.integer(row, HEAD); segment !== first; segment = this.#segments.next(segment)) {
      last = segment;
    }
    table.setInteger(row, FIRST_PENDING, NO_SEGMENT);
    this.#cutBehind(row, last, first);
  }

  /** What would arrive after `nowUs` does not arrive until `release`. True when there is such a thing. */
  hold(row: number, nowUs: number): boolean {
    const segments = this.#segments;
    const end = this.firstPending(row);
    let held = false;
    for (let segment = this.head(row); segment !== end; segment = segments.next(segment)) {
      if (segments.atUs(segment) <= nowUs) continue;
      segments.setAtUs(segment, NEVER);
      held = true;
    }
    return held;
  }

  /** What was held arrives at `atUs`. True when there was such a thing. */
  release(row: number, atUs: number): boolean {
    const segments = this.#segments;
    const end = this.firstPending(row);
    let released = false;
    for (let segment = this.head(row); segment !== end; segment = segments.next(segment)) {
      if (segments.atUs(segment) !== NEVER) continue;
      segments.setAtUs(segment, atUs);
      released = true;
    }
    return released;
  }

  /** Forgets what would arrive after `nowUs` or was held. Nothing may be pending. */
  dropInFlight(row: number, nowUs: number): void {
    const segments = this.#segments;
    let last = NO_SEGMENT;
    let segment = this.head(row);
    while (segment !== NO_SEGMENT && segments.atUs(segment) <= nowUs) {
      last = segment;
      segment = segments.next(segment);
    }
    this.#cutBehind(row, last, segment);
  }

  /** Forgets everything, in flight or pending. */
  dropAll(row: number): void {
    this.#table.setInteger(row, FIRST_PENDING, NO_SEGMENT);
    this.#cutBehind(row, NO_SEGMENT, this.head(row));
  }

  /** Bytes found in the segments themselves, to check the books against. */
  countSegmentBytes(row: number): number {
    let bytes = 0;
    for (let segment = this.head(row); segment !== NO_SEGMENT; segment = this.#segments.next(segment)) {
      bytes += this.#segments.length(segment);
    }
    return bytes;
  }

  #queued(row: number, bytes: number): void {
    const { numbers } = this.#table;
    const place = row * ROW_NUMBERS + QUEUED_BYTES;
    numbers[place] = (numbers[place] as number) + bytes;
    this.books.queuedBytes += bytes;
  }

  #append(row: number, mark: number, nowUs: number): number {
    const { integers, numbers } = this.#table;
    const at = row * ROW_INTEGERS;
    const queuedBytes = numbers[row * ROW_NUMBERS + QUEUED_BYTES] as number;
    const segment = this.#segments.take(mark, queuedBytes, nowUs);
    const tail = integers[at + TAIL] as number;
    if (tail === NO_SEGMENT) integers[at + HEAD] = segment;
    else this.#segments.setNext(tail, segment);
    integers[at + TAIL] = segment;
    if (integers[at + FIRST_PENDING] === NO_SEGMENT) integers[at + FIRST_PENDING] = segment;
    return segment;
  }

  /** Drops the segments from `first` on; `last`, if there is one, is the one before and becomes the last of all. */
  #cutBehind(row: number, last: number, first: number): void {
    const table = this.#table;
    const segments = this.#segments;
    let dropped = 0;
    let segment = first;
    while (segment !== NO_SEGMENT) {
      const next = segments.next(segment);
      dropped += segments.length(segment);
      segments.free(segment);
      segment = next;
    }
    table.setNumber(row, TAKEN_BYTES, table.number(row, TAKEN_BYTES) + dropped);
    this.books.droppedBytes += dropped;
    table.setInteger(row, TAIL, last);
    if (last === NO_SEGMENT) table.setInteger(row, HEAD, NO_SEGMENT);
    else segments.setNext(last, NO_SEGMENT);
  }
}
