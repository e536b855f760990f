/**
 * Blocks that one peer has asked us for and that are not yet given to its stream, and how fast it gets them. They wait
 * here, not in the socket, so that a choke or a cancel can still drop them (BEP 3). Bounded: what comes on top is refused.
 *
 * Only peers that we have unchoked or that have asked for something have a queue; `NO_UPLOADS` stands for that of all
 * others.
 */
import type { Microseconds } from '../ports.ts';
import { invariant } from '../result.ts';
import { NumberRows } from './number-rows.ts';
import { METER_LENGTH, meterBytes, meteredRate, startMeter } from './rate-meter.ts';
import { RATE_WINDOW_US } from './request-window.ts';

/** How many requests we queue for one peer; told to it as `reqq` (BEP 10). */
export const UPLOAD_QUEUE_MAX = 500;
/** Room for so many requests at first, a power of two. */
const ROOM_FIRST = 4;
/** Numbers of a request: its piece, its offset in the piece, its length. */
const STRIDE = 3;
/** What all queues share that hold nothing. */
const NO_ROOM: number[] = [];

// The places in the row: a meter, then these.
const TOTAL = METER_LENGTH;
const UNCHOKED_AT = TOTAL + 1;

export class UploadQueue {
  readonly #rows: NumberRows;
  readonly #row: number;
  /** A ring of requests, oldest first from `#head`; it has room for a power of two of them, or for none. */
  #numbers: number[] = NO_ROOM;
  #mask = -1;
  #head = 0;
  #length = 0;
  /** Bytes of blocks that are being read from disk for this peer. */
  readingBytes = 0;

  /** `nowUs`: from when on the rate counts. */
  constructor(rows: NumberRows, nowUs: Microseconds) {
    this.#rows = rows;
    this.#row = rows.take();
    startMeter(rows.cells, this.#row, nowUs);
  }

  /** The connection is over. */
  end(): void {
    this.#rows.give(this.#row);
  }

  get length(): number {
    return this.#length;
  }

  /** Payload bytes that were given to the stream. */
  get sentBytes(): number {
    return this.#rows.cells[this.#row + TOTAL] as number;
  }

  /** When we last unchoked the peer; 0 for never. */
  get unchokedAtUs(): Microseconds {
    return this.#rows.cells[this.#row + UNCHOKED_AT] as number;
  }

  set unchokedAtUs(atUs: Microseconds) {
    this.#rows.cells[this.#row + UNCHOKED_AT] = atUs;
  }

  /** Bytes per second over about 20 s. */
  rate(nowUs: Microseconds): number {
    return meteredRate(this.#rows.cells, this.#row, RATE_WINDOW_US, nowUs);
  }

  /** A block was given to the stream. */
  blockSent(bytes: number, nowUs: Microseconds): void {
    const { cells } = this.#rows;
    meterBytes(cells, this.#row, RATE_WINDOW_US, bytes, nowUs);
    cells[this.#row + TOTAL] = (cells[this.#row + TOTAL] as number) + bytes;
  }

  /** A request for `length` bytes at `begin` of `piece`. False when the queue is full. */
  push(piece: number, begin: number, length: number): boolean {
    invariant(this !== NO_UPLOADS, () => 'a request of a peer without a queue');
    if (this.#length >= UPLOAD_QUEUE_MAX) return false;
    if (this.#length > this.#mask) this.#grow();
    this.#put(this.#length++, piece, begin, length);
    return true;
  }

  // The oldest request, where there is one.

  get piece(): number {
    return this.#numbers[this.#head * STRIDE] as number;
  }

  /** Offset in the piece, in bytes. */
  get begin(): number {
    return this.#numbers[this.#head * STRIDE + 1] as number;
  }

  /** Length of the block, in bytes. */
  get bytes(): number {
    return this.#numbers[this.#head * STRIDE + 2] as number;
  }

  /** Takes the oldest request out. */
  removeFirst(): void {
    this.#head = (this.#head + 1) & this.#mask;
    this.#length--;
  }

  /** Drops one request; false when it is not (or no longer) waiting. */
  cancel(piece: number, begin: number, length: number): boolean {
    let cancelled = false;
    this.#keep((ofPiece, ofBegin, ofLength) => {
      if (cancelled || ofPiece !== piece || ofBegin !== begin || ofLength !== length) return true;
      cancelled = true;
      return false;
    });
    return cancelled;
  }

  /** Drops everything that waits, but for the pieces that `keeps` names; each that was dropped is told. */
  drop(
    keeps: (piece: number) => boolean,
    dropped: (piece: number, begin: number, length: number) => void,
  ): void {
    this.#keep((piece, begin, length) => {
      if (keeps(piece)) return true;
      dropped(piece, begin, length);
      return false;
    });
  }

  #keep(isKept: (piece: number, begin: number, length: number) => boolean): void {
    let kept = 0;
    for (let index = 0; index < this.#length; index++) {
      const place = this.#place(index);
      const piece = this.#numbers[place] as number;
      const begin = this.#numbers[place + 1] as number;
      const length = this.#numbers[place + 2] as number;
      if (isKept(piece, begin, length)) this.#put(kept++, piece, begin, length);
    }
    this.#length = kept;
    if (kept === 0) this.#giveRoomBack();
  }

  #put(index: number, piece: number, begin: number, length: number): void {
    const place = this.#place(index);
    this.#numbers[place] = piece;
    this.#numbers[place + 1] = begin;
    this.#numbers[place + 2] = length;
  }

  #place(index: number): number {
    return ((this.#head + index) & this.#mask) * STRIDE;
  }

  /** A new array of the exact size: one that grows by itself keeps half as much again in reserve. */
  #grow(): void {
    const room = Math.max(ROOM_FIRST, (this.#mask + 1) * 2);
    const numbers = new Array<number>(room * STRIDE).fill(0);
    const end = this.#length * STRIDE;
    const start = this.#head * STRIDE;
    for (let index = 0; index < end; index++) numbers[index] = this.#numbers[(start + index) % end] as number;
    this.#numbers = numbers;
    this.#mask = room - 1;
    this.#head = 0;
  }

  /** Most peers are choked most of the time, and then nothing waits. */
  #giveRoomBack(): void {
    this.#numbers = NO_ROOM;
    this.#mask = -1;
    this.#head = 0;
  }
}

/** The queue of every peer that we have nothing to do for. */
export const NO_UPLOADS = new UploadQueue(new NumberRows(), 0);
