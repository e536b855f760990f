/**
 * Serves the blocks that peers ask for. Requests wait in each peer's own queue; blocks are read and handed to the stream
 * only as fast as it drains, so that a choke or cancel can still drop them and a peer that never reads costs a bounded
 * amount of memory. An upload limit, when set, is a bucket that all peers of the torrent share.
 */
import type { TorrentObserver } from '../observer.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { Clock, Disk, DiskError, Microseconds, Payload, Timer } from '../ports.ts';

/** Blocks given to a stream ahead of time: half a second's worth, within these bounds. */
const AHEAD_MIN_BYTES = 32 * 1024;
const AHEAD_MAX_BYTES = 1024 * 1024;

export interface UploaderPorts {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly observer: TorrentObserver;
}

interface PendingRead {
  readonly connection: PeerConnection;
  readonly piece: number;
  readonly begin: number;
  readonly length: number;
}

export class Uploader {
  readonly #ports: UploaderPorts;
  readonly #limit: number;
  /** Reads that the disk has not answered; answers come in the order of the calls. */
  readonly #reads: PendingRead[] = [];
  #sentBytes = 0;
  /** What may be sent now under the limit, as of `#refilledAtUs`; negative after a block larger than the rest. */
  #allowance: number;
  #refilledAtUs: Microseconds;
  #wakeUp: Timer | undefined;
  readonly #waiting = new Set<PeerConnection>();

  /** `limitBytesPerSec`: 0 for none. */
  constructor(ports: UploaderPorts, limitBytesPerSec: number) {
    this.#ports = ports;
    this.#limit = limitBytesPerSec;
    this.#allowance = limitBytesPerSec / 10;
    this.#refilledAtUs = ports.clock.now();
  }

  /** Payload bytes given to streams so far. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Reads as many blocks for the peer as its stream has room for. */
  pump(connection: PeerConnection): void {
    const { uploads } = connection;
    if (connection.closed || uploads.length === 0) return;
    const ahead = aheadBytes(connection.uploadRate);
    let buffered = connection.unsentBytes() + connection.readingBytes;
    while (buffered < ahead) {
      if (this.#limit > 0 && !this.#mayTake(connection)) return;
      const request = uploads.shift();
      if (request === undefined) return;
      const { piece, begin, length } = request;
      if (this.#limit > 0) this.#allowance -= length;
      connection.readingBytes += length;
      buffered += length;
      this.#reads.push({ connection, piece, begin, length });
      this.#ports.disk.read(piece, begin, length, 0);
    }
    connection.notifyWhenWritable(ahead >> 1);
  }

  /** The disk's answer to the oldest read. True when it failed. */
  onRead(payload: Payload | undefined, error: DiskError | undefined): boolean {
    const read = this.#reads.shift() as PendingRead;
    const { connection, piece, begin, length } = read;
    connection.readingBytes -= length;
    if (connection.closed) return error !== undefined;
    if (payload === undefined) {
      connection.reject(piece, begin, length);
      return error !== undefined;
    }
    connection.sendBlock(piece, begin, payload);
    this.#sentBytes += length;
    this.#ports.observer.blockSent(connection.label, piece, begin, length);
    if (connection.readingBytes === 0) this.pump(connection);
    return false;
  }

  stop(): void {
    this.#wakeUp?.cancel();
    this.#waiting.clear();
  }

  /** Under a limit: whether a block may go now; if not, the peer waits for the bucket to fill. */
  #mayTake(connection: PeerConnection): boolean {
    const now = this.#ports.clock.now();
    // A tenth of a second may be saved up, so that short pauses cost nothing and bursts stay small.
    const saved = this.#allowance + ((now - this.#refilledAtUs) * this.#limit) / 1e6;
    this.#allowance = Math.min(saved, this.#limit / 10);
    this.#refilledAtUs = now;
    if (this.#allowance > 0) return true;
    this.#waiting.add(connection);
    if (this.#wakeUp === undefined) {
      const waitUs = Math.ceil((-this.#allowance * 1e6) / this.#limit) + 1000;
      this.#wakeUp = this.#ports.clock.schedule(now + waitUs, () => this.#onRefilled());
    }
    return false;
  }

  #onRefilled(): void {
    this.#wakeUp = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const connection of waiting) this.pump(connection);
  }
}

function aheadBytes(uploadRate: number): number {
  return Math.min(AHEAD_MAX_BYTES, Math.max(AHEAD_MIN_BYTES, Math.floor(uploadRate / 2)));
}
