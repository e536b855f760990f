/**
 * The blocks that we have asked one peer for, and how many we keep asked for. The window is sized so that the peer
 * always has a few seconds of work at the rate it delivers (libtorrent's rule of thumb: 3 s), never beyond what the
 * peer said it queues (`reqq`, BEP 10): what exceeds that is silently dropped by some clients.
 *
 * Blocks are numbers, unique within the torrent (piece * blocks per piece + block).
 */
import type { Microseconds } from '../ports.ts';
import { RateMeter } from './rate-meter.ts';

/** What a peer queues when it does not say (BEP 10's customary default). */
export const REQUEST_QUEUE_DEFAULT = 250;
/** Most requests that are ever out to one peer. */
export const REQUESTS_MAX = 500;
const REQUESTS_MIN = 2;
const REQUESTS_FIRST = 4;
const WORK_AHEAD_SECONDS = 3;
const BLOCK_BYTES = 16384;
/** Cancelled or timed-out requests whose block may still be on its way (BEP 6: a piece or a reject will come). */
const LATE_MAX = 512;

export class RequestWindow {
  /** Outstanding blocks, oldest first from `#head`. */
  #blocks: number[] = [];
  #head = 0;
  #late: number[] = [];
  #target = REQUESTS_FIRST;
  #limit = REQUEST_QUEUE_DEFAULT;
  readonly #shortRate: RateMeter;

  constructor(nowUs: Microseconds) {
    this.#shortRate = new RateMeter(1_000_000, nowUs);
  }

  get outstanding(): number {
    return this.#blocks.length - this.#head;
  }

  /** How many requests we want to have outstanding. */
  get target(): number {
    return this.#target;
  }

  /** Whether it is time to ask for more: a batch at a time, so that requests share packets. */
  get wantsRefill(): boolean {
    const missing = this.#target - this.outstanding;
    return missing > 0 && missing * 4 >= this.#target;
  }

  /** The peer said how many requests it queues; nonsense is clamped. */
  limitTo(requestQueue: number): void {
    this.#limit = Math.max(1, Math.min(REQUESTS_MAX, requestQueue));
    this.#target = Math.min(this.#target, this.#limit);
  }

  /** Back to one request at a time: the peer has sent nothing for too long. */
  shrink(): void {
    this.#target = 1;
  }

  add(block: number): void {
    this.#blocks.push(block);
  }

  has(block: number): boolean {
    for (let index = this.#head; index < this.#blocks.length; index++) {
      if (this.#blocks[index] === block) return true;
    }
    return false;
  }

  /** Whether the block was asked for and its answer may still come, wanted or not. */
  mayCome(block: number): boolean {
    return this.has(block) || this.#late.includes(block);
  }

  /** Forgets an outstanding block; false when it was none. Answers come in order, so the first look is the usual hit. */
  remove(block: number): boolean {
    for (let index = this.#head; index < this.#blocks.length; index++) {
      if (this.#blocks[index] !== block) continue;
      for (let move = index; move > this.#head; move--) this.#blocks[move] = this.#blocks[move - 1] as number;
      this.#head++;
      if (this.#head > 32 && this.#head * 2 > this.#blocks.length) {
        this.#blocks = this.#blocks.slice(this.#head);
        this.#head = 0;
      }
      return true;
    }
    return false;
  }

  /** Forgets an outstanding block whose answer may still come. */
  giveUp(block: number): boolean {
    if (!this.remove(block)) return false;
    this.#late.push(block);
    if (this.#late.length > LATE_MAX) this.#late.shift();
    return true;
  }

  /** Whether this block was given up a while ago; true once per given-up request. */
  takeLate(block: number): boolean {
    const index = this.#late.indexOf(block);
    if (index < 0) return false;
    this.#late.splice(index, 1);
    return true;
  }

  /** The outstanding blocks, oldest first. */
  list(): number[] {
    return this.#blocks.slice(this.#head);
  }

  /** A block arrived: adapts the window to the rate. It opens by one block per block, as TCP does in slow start. */
  blockArrived(bytes: number, nowUs: Microseconds): void {
    this.#shortRate.add(bytes, nowUs);
    const rate = this.#shortRate.rate(nowUs);
    const wanted = Math.ceil((rate * WORK_AHEAD_SECONDS) / BLOCK_BYTES);
    const bounded = Math.max(REQUESTS_MIN, Math.min(this.#limit, wanted));
    if (this.#target < bounded) this.#target++;
    else if (this.#target > bounded) this.#target--;
    if (this.#target > this.#limit) this.#target = this.#limit;
  }
}
