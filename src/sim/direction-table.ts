/**
 * The state of all stream directions of a network, as rows of shared arrays: an idle direction is a few numbers and no
 * object. The two directions of one stream are the rows 2k and 2k + 1, so that the other one of `row` is `row ^ 1`; the
 * row of a direction is also that of the end that sends in it.
 *
 * Who has a field is said where it is used: this table knows only where it lies. What one small message touches is the
 * first 64 bytes of a row. A pair of rows is given out again only at a later instant than that of its release: until
 * then a call due soon may still name it.
 */
import type { StreamHandler } from '../core/ports.ts';
import { invariant } from '../core/result.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { SimulatedStream } from './simulated-stream.ts';

export const NOTHING = -1;

/** Numbers of a row. All bytes ever accepted. */
export const QUEUED_BYTES = 0;
/** Bytes that the receiver has taken, and those that were dropped. */
export const TAKEN_BYTES = 1;
/** When what left last arrives; Infinity while that is held. */
export const LAST_ARRIVAL_US = 2;
/** What the next segment that leaves takes to arrive: known ahead, because its event is set before it leaves. */
export const TRANSIT_US = 3;
/** When something was last sent, at once or as a flow. */
export const USED_AT_US = 4;

/** Integers of a row, behind its numbers. The oldest segment in flight, or pending when none is in flight. */
export const HEAD = 10;
export const FIRST_PENDING = 11;
export const TAIL = 12;
/** The event of the direction. */
export const HANDLE = 13;
const FLAGS = 14;
/** Which flow it is in the `FlowTable`, while it flows and until the end of the instant in which it stops. */
export const FLOW = 15;

/** Numbers that a message does not touch. The window of the sender in bytes. */
export const WINDOW_BYTES = 0;
export const ROUND_TRIP_US = 1;
/** Integers that a message does not touch. What `notifyWhenWritable` has asked for, with the flag `ASKED`. */
export const LOW_WATER_BYTES = 4;
/** Names the draws of the direction. */
export const KEY = 5;

/** The way is known. */
export const ESTABLISHED = 1 << 0;
/** What was written may leave. */
export const OPEN = 1 << 1;
/** The direction has ended. */
export const DONE = 1 << 2;
/** `flush` is due at the end of this instant. */
export const DIRTY = 1 << 3;
/** Its event is being handled: it sets the next one at the end of that. */
export const FIRING = 1 << 4;
/** It takes part in the sharing of the links. */
export const FLOWING = 1 << 5;
/** The sender has asked for `onWritable`. */
export const ASKED = 1 << 6;
/** The receiver takes nothing now. */
export const PAUSED = 1 << 7;
/** The receiver's buffer is full and the sender has stopped. */
export const BLOCKED = 1 << 8;
/** The receiver has ended and drops what comes. */
export const DISCARDING = 1 << 9;
/** The receiver's machine knows nothing of the stream. */
export const REFUSING = 1 << 10;
/** What left last is a reset. */
export const RESETTING = 1 << 11;
/** The sender's machine has forgotten the stream. */
export const ABANDONED = 1 << 12;
/** It cannot send: there is a `Stall`. */
export const STALLED = 1 << 13;
/** There is a `RoughWay`. */
export const ROUGH = 1 << 14;
/** The way delays each packet by a draw. */
export const JITTERY = 1 << 15;
/** A packet that leaves now may be lost or held. */
export const TROUBLED = 1 << 16;
/** Of the sending end: it is open. */
export const END_OPEN = 1 << 17;
/** It has paused. */
export const END_PAUSED = 1 << 18;
/** Its handler hears nothing any more but perhaps of the end. */
export const ENDED = 1 << 19;
/** Its machine has forgotten the stream. */
export const GONE = 1 << 20;

/** The row of whoever is over: nothing of it changes any more. */
export const OVER_ROW = 0;

/** Doubles of a row. */
const STRIDE = 8;
const COLD_STRIDE = 3;
const FIRST_ROWS = 64;

export class DirectionTable {
  /** By row of the sending end. */
  readonly ends: (SimulatedStream | undefined)[] = [undefined, undefined];
  readonly hosts: (SimulatedHost | undefined)[] = [undefined, undefined];
  readonly handlers: (StreamHandler | undefined)[] = [undefined, undefined];
  #numbers = new Float64Array(FIRST_ROWS * STRIDE);
  #integers = new Int32Array(this.#numbers.buffer);
  #coldNumbers = new Float64Array(FIRST_ROWS * COLD_STRIDE);
  #coldIntegers = new Int32Array(this.#coldNumbers.buffer);
  /** First rows of pairs that may be given out. */
  readonly #free: number[] = [];
  /** First rows of pairs that were released at `#releasedAtUs`. */
  readonly #released: number[] = [];
  #releasedAtUs = 0;

