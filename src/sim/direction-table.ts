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
import {
  COLD_INTEGERS,
  COLD_NUMBERS,
  COLD_ROWS_AT,
  DONE,
  DOWNLINK,
  ENDED,
  FIRST_PENDING,
  FLAGS,
  FLOW,
  GONE,
  HANDLE,
  HEAD,
  NOTHING,
  OVER_ROW,
  ROW_INTEGERS,
  ROW_NUMBERS,
  ROWS_AT,
  TAIL,
  UPLINK,
} from './direction-fields.ts';
import { moreRows } from './row-room.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { SimulatedStream } from './simulated-stream.ts';

/** An even number, as `moreRows` makes of it. */
const FIRST_ROWS = 64;
const EMPTY_FIELDS: readonly number[] = [HEAD, FIRST_PENDING, TAIL, HANDLE, FLOW, UPLINK, DOWNLINK];

export class DirectionTable {
  /** By row of the sending end, as all arrays here. They are other arrays once they have grown: not to be kept. */
  ends = emptyList<SimulatedStream>(FIRST_ROWS);
  handlers = emptyList<StreamHandler>(FIRST_ROWS);
  /** The fields that are numbers, those that are integers, and those that a message does not read. */
  numbers = new Float64Array(ROWS_AT + FIRST_ROWS * ROW_NUMBERS);
  integers = new Int32Array(this.numbers.buffer);
  coldNumbers = new Float64Array(COLD_ROWS_AT + FIRST_ROWS * COLD_NUMBERS);
  coldIntegers = new Int32Array(this.coldNumbers.buffer);
  /** Which port the end has for the other one. */
  ports = new Uint16Array(FIRST_ROWS);
  /** By the row of its uplink in the `LinkTable`. */
  readonly #hosts: (SimulatedHost | undefined)[] = [];
  /** Rows that were ever given out. */
  #rowsEnd = 2;
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
    return this.#rowsEnd / 2 - 1 - this.#free.length - this.#released.length;
  }

  /** A machine whose ends may have rows. */
  addHost(host: SimulatedHost): void {
    this.#hosts[host.up.row] = host;
  }

  /** The machine of the end that sends in this direction; undefined where there is no such end. */
  host(row: number): SimulatedHost | undefined {
    const uplink = this.integer(row, UPLINK);
    return uplink === NOTHING ? undefined : this.#hosts[uplink];
  }

  number(row: number, field: number): number {
    return this.numbers[row * ROW_NUMBERS + field] as number;
  }

  setNumber(row: number, field: number, value: number): void {
    this.numbers[row * ROW_NUMBERS + field] = value;
  }

  integer(row: number, field: number): number {
    return this.integers[row * ROW_INTEGERS + field] as number;
  }

  setInteger(row: number, field: number, value: number): void {
    this.integers[row * ROW_INTEGERS + field] = value;
  }

  coldNumber(row: number, field: number): number {
    return this.coldNumbers[row * COLD_NUMBERS + field] as number;
  }

  setColdNumber(row: number, field: number, value: number): void {
    this.coldNumbers[row * COLD_NUMBERS + field] = value;
  }

  coldInteger(row: number, field: number): number {
    return this.coldIntegers[row * COLD_INTEGERS + field] as number;
  }

  setColdInteger(row: number, field: number, value: number): void {
    this.coldIntegers[row * COLD_INTEGERS + field] = value;
  }

  flags(row: number): number {
    return this.integers[row * ROW_INTEGERS + FLAGS] as number;
  }

  /** Whether one of these flags is up. */
  has(row: number, flags: number): boolean {
    return ((this.integers[row * ROW_INTEGERS + FLAGS] as number) & flags) !== 0;
  }

  raise(row: number, flags: number): void {
    const place = row * ROW_INTEGERS + FLAGS;
    this.integers[place] = (this.integers[place] as number) | flags;
  }

  lower(row: number, flags: number): void {
    const place = row * ROW_INTEGERS + FLAGS;
    this.integers[place] = (this.integers[place] as number) & ~flags;
  }

  /** Two rows with nothing in them; returns the first. */
  takePair(nowUs: number): number {
    if (nowUs > this.#releasedAtUs) this.#sweep();
    let row = this.#free.pop();
    if (row === undefined) {
      row = this.#rowsEnd;
      this.#rowsEnd += 2;
      if (this.#rowsEnd > this.ports.length) this.#grow();
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
      this.ends[first]?.over();
      this.ends[first + 1]?.over();
      for (let row = first; row < first + 2; row++) {
        this.ends[row] = undefined;
        this.handlers[row] = undefined;
        this.setInteger(row, UPLINK, NOTHING);
      }
      this.#free.push(first);
    }
    this.#released.length = 0;
  }

  #clear(row: number): void {
    this.numbers.fill(0, ROWS_AT + row * ROW_NUMBERS, ROWS_AT + (row + 1) * ROW_NUMBERS);
    this.coldNumbers.fill(0, COLD_ROWS_AT + row * COLD_NUMBERS, COLD_ROWS_AT + (row + 1) * COLD_NUMBERS);
    for (const field of EMPTY_FIELDS) this.setInteger(row, field, NOTHING);
  }

  #grow(): void {
    const rows = moreRows(this.ports.length);
    const numbers = new Float64Array(ROWS_AT + rows * ROW_NUMBERS);
    numbers.set(this.numbers);
    this.numbers = numbers;
    this.integers = new Int32Array(numbers.buffer);
    const coldNumbers = new Float64Array(COLD_ROWS_AT + rows * COLD_NUMBERS);
    coldNumbers.set(this.coldNumbers);
    this.coldNumbers = coldNumbers;
    this.coldIntegers = new Int32Array(coldNumbers.buffer);
    const ports = new Uint16Array(rows);
    ports.set(this.ports);
    this.ports = ports;
    this.ends = lengthened(this.ends, rows);
    this.handlers = lengthened(this.handlers, rows);
  }
}

/** Of exactly this length: an array that grows by itself keeps half as much again in reserve. */
function emptyList<Item>(length: number): (Item | undefined)[] {
  return new Array<Item | undefined>(length).fill(undefined);
}

function lengthened<Item>(from: readonly (Item | undefined)[], length: number): (Item | undefined)[] {
  const to = emptyList<Item>(length);
  for (let index = 0; index < from.length; index++) to[index] = from[index];
  return to;
}
