/**
 * Blocks that one peer has asked us for and that are not yet given to its stream, and how fast it gets them. They wait
 * here, not in the socket, so that a choke or a cancel can still drop them (BEP 3). Bounded: what comes on top is refused.
 *
 * Only peers that we have unchoked or that have asked for something have a queue; `NO_UPLOADS` stands for that of all
 * others.
 */
import { PIECE_COUNT_LIMIT, PIECE_LENGTH_LIMIT } from '../metainfo/limits.ts';
import type { Microseconds } from '../ports.ts';
import { invariant } from '../result.ts';
import { BLOCK_LENGTH_MAX } from '../wire/protocol.ts';
import { ConnectionRoom } from './connection-room.ts';
import { NO_ROW } from './linked-rows.ts';
import { METER_LENGTH, meterBytes, meteredRate, startMeter } from './rate-meter.ts';
import { RATE_WINDOW_US } from './request-window.ts';
import type { Uptake } from './uptake.ts';

/** How many requests we queue for one peer; told to it as `reqq` (BEP 10). */
export const UPLOAD_QUEUE_MAX = 500;
/**
 * The places in the row of a request, behind the link. No torrent has more than 2^21 pieces of less than 2^29 bytes, no block
 * more than 2^14: the piece and the higher bits of the length are one integer, the lower ones and the offset the other.
 */
const PIECE = 1;
const BEGIN = 2;
const LENGTH_HIGH_BITS = 11;
const LENGTH_HIGH_MASK = 0x7ff;
const BEGIN_BITS = 29;
const BEGIN_MASK = 0x1fffffff;
const LENGTH_LOW_BITS = 3;
const LENGTH_LOW_MASK = 7;

// The places in the row: a meter, then these.
const TOTAL = METER_LENGTH;
const UNCHOKED_AT = TOTAL + 1;

/** Its methods are private to the compiler alone: a class with #methods costs each of its objects another field. */
export class UploadQueue {
  readonly #room: ConnectionRoom;
  readonly #row: number;
  /** The requests, oldest first: rows of `ConnectionRoom.waiting`. */
  #first = NO_ROW;
  #last = NO_ROW;
  #length = 0;
  /** Bytes of blocks that are being read from disk for this peer. */
  readingBytes = 0;
  /** While something that we gave its stream waits there. */
  uptake: Uptake | undefined = undefined;