  constructor() {
    for (const row of [OVER_ROW, OVER_ROW + 1]) {
      this.#clear(row);
      this.raise(row, DONE | ENDED | GONE);
    }
  }

  /** Pairs of rows in use. */
  get pairCount(): number {
    return this.ends.length / 2 - 1 - this.#free.length - this.#released.length;
  }

  number(row: number, field: number): number {
    return this.#numbers[row * STRIDE + field] as number;
  }

  setNumber(row: number, field: number, value: number): void {
    this.#numbers[row * STRIDE + field] = value;
  }

  integer(row: number, field: number): number {
    return this.#integers[row * (2 * STRIDE) + field] as number;
  }

  setInteger(row: number, field: number, value: number): void {
    this.#integers[row * (2 * STRIDE) + field] = value;
  }

  coldNumber(row: number, field: number): number {
    return this.#coldNumbers[row * COLD_STRIDE + field] as number;
  }

  setColdNumber(row: number, field: number, value: number): void {
    this.#coldNumbers[row * COLD_STRIDE + field] = value;
  }

  coldInteger(row: number, field: number): number {
    return this.#coldIntegers[row * (2 * COLD_STRIDE) + field] as number;
  }

  setColdInteger(row: number, field: number, value: number): void {
    this.#coldIntegers[row * (2 * COLD_STRIDE) + field] = value;
  }

  /** Whether one of these flags is up. */
  has(row: number, flags: number): boolean {
    return ((this.#integers[row * (2 * STRIDE) + FLAGS] as number) & flags) !== 0;
  }

  raise(row: number, flags: number): void {
    const place = row * (2 * STRIDE) + FLAGS;
    this.#integers[place] = (this.#integers[place] as number) | flags;
  }

  lower(row: number, flags: number): void {
    const place = row * (2 * STRIDE) + FLAGS;
    this.#integers[place] = (this.#integers[place] as number) & ~flags;
  }

  /** Two rows with nothing in them; returns the first. */
  takePair(nowUs: number): number {
    if (nowUs > this.#releasedAtUs) this.#sweep();
    let row = this.#free.pop();
    if (row === undefined) {
      row = this.ends.length;
      for (let each = 0; each < 2; each++) {
        this.ends.push(undefined);
        this.hosts.push(undefined);
        this.handlers.push(undefined);
      }
      if (this.#numbers.length < this.ends.length * STRIDE) this.#grow();
    }
    this.#clear(row);
    this.#clear(row + 1);
    return row;
  }

  /** Both directions of the pair that `row` is of have ended. */
  releasePair(row: number, nowUs: number): void {
    const first = row & ~1;
    invariant(first !== OVER_ROW, 'a pair of rows is released once');
    if (nowUs > this.#releasedAtUs) this.#sweep();
    this.#releasedAtUs = nowUs;
    this.#released.push(first);
  }

  #sweep(): void {
    for (const first of this.#released) {
      for (let row = first; row < first + 2; row++) {
        this.ends[row]?.over();
        this.ends[row] = undefined;
        this.hosts[row] = undefined;
        this.handlers[row] = undefined;
      }
      this.#free.push(first);
    }
    this.#released.length = 0;
  }

  #clear(row: number): void {
    this.#numbers.fill(0, row * STRIDE, (row + 1) * STRIDE);
    this.#coldNumbers.fill(0, row * COLD_STRIDE, (row + 1) * COLD_STRIDE);
    for (const field of [HEAD, FIRST_PENDING, TAIL, HANDLE, FLOW]) this.setInteger(row, field, NOTHING);
  }

  #grow(): void {
    const numbers = new Float64Array(this.#numbers.length * 2);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    this.#integers = new Int32Array(numbers.buffer);
    const coldNumbers = new Float64Array(this.#coldNumbers.length * 2);
    coldNumbers.set(this.#coldNumbers);
    this.#coldNumbers = coldNumbers;
    this.#coldIntegers = new Int32Array(coldNumbers.buffer);
  }
}
