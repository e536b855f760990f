/**
 * The blocks that we have asked one peer for, how many we keep asked for, and how fast they come. The window is sized so
 * that the peer always has a few seconds of work at the rate it delivers (libtorrent's rule of thumb: 3 s), never beyond
 * what the peer said it queues (`reqq`, BEP 10): what exceeds that is silently dropped by some clients.
 *
 * Blocks are numbers, unique within the torrent (piece * blocks per piece + block). Only peers that we have asked for
 * something have a window; `NO_REQUESTS` stands for that of all others.
 */
import type { Microseconds } from '../ports.ts';
import { invariant } from '../result.ts';
import { NumberRows } from './number-rows.ts';
import { METER_LENGTH, meterBytes, meteredRate, startMeter } from './rate-meter.ts';

/** What a peer queues when it does not say (BEP 10's customary default). */
export const REQUEST_QUEUE_DEFAULT = 250;
/** Most requests that are ever out to one peer. */
export const REQUESTS_MAX = 500;
/** Rolling window of the rates by which peers are ranked: one to two of these, so about 20 s (BEP 3). */
export const RATE_WINDOW_US = 10_000_000;
const SHORT_WINDOW_US = 1_000_000;
const REQUESTS_MIN = 2;
const REQUESTS_FIRST = 4;
const WORK_AHEAD_SECONDS = 3;
const BLOCK_BYTES = 16384;
/** Cancelled or timed-out requests whose block may still be on its way (BEP 6: a piece or a reject will come). */
const LATE_MAX = 512;
/** Room for so many requests at first, a power of two. */
const ROOM_FIRST = 8;
/** What all windows share that hold nothing. */
const NO_ROOM: number[] = [];

// The places in the row: two meters, then these.
const SHORT = METER_LENGTH;
const TOTAL = 2 * METER_LENGTH;
const LAST_BLOCK_AT = TOTAL + 1;

export class RequestWindow {
  readonly #rows: NumberRows;
  readonly #row: number;
  /** A ring of outstanding blocks, oldest first from `#head`; its length is a power of two, or nothing. */
  #blocks: number[] = NO_ROOM;
  #head = 0;
  #outstanding = 0;
  #target = REQUESTS_FIRST;
  #limit: number;
  #late: number[] | undefined = undefined;