  /** `nowUs`: from when on the rate counts. */
  constructor(room: ConnectionRoom, nowUs: Microseconds) {
    this.#room = room;
    this.#row = room.asking.take();
    startMeter(room.asking.cells, this.#row, nowUs);
  }

  /** The connection is over. */
  end(): void {
    this.#room.asking.give(this.#row);
    this.#room.waiting.giveAll(this.#first);
    this.#first = NO_ROW;
    this.#length = 0;
  }

  get length(): number {
    return this.#length;
  }

  /** Payload bytes that were given to the stream. */
  get sentBytes(): number {
    return this.#room.asking.cells[this.#row + TOTAL] as number;
  }

  /** When we last unchoked the peer; 0 for never. */
  get unchokedAtUs(): Microseconds {
    return this.#room.asking.cells[this.#row + UNCHOKED_AT] as number;
  }

  set unchokedAtUs(atUs: Microseconds) {
    this.#room.asking.cells[this.#row + UNCHOKED_AT] = atUs;
  }

  /** Bytes per second over about 20 s. */
  rate(nowUs: Microseconds): number {
    return meteredRate(this.#room.asking.cells, this.#row, RATE_WINDOW_US, nowUs);
  }

  /** A block was given to the stream. */
  blockSent(bytes: number, nowUs: Microseconds): void {
    const { cells } = this.#room.asking;
    meterBytes(cells, this.#row, RATE_WINDOW_US, bytes, nowUs);
    cells[this.#row + TOTAL] = (cells[this.#row + TOTAL] as number) + bytes;
  }

  /** A request for `length` bytes at `begin` of `piece`. False when the queue is full, or no torrent has such a block. */
  push(piece: number, begin: number, length: number): boolean {
    invariant(this !== NO_UPLOADS, () => 'a request of a peer without a queue');
    if (this.#length >= UPLOAD_QUEUE_MAX || !mayExist(piece, begin, length)) return false;
    const { waiting } = this.#room;
    const row = waiting.take();
    const { cells } = waiting;
    cells[row + PIECE] = pieceCell(piece, length);
    cells[row + BEGIN] = beginCell(begin, length);
    if (this.#first === NO_ROW) this.#first = row;
    else cells[this.#last] = row;
    this.#last = row;
    this.#length++;
    return true;
  }

  // The oldest request, where there is one.

  get piece(): number {
    return this.pieceAt(this.#first);
  }

  /** Offset in the piece, in bytes. */
  get begin(): number {
    return this.beginAt(this.#first);
  }

  /** Length of the block, in bytes. */
  get bytes(): number {
    return this.bytesAt(this.#first);
  }

  /** Takes the oldest request out. */
  removeFirst(): void {
    this.unlink(NO_ROW, this.#first);
  }

  /** Drops one request; false when it is not (or no longer) waiting. */
  cancel(piece: number, begin: number, length: number): boolean {
    if (!mayExist(piece, begin, length)) return false;
    const { cells } = this.#room.waiting;
    const first = pieceCell(piece, length);
    const second = beginCell(begin, length);
    let before = NO_ROW;
    for (let row = this.#first; row !== NO_ROW; row = cells[row] as number) {
      if (cells[row + PIECE] === first && cells[row + BEGIN] === second) {
        this.unlink(before, row);
        return true;
      }
      before = row;
    }
    return false;
  }

  /** Drops everything that waits, but for the pieces that `keeps` names; each that was dropped is told. */
  drop(
    keeps: (piece: number) => boolean,
    dropped: (piece: number, begin: number, length: number) => void,
  ): void {
    let before = NO_ROW;
    let row = this.#first;
    while (row !== NO_ROW) {
      const next = this.#room.waiting.cells[row] as number;
      const piece = this.pieceAt(row);
      if (keeps(piece)) before = row;
      else {
        const begin = this.beginAt(row);
        const length = this.bytesAt(row);
        this.unlink(before, row);
        dropped(piece, begin, length);
      }
      row = next;
    }
  }

  private pieceAt(row: number): number {
    return (this.#room.waiting.cells[row + PIECE] as number) >>> LENGTH_HIGH_BITS;
  }

  private beginAt(row: number): number {
    return (this.#room.waiting.cells[row + BEGIN] as number) & BEGIN_MASK;
  }

  private bytesAt(row: number): number {
    const { cells } = this.#room.waiting;
    const high = (cells[row + PIECE] as number) & LENGTH_HIGH_MASK;
    return 1 + ((high << LENGTH_LOW_BITS) | ((cells[row + BEGIN] as number) >>> BEGIN_BITS));
  }

  /** Takes the request of `row` out, which stands behind that of `before`. */
  private unlink(before: number, row: number): void {
    const { waiting } = this.#room;
    const next = waiting.cells[row] as number;
    if (before === NO_ROW) this.#first = next;
    else waiting.cells[before] = next;
    if (row === this.#last) this.#last = before;
    this.#length--;
    waiting.give(row);
  }
}

/** Whether a torrent may have such a block. */
function mayExist(piece: number, begin: number, length: number): boolean {
  return piece < PIECE_COUNT_LIMIT && begin < PIECE_LENGTH_LIMIT && length > 0 && length <= BLOCK_LENGTH_MAX;
}

function pieceCell(piece: number, length: number): number {
  return (piece << LENGTH_HIGH_BITS) | ((length - 1) >> LENGTH_LOW_BITS);
}

function beginCell(begin: number, length: number): number {
  return begin | (((length - 1) & LENGTH_LOW_MASK) << BEGIN_BITS);
}

/** The queue of every peer that we have nothing to do for. */
export const NO_UPLOADS = new UploadQueue(new ConnectionRoom(), 0);
