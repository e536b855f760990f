/**
 * What a direction keeps only while it flows, as rows of a shared array: how far it has come, and when its window grows.
 *
 * Progress is never stepped, always computed from a base (so many bytes at an instant) and a rate. The base moves only
 * when the rate changes or the flow falls back, so no rounding adds up.
 */

import { moreRows } from './row-room.ts';

/** Begins 48 bytes in: a large array begins 16 bytes behind a cache line, and half of one is a row. */
const STRIDE = 4;
const ROWS_AT = 6;
const BASE_BYTES = 6;
const BASE_US = 7;
/** Infinite when it stands still. */
const US_PER_BYTE = 8;
/** When a window that is the bound now will double; Infinity when it is not, or is at its largest. */
const GROW_AT_US = 9;
/** Rounding errors must not cost a whole microsecond. */
const FUZZ = 1e-6;
const NEVER = Number.POSITIVE_INFINITY;

export class FlowTable {
  #numbers = new Float64Array(ROWS_AT + 64 * STRIDE);

  /** Room for so many flows, no more than one more than before. */
  reserve(count: number): void {
    if (ROWS_AT + count * STRIDE <= this.#numbers.length) return;
    const rows = moreRows((this.#numbers.length - ROWS_AT) / STRIDE);
    const numbers = new Float64Array(ROWS_AT + rows * STRIDE);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }

  growAtUs(flow: number): number {
    return this.#numbers[flow * STRIDE + GROW_AT_US] as number;
  }

  setGrowAtUs(flow: number, atUs: number): void {
    this.#numbers[flow * STRIDE + GROW_AT_US] = atUs;
  }

  isMoving(flow: number): boolean {
    return this.#numbers[flow * STRIDE + US_PER_BYTE] !== NEVER;
  }

  /** Stands at byte `position` from now on. */
  stand(flow: number, position: number, nowUs: number): void {
    this.#from(flow, position, nowUs);
    this.#numbers[flow * STRIDE + US_PER_BYTE] = NEVER;
  }

  /** Goes on from byte `position` at `bytesPerSec` from now on. */
  proceed(flow: number, position: number, bytesPerSec: number, nowUs: number): void {
    this.#from(flow, position, nowUs);
    this.#numbers[flow * STRIDE + US_PER_BYTE] = 1e6 / bytesPerSec;
  }

  /** Goes on at the same rate from `bytes` before byte `position`. */
  fallBack(flow: number, position: number, bytes: number, nowUs: number): void {
    this.#from(flow, position - bytes, nowUs);
  }

  /** Bytes sent by now, as a fraction; more than `limit` there is not to send. */
  sentBytes(flow: number, nowUs: number, limit: number): number {
    const numbers = this.#numbers;
    const row = flow * STRIDE;
    const passedUs = nowUs - (numbers[row + BASE_US] as number);
    return Math.min(
      limit,
      (numbers[row + BASE_BYTES] as number) + passedUs / (numbers[row + US_PER_BYTE] as number),
    );
  }

  /** The first whole microsecond at which everything up to byte `position` has been sent. Only while moving. */
  reachesAtUs(flow: number, position: number): number {
    const numbers = this.#numbers;
    const row = flow * STRIDE;
    const bytes = position - (numbers[row + BASE_BYTES] as number);
    return (
      (numbers[row + BASE_US] as number) + Math.ceil(bytes * (numbers[row + US_PER_BYTE] as number) - FUZZ)
    );
  }

  #from(flow: number, position: number, nowUs: number): void {
    this.#numbers[flow * STRIDE + BASE_BYTES] = position;
    this.#numbers[flow * STRIDE + BASE_US] = nowUs;
  }
}
