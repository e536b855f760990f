/**
 * Serves the blocks that peers ask for. Requests wait in each peer's own queue; blocks are read and handed to the stream
 * only as fast as it drains, so that a choke or cancel can still drop them and a peer that never reads costs a bounded
 * amount of memory. An upload limit, when set, is a bucket that all peers of the torrent share.
 */
import { TokenBucket, type WiderLimit } from '../limits/token-bucket.ts';
import type { TorrentObserver } from '../observer.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { Clock, Disk, DiskError, Payload } from '../ports.ts';
import { invariant } from '../result.ts';

/** The token of reads for upload; reads with another one are for ourselves. */
export const UPLOAD_TOKEN = 0;

/** Room for so many reads at first, a power of two. */
const READS_FIRST = 8;
/** Blocks given to a stream ahead of time: half a second's worth, within these bounds. Refilled when a third is left. */
const AHEAD_MIN_BYTES = 48 * 1024;
const AHEAD_MAX_BYTES = 1024 * 1024;

export interface UploaderPorts {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly observer: TorrentObserver;
}

export class Uploader {
  readonly #ports: UploaderPorts;
  readonly #limit: TokenBucket;
  /** Reads that the disk has not answered; answers come in the order of the calls. */
  readonly #reads = new PendingReads();
  /** Whether a peer that we serve gets no block for now; undefined: nobody is ever held back. */
  holdsBack: ((connection: PeerConnection) => boolean) | undefined = undefined;
  /** A peer was sent a block and may have had its turn; undefined: there are no turns. */
  onTurn: ((connection: PeerConnection) => void) | undefined = undefined;
  /** A peer was sent a block of the piece; undefined: nobody asks. */
  onSent: ((connection: PeerConnection, piece: number) => void) | undefined = undefined;
  /** A peer is not sent a block of the piece that was being read for it; undefined: nobody asks. */
  onRefused: ((connection: PeerConnection, piece: number) => void) | undefined = undefined;
  #sentBytes = 0;
  /** Peers that the limit keeps waiting. */
  readonly #waiting = new Set<PeerConnection>();

  /** `limitBytesPerSec`: 0 for none. `clientLimit`: our share of what all torrents of the client may upload. */
  constructor(ports: UploaderPorts, limitBytesPerSec: number, clientLimit?: WiderLimit) {
    this.#ports = ports;
    this.#limit = new TokenBucket(ports.clock, limitBytesPerSec, clientLimit);
  }

  /** Other limit from now on, in bytes per second; 0 for none. */
  setLimit(bytesPerSec: number): void {
    this.#limit.setLimit(bytesPerSec);
  }

  get limitBytesPerSec(): number {
    return this.#limit.bytesPerSec;
  }

  /** Payload bytes given to streams so far. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /**
   * Reads as many blocks for the peer as its stream has room for. While the stream is to say when it has room again,
   * there is nothing to do.
   */
  pump(connection: PeerConnection): void {
    const { uploads } = connection;
    if (uploads.length === 0 || connection.awaitingRoom || connection.closed) return;
    const ahead = aheadBytes(uploads.rate(this.#ports.clock.now()));
    let buffered = connection.unsentBytes() + uploads.readingBytes;
    while (buffered < ahead) {
      if (!this.#limit.isOpen) {
        this.#waiting.add(connection);
        this.#limit.whenOpen(() => this.#onRefilled());
        return;
      }
      if (uploads.length === 0 || this.holdsBack?.(connection) === true) return;
      const { piece, begin, bytes } = uploads;
      uploads.removeFirst();
      this.#limit.take(bytes);
      uploads.readingBytes += bytes;
      buffered += bytes;
      this.#reads.push(connection, piece, begin, bytes);
      this.#ports.disk.read(piece, begin, bytes, UPLOAD_TOKEN);
    }
    // What is still being read has to reach the stream before the stream can say that it has left.
    if (uploads.readingBytes > 0) return;
    connection.awaitingRoom = true;
    connection.notifyWhenWritable(Math.floor(ahead / 3));
  }

  onWritable(connection: PeerConnection): void {
    connection.awaitingRoom = false;
    this.pump(connection);
  }

  /** The piece that the disk is to answer for next; there must be one. */
  get oldestPiece(): number {
    return this.#reads.piece;
  }

  /** The disk's answer to the oldest read. True when it failed. */
  onRead(payload: Payload | undefined, error: DiskError | undefined): boolean {
    const { piece, begin, bytes } = this.#reads;
    const connection = this.#reads.shift();
    if (connection.closed) return error !== undefined;
    const { uploads } = connection;
    uploads.readingBytes -= bytes;
    // A choke may have come while the block was being read.
    const choked = connection.amChoking && !connection.grantedFast.includes(piece);
    if (payload === undefined || choked) {
      connection.reject(piece, begin, bytes);
      this.onRefused?.(connection, piece);
    } else {
      connection.sendBlock(piece, begin, payload);
      this.#sentBytes += bytes;
      this.#ports.observer.blockSent(connection.label, piece, begin, bytes);
      this.onSent?.(connection, piece);
      this.onTurn?.(connection);
    }
    if (uploads.readingBytes === 0) this.pump(connection);
    return error !== undefined;
  }

  stop(): void {
    this.#limit.stop();
    this.#waiting.clear();
  }

  /** Serves those that wait in turn: who has had a block and wants more goes to the end of the line. */
  #onRefilled(): void {
    for (const connection of [...this.#waiting]) {
      if (!this.#limit.isOpen) break;
      this.#waiting.delete(connection);
      this.pump(connection);
    }
    if (this.#waiting.size > 0) this.#limit.whenOpen(() => this.#onRefilled());
  }
}

function aheadBytes(uploadRate: number): number {
  return Math.min(AHEAD_MAX_BYTES, Math.max(AHEAD_MIN_BYTES, Math.floor(uploadRate / 2)));
}

/** The reads that the disk has not answered, in order: a ring with room for a power of two of them. */
class PendingReads {
  #readers: (PeerConnection | undefined)[] = new Array(READS_FIRST).fill(undefined);
  /** Three numbers for each: its piece, its offset in the piece, its length. */
  #numbers: number[] = new Array(3 * READS_FIRST).fill(0);
  #head = 0;
  #length = 0;

  // The oldest.

  get piece(): number {
    return this.#numbers[3 * this.#head] as number;
  }

  get begin(): number {
    return this.#numbers[3 * this.#head + 1] as number;
  }

  get bytes(): number {
    return this.#numbers[3 * this.#head + 2] as number;
  }

  push(reader: PeerConnection, piece: number, begin: number, bytes: number): void {
    if (this.#length === this.#readers.length) this.#grow();
    const place = (this.#head + this.#length++) & (this.#readers.length - 1);
    this.#readers[place] = reader;
    this.#numbers[3 * place] = piece;
    this.#numbers[3 * place + 1] = begin;
    this.#numbers[3 * place + 2] = bytes;
  }

  /** Takes the oldest out: whom it is for. */
  shift(): PeerConnection {
    const reader = this.#readers[this.#head];
    invariant(reader !== undefined, () => 'the disk has answered a read that nobody asked for');
    this.#readers[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#readers.length - 1);
    this.#length--;
    return reader;
  }

  #grow(): void {
    const readers = this.#readers;
    const numbers = this.#numbers;
    const head = this.#head;
    this.#readers = [...readers.slice(head), ...readers.slice(0, head), ...readers.fill(undefined)];
    this.#numbers = [...numbers.slice(3 * head), ...numbers.slice(0, 3 * head), ...numbers.fill(0)];
    this.#head = 0;
  }
}
