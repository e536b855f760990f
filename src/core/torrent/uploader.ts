/**
 * Serves the blocks that peers ask for. Requests wait in each peer's own queue; blocks are read and handed to the stream
 * only as fast as it drains, so that a choke or cancel can still drop them and a peer that never reads costs a bounded
 * amount of memory. An upload limit, when set, is a bucket that all peers of the torrent share.
 */
import type { TorrentObserver } from '../observer.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { BlockRequest } from '../peer/upload-queue.ts';
import type { Clock, Disk, DiskError, Payload } from '../ports.ts';
import { TokenBucket } from './token-bucket.ts';

/** The token of reads for upload; reads with another one are for ourselves. */
export const UPLOAD_TOKEN = 0;

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
  readonly #reads: BlockRequest[] = [];
  /** Whom each of those reads is for. */
  readonly #readers: PeerConnection[] = [];
  #sentBytes = 0;
  /** Peers that the limit keeps waiting. */
  readonly #waiting = new Set<PeerConnection>();

  /** `limitBytesPerSec`: 0 for none. */
  constructor(ports: UploaderPorts, limitBytesPerSec: number) {
    this.#ports = ports;
    this.#limit = new TokenBucket(ports.clock, limitBytesPerSec);
  }

  /** Other limit from now on, in bytes per second; 0 for none. */
  setLimit(bytesPerSec: number): void {
    this.#limit.setLimit(bytesPerSec);
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
    if (connection.closed || connection.awaitingRoom || uploads.length === 0) return;
    const ahead = aheadBytes(connection.uploadRate);
    let buffered = connection.unsentBytes() + connection.readingBytes;
    while (buffered < ahead) {
      if (!this.#limit.isOpen) {
        this.#waiting.add(connection);
        this.#limit.whenOpen(() => this.#onRefilled());
        return;
      }
      const request = uploads.shift();
      if (request === undefined) return;
      const { piece, begin, length } = request;
      this.#limit.take(length);
      connection.readingBytes += length;
      buffered += length;
      this.#reads.push(request);
      this.#readers.push(connection);
      this.#ports.disk.read(piece, begin, length, UPLOAD_TOKEN);
    }
    // What is still being read has to reach the stream before the stream can say that it has left.
    if (connection.readingBytes > 0) return;
    connection.awaitingRoom = true;
    connection.notifyWhenWritable(Math.floor(ahead / 3));
  }

  onWritable(connection: PeerConnection): void {
    connection.awaitingRoom = false;
    this.pump(connection);
  }

  /** The disk's answer to the oldest read. True when it failed. */
  onRead(payload: Payload | undefined, error: DiskError | undefined): boolean {
    const { piece, begin, length } = this.#reads.shift() as BlockRequest;
    const connection = this.#readers.shift() as PeerConnection;
    connection.readingBytes -= length;
    if (connection.closed) return error !== undefined;
    // A choke may have come while the block was being read.
    const choked = connection.amChoking && !connection.grantedFast.includes(piece);
    if (payload === undefined || choked) {
      connection.reject(piece, begin, length);
    } else {
      connection.sendBlock(piece, begin, payload);
      this.#sentBytes += length;
      this.#ports.observer.blockSent(connection.label, piece, begin, length);
    }
    if (connection.readingBytes === 0) this.pump(connection);
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
