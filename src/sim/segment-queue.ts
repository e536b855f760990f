/**
 * The segments of one stream direction in the order of sending: first those in flight, then those pending. Bytes are
 * counted from the start of the direction, and at all times
 * delivered + dropped + in flight + pending = queued.
 */
import type { Payload } from '../core/ports.ts';
import { Mark, NO_SEGMENT, type SegmentPool } from './segment-pool.ts';

/** Control bytes gather in one segment up to this size. */
const SEGMENT_BYTES = 1460;
/** Longer writes are cut, so that they arrive bit by bit. */
const CHUNK_BYTES = 16384;
const NEVER = Number.POSITIVE_INFINITY;

export class SegmentQueue {
  /** Oldest segment in flight, or pending when none is in flight. */
  head = NO_SEGMENT;
  firstPending = NO_SEGMENT;
  /** All bytes ever accepted. */
  queuedBytes = 0;
  /** Up to the end of the last segment that has left. */
  departedBytes = 0;
  deliveredBytes = 0;
  droppedBytes = 0;
  readonly #pool: SegmentPool;
  #tail = NO_SEGMENT;
  #tailSetAtUs = 0;

  constructor(pool: SegmentPool) {
    this.#pool = pool;
  }

  appendControl(bytes: Uint8Array, start: number, end: number, nowUs: number): void {
    const pool = this.#pool;
    const length = end - start;
    if (length <= 0) return;
    const tail = this.#tail;
    if (
      this.firstPending !== NO_SEGMENT &&
      pool.payloads[tail] === undefined &&
      pool.mark[tail] === Mark.data
    ) {
      const used = pool.controlBytes[tail] as number;
      const at = (pool.offset[tail] as number) + used;
      if (
        used + length <= SEGMENT_BYTES &&
        pool.slabs.extend(pool.slab[tail] as number, at, bytes, start, end)
      ) {
        pool.controlBytes[tail] = used + length;
        this.queuedBytes += length;
        pool.end[tail] = this.queuedBytes;
        return;
      }
    }
    for (let from = start; from < end; from += CHUNK_BYTES) {
      const to = Math.min(end, from + CHUNK_BYTES);
      this.queuedBytes += to - from;
      const segment = this.#append(Mark.data, nowUs);
      pool.offset[segment] = pool.slabs.append(bytes, from, to);
      pool.slab[segment] = pool.slabs.current;
      pool.controlBytes[segment] = to - from;
    }
  }

  /** A body joins the control bytes of the same instant before it (its header), so that they arrive together. */
  appendPayload(payload: Payload, nowUs: number): void {
    const pool = this.#pool;
    this.queuedBytes += payload.length;
    let segment = this.#tail;
    if (
      this.firstPending === NO_SEGMENT ||
      this.#tailSetAtUs !== nowUs ||
      pool.payloads[segment] !== undefined ||
      pool.mark[segment] !== Mark.data ||
      (pool.controlBytes[segment] as number) > SEGMENT_BYTES
    ) {
      segment = this.#append(Mark.data, nowUs);
    } else pool.end[segment] = this.queuedBytes;
    pool.payloads[segment] = payload;
  }

  appendMark(mark: number, nowUs: number): void {
    this.#append(mark, nowUs);
  }

  /** The first pending segment leaves and will arrive at `arrivalUs`. Returns its length in bytes. */
  depart(arrivalUs: number): number {
    const pool = this.#pool;
    const segment = this.firstPending;
    pool.arrivalUs[segment] = arrivalUs;
    this.firstPending = pool.next[segment] as number;
    const end = pool.end[segment] as number;
    const length = end - this.departedBytes;
    this.departedBytes = end;
    return length;
  }

  /** Takes the oldest segment in flight; the caller frees it. */
  take(): number {
    const segment = this.head;
    this.head = this.#pool.next[segment] as number;
    if (this.head === NO_SEGMENT) this.#tail = NO_SEGMENT;
    return segment;
  }

  /** Forgets what has not left yet. */
  dropPending(): void {
    if (this.firstPending === NO_SEGMENT) return;
    this.droppedBytes += this.queuedBytes - this.departedBytes;
    this.departedBytes = this.queuedBytes;
    let last = NO_SEGMENT;
    let segment = this.head;
    while (segment !== this.firstPending) {
      last = segment;
      segment = this.#pool.next[segment] as number;
    }
    this.#freeFrom(this.firstPending);
    this.firstPending = NO_SEGMENT;
    this.#tail = last;
    if (last === NO_SEGMENT) this.head = NO_SEGMENT;
    else this.#pool.next[last] = NO_SEGMENT;
  }

  /** What would arrive after `nowUs` does not arrive until `release`. True when there is such a thing. */
  hold(nowUs: number): boolean {
    const { arrivalUs, next } = this.#pool;
    let held = false;
    for (let segment = this.head; segment !== this.firstPending; segment = next[segment] as number) {
      if ((arrivalUs[segment] as number) <= nowUs) continue;
      arrivalUs[segment] = NEVER;
      held = true;
    }
    return held;
  }

  /** What was held arrives at `atUs`. True when there was such a thing. */
  release(atUs: number): boolean {
    const { arrivalUs, next } = this.#pool;
    let released = false;
    for (let segment = this.head; segment !== this.firstPending; segment = next[segment] as number) {
      if (arrivalUs[segment] !== NEVER) continue;
      arrivalUs[segment] = atUs;
      released = true;
    }
    return released;
  }

  /** Forgets what would arrive after `nowUs` or was held. Nothing may be pending. */
  dropInFlight(nowUs: number): void {
    const pool = this.#pool;
    let last = NO_SEGMENT;
    let segment = this.head;
    while (segment !== NO_SEGMENT && (pool.arrivalUs[segment] as number) <= nowUs) {
      last = segment;
      segment = pool.next[segment] as number;
    }
    this.droppedBytes += this.#bytesFrom(segment);
    this.#freeFrom(segment);
    this.#tail = last;
    if (last === NO_SEGMENT) this.head = NO_SEGMENT;
    else pool.next[last] = NO_SEGMENT;
  }

  /** Forgets everything, in flight or pending. */
  dropAll(): void {
    this.#freeFrom(this.head);
    this.head = NO_SEGMENT;
    this.firstPending = NO_SEGMENT;
    this.#tail = NO_SEGMENT;
    this.departedBytes = this.queuedBytes;
    this.droppedBytes = this.queuedBytes - this.deliveredBytes;
  }

  /** Bytes found in the segments themselves, to check the books against. */
  countSegmentBytes(): number {
    return this.#bytesFrom(this.head);
  }

  #bytesFrom(first: number): number {
    const pool = this.#pool;
    let bytes = 0;
    for (let segment = first; segment !== NO_SEGMENT; segment = pool.next[segment] as number) {
      bytes += (pool.controlBytes[segment] as number) + (pool.payloads[segment]?.length ?? 0);
    }
    return bytes;
  }

  #append(mark: number, nowUs: number): number {
    const segment = this.#pool.take(mark, this.queuedBytes);
    if (this.#tail === NO_SEGMENT) this.head = segment;
    else this.#pool.next[this.#tail] = segment;
    this.#tail = segment;
    this.#tailSetAtUs = nowUs;
    if (this.firstPending === NO_SEGMENT) this.firstPending = segment;
    return segment;
  }

  #freeFrom(first: number): void {
    let segment = first;
    while (segment !== NO_SEGMENT) {
      const next = this.#pool.next[segment] as number;
      this.#pool.free(segment);
      segment = next;
    }
  }
}