  /** `nowUs`: from when on the rates count. `limit`: what the peer queues. */
  constructor(rows: NumberRows, nowUs: Microseconds, limit: number = REQUEST_QUEUE_DEFAULT) {
    this.#rows = rows;
    this.#row = rows.take();
    this.#limit = limit;
    this.#target = Math.min(REQUESTS_FIRST, limit);
    startMeter(rows.cells, this.#row, nowUs);
    startMeter(rows.cells, this.#row + SHORT, nowUs);
  }

  /** The connection is over. */
  end(): void {
    this.#rows.give(this.#row);
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  /** How many requests we want to have outstanding. */
  get target(): number {
    return this.#target;
  }

  /** Whether it is time to ask for more: a batch at a time, so that requests share packets. */
  get wantsRefill(): boolean {
    const missing = this.#target - this.#outstanding;
    return missing > 0 && missing * 4 >= this.#target;
  }

  /** Payload bytes that have come. */
  get receivedBytes(): number {
    return this.#rows.cells[this.#row + TOTAL] as number;
  }

  /** When the last block (or our first request) was; for snubbing. */
  get lastBlockAtUs(): Microseconds {
    return this.#rows.cells[this.#row + LAST_BLOCK_AT] as number;
  }

  set lastBlockAtUs(atUs: Microseconds) {
    this.#rows.cells[this.#row + LAST_BLOCK_AT] = atUs;
  }

  /** Bytes per second over about 20 s. */
  rate(nowUs: Microseconds): number {
    return meteredRate(this.#rows.cells, this.#row, RATE_WINDOW_US, nowUs);
  }

  /** The peer said how many requests it queues. */
  limitTo(requestQueue: number): void {
    this.#limit = requestQueue;
    this.#target = Math.min(this.#target, requestQueue);
  }

  /** Back to one request at a time: the peer has sent nothing for too long. */
  shrink(): void {
    this.#target = 1;
  }

  add(block: number): void {
    invariant(this !== NO_REQUESTS, () => 'a request to a peer without a window');
    if (this.#outstanding === this.#blocks.length) this.#grow();
    this.#blocks[(this.#head + this.#outstanding) & (this.#blocks.length - 1)] = block;
    this.#outstanding++;
  }

  has(block: number): boolean {
    return this.#find(block) >= 0;
  }

  /** Whether the block was asked for and its answer may still come, wanted or not. */
  mayCome(block: number): boolean {
    return this.has(block) || (this.#late?.includes(block) ?? false);
  }

  /** Forgets an outstanding block; false when it was none. Answers come in order, so the first look is the usual hit. */
  remove(block: number): boolean {
    const found = this.#find(block);
    if (found < 0) return false;
    const blocks = this.#blocks;
    const mask = blocks.length - 1;
    for (let index = found; index > 0; index--) {
      blocks[(this.#head + index) & mask] = blocks[(this.#head + index - 1) & mask] as number;
    }
    this.#head = (this.#head + 1) & mask;
    this.#outstanding--;
    if (this.#outstanding === 0 && blocks.length > ROOM_FIRST) {
      this.#blocks = NO_ROOM;
      this.#head = 0;
    }
    return true;
  }

  /** Forgets an outstanding block whose answer may still come. */
  giveUp(block: number): boolean {
    if (!this.remove(block)) return false;
    this.#late ??= [];
    this.#late.push(block);
    if (this.#late.length > LATE_MAX) this.#late.shift();
    return true;
  }

  /** Whether this block was given up a while ago; true once per given-up request. */
  takeLate(block: number): boolean {
    const index = this.#late?.indexOf(block) ?? -1;
    if (index < 0) return false;
    this.#late?.splice(index, 1);
    return true;
  }

  /** The outstanding blocks, oldest first. */
  list(): number[] {
    const list: number[] = [];
    const mask = this.#blocks.length - 1;
    for (let index = 0; index < this.#outstanding; index++) {
      list.push(this.#blocks[(this.#head + index) & mask] as number);
    }
    return list;
  }

  /** A block arrived: adapts the window to the rate. It opens by one block per block, as TCP does in slow start. */
  blockArrived(bytes: number, nowUs: Microseconds): void {
    const { cells } = this.#rows;
    const row = this.#row;
    meterBytes(cells, row, RATE_WINDOW_US, bytes, nowUs);
    meterBytes(cells, row + SHORT, SHORT_WINDOW_US, bytes, nowUs);
    cells[row + TOTAL] = (cells[row + TOTAL] as number) + bytes;
    cells[row + LAST_BLOCK_AT] = nowUs;
    const rate = meteredRate(cells, row + SHORT, SHORT_WINDOW_US, nowUs);
    const wanted = Math.ceil((rate * WORK_AHEAD_SECONDS) / BLOCK_BYTES);
    const bounded = Math.max(REQUESTS_MIN, Math.min(this.#limit, wanted));
    if (this.#target < bounded) this.#target++;
    else if (this.#target > bounded) this.#target--;
    if (this.#target > this.#limit) this.#target = this.#limit;
  }

  /** How many outstanding blocks are older than this one; -1 when it is none of them. */
  #find(block: number): number {
    const blocks = this.#blocks;
    const mask = blocks.length - 1;
    for (let index = 0; index < this.#outstanding; index++) {
      if (blocks[(this.#head + index) & mask] === block) return index;
    }
    return -1;
  }

  #grow(): void {
    // A new array of the exact size: one that grows by itself keeps half as much again in reserve.
    const blocks = new Array<number>(Math.max(ROOM_FIRST, this.#blocks.length * 2)).fill(0);
    const mask = this.#blocks.length - 1;
    for (let index = 0; index < this.#outstanding; index++) {
      blocks[index] = this.#blocks[(this.#head + index) & mask] as number;
    }
    this.#blocks = blocks;
    this.#head = 0;
  }
}

/** The window of every peer that we have not asked for anything. */
export const NO_REQUESTS = new RequestWindow(new NumberRows(), 0);

/** What a peer that says so queues; nonsense is clamped. */
export function clampedRequestQueue(requestQueue: number): number {
  return Math.max(1, Math.min(REQUESTS_MAX, requestQueue));
}
