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
import { ConnectionRoom } from './connection-room.ts';
import { NO_ROW } from './linked-rows.ts';
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
/** The place in the row of a block, behind the link. */
const BLOCK = 1;

// The places in the row: two meters, then these.
const SHORT = METER_LENGTH;
const TOTAL = 2 * METER_LENGTH;
const LAST_BLOCK_AT = TOTAL + 1;

// The counts; there are never more than `REQUESTS_MAX` of any.
const COUNT_MASK = 0x3ff;
const TARGET_SHIFT = 10;
const LIMIT_SHIFT = 20;

/** Its methods are private to the compiler alone: a class with #methods costs each of its objects another field. */
export class RequestWindow {
  readonly #room: ConnectionRoom;
  readonly #row: number;
  /** The outstanding blocks, oldest first: rows of `ConnectionRoom.outstanding`. */
  #first = NO_ROW;
  #last = NO_ROW;
  /** Three numbers of ten bits: how many are outstanding, how many we want to be, how many the peer queues. */
  #counts: number;
  /** The piece that the peer was last asked for; -1 for none. */
  currentPiece = -1;
  /** Its number among those who sent blocks of pieces under way. Who gave it knows whether it is another's by now. */
  senderNumber = 0;
  #late: number[] | undefined = undefined;

  /** `nowUs`: from when on the rates count. `limit`: what the peer queues. */
  constructor(room: ConnectionRoom, nowUs: Microseconds, limit: number = REQUEST_QUEUE_DEFAULT) {
    const { asked } = room;
    this.#room = room;
    this.#row = asked.take();
    this.#counts = (limit << LIMIT_SHIFT) | (Math.min(REQUESTS_FIRST, limit) << TARGET_SHIFT);
    startMeter(asked.cells, this.#row, nowUs);
    startMeter(asked.cells, this.#row + SHORT, nowUs);
  }

  /** The connection is over. */
  end(): void {
    this.#room.asked.give(this.#row);
    this.#room.outstanding.giveAll(this.#first);
    this.#first = NO_ROW;
    this.#counts &= ~COUNT_MASK;
  }

  get outstanding(): number {
    return this.#counts & COUNT_MASK;
  }

  /** How many requests we want to have outstanding. */
  get target(): number {
    return (this.#counts >> TARGET_SHIFT) & COUNT_MASK;
  }

  /** Whether it is time to ask for more: a batch at a time, so that requests share packets. */
  get wantsRefill(): boolean {
    const { target } = this;
    const missing = target - this.outstanding;
    return missing > 0 && missing * 4 >= target;
  }

  /** Payload bytes that have come. */
  get receivedBytes(): number {
    return this.#room.asked.cells[this.#row + TOTAL] as number;
  }

  /** When the last block (or our first request) was; for snubbing. */
  get lastBlockAtUs(): Microseconds {
    return this.#room.asked.cells[this.#row + LAST_BLOCK_AT] as number;
  }

  set lastBlockAtUs(atUs: Microseconds) {
    this.#room.asked.cells[this.#row + LAST_BLOCK_AT] = atUs;
  }

  /** Bytes per second over about 20 s. */
  rate(nowUs: Microseconds): number {
    return meteredRate(this.#room.asked.cells, this.#row, RATE_WINDOW_US, nowUs);
  }

  /** The peer said how many requests it queues. */
  limitTo(requestQueue: number): void {
    this.#counts = (requestQueue << LIMIT_SHIFT) | (this.#counts & ~(COUNT_MASK << LIMIT_SHIFT));
    this.aim(Math.min(this.target, requestQueue));
  }

  /** Back to one request at a time: the peer has sent nothing for too long. */
  shrink(): void {
    this.aim(1);
  }

  add(block: number): void {
    invariant(this !== NO_REQUESTS, () => 'a request to a peer without a window');
    const { outstanding } = this.#room;
    const row = outstanding.take();
    const { cells } = outstanding;
    cells[row + BLOCK] = block;
    if (this.#first === NO_ROW) this.#first = row;
    else cells[this.#last] = row;
    this.#last = row;
    this.#counts++;
  }

  has(block: number): boolean {
    const { cells } = this.#room.outstanding;
    for (let row = this.#first; row !== NO_ROW; row = cells[row] as number) {
      if (cells[row + BLOCK] === block) return true;
    }
    return false;
  }

  /** Whether the block was asked for and its answer may still come, wanted or not. */
  mayCome(block: number): boolean {
    return this.has(block) || (this.#late?.includes(block) ?? false);
  }

  /** Forgets an outstanding block; false when it was none. Answers come in order, so the first look is the usual hit. */
  remove(block: number): boolean {
    const { outstanding } = this.#room;
    const { cells } = outstanding;
    let before = NO_ROW;
    let row = this.#first;
    while (row !== NO_ROW && cells[row + BLOCK] !== block) {
      before = row;
      row = cells[row] as number;
    }
    if (row === NO_ROW) return false;
    const next = cells[row] as number;
    if (before === NO_ROW) this.#first = next;
    else cells[before] = next;
    if (row === this.#last) this.#last = before;
    this.#counts--;
    outstanding.give(row);
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
    const { cells } = this.#room.outstanding;
    for (let row = this.#first; row !== NO_ROW; row = cells[row] as number) {
      list.push(cells[row + BLOCK] as number);
    }
    return list;
  }

  /** A block arrived: adapts the window to the rate. It opens by one block per block, as TCP does in slow start. */
  blockArrived(bytes: number, nowUs: Microseconds): void {
    const { cells } = this.#room.asked;
    const row = this.#row;
    meterBytes(cells, row, RATE_WINDOW_US, bytes, nowUs);
    meterBytes(cells, row + SHORT, SHORT_WINDOW_US, bytes, nowUs);
    cells[row + TOTAL] = (cells[row + TOTAL] as number) + bytes;
    cells[row + LAST_BLOCK_AT] = nowUs;
    const rate = meteredRate(cells, row + SHORT, SHORT_WINDOW_US, nowUs);
    const wanted = Math.ceil((rate * WORK_AHEAD_SECONDS) / BLOCK_BYTES);
    const limit = this.#counts >> LIMIT_SHIFT;
    const bounded = Math.max(REQUESTS_MIN, Math.min(limit, wanted));
    let { target } = this;
    if (target < bounded) target++;
    else if (target > bounded) target--;
    this.aim(Math.min(target, limit));
  }

  private aim(target: number): void {
    this.#counts = (this.#counts & ~(COUNT_MASK << TARGET_SHIFT)) | (target << TARGET_SHIFT);
  }
}

/** The window of every peer that we have not asked for anything. */
export const NO_REQUESTS = new RequestWindow(new ConnectionRoom(), 0);

/** What a peer that says so queues; nonsense is clamped. */
export function clampedRequestQueue(requestQueue: number): number {
  return Math.max(1, Math.min(REQUESTS_MAX, requestQueue));
}
