/**
 * One TCP connection as the engine's `Stream`. The writes of one turn are gathered and leave as one vectored write, so
 * that a header and the block behind it are one system call. The handler hears of the end once, and never inside a call.
 *
 * A socket that we dial reads into one buffer that all of them share: node's own way, a new buffer of 64 KiB for each read,
 * costs a fast download more than a third of its time in garbage collection. Sockets that were accepted have no such option.
 */
import type { Socket } from 'node:net';
import type { Address, Payload, Stream, StreamEnd, StreamHandler } from '../core/ports.ts';
import { errorCode } from './node-address.ts';
import { plainCopy, plainView } from './plain-bytes.ts';

/** How long a closed stream may take to hand its pending bytes to a reader that does not read. */
const LINGER_MS = 30_000;
/** Room for the small messages of a turn; a longer one gets an array of its own. */
const SCRATCH_BYTES = 4_096;

export class NodeStream implements Stream {
  readonly remote: Address;
  readonly #socket: Socket;
  #handler: StreamHandler | undefined;
  #opened: boolean;
  #ended = false;
  /** Set by close and reset: the stream is ours to end and nothing is delivered any more. */
  #local = false;
  #dialTimer: NodeJS.Timeout | undefined;

  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #scratch = new Uint8Array(SCRATCH_BYTES);
  #scratchStart = 0;
  #scratchEnd = 0;
  #flushScheduled = false;

  #lowWaterBytes = -1;
  #writableScheduled = false;

  /**
   * `dialTimeoutMs` is for sockets that are still connecting, `undefined` for accepted ones. Who dials has to call `received`
   * with what the socket reads.
   */
  constructor(socket: Socket, remote: Address, dialTimeoutMs: number | undefined) {
    this.#socket = socket;
    this.remote = remote;
    this.#opened = dialTimeoutMs === undefined;
    if (dialTimeoutMs !== undefined) {
      this.#dialTimer = setTimeout(() => this.#fail('timeout'), dialTimeoutMs);
      socket.once('connect', () => this.#open());
    } else {
      socket.on('data', (bytes: Buffer) => this.received(plainView(bytes), bytes.length));
    }
    // Half-open streams are of no use to the protocol: when the other end is done, so are we.
    socket.on('end', () => this.#fail('finished'));
    // Node may emit these two from inside resetAndDestroy.
    socket.on('error', (error) => this.failSoon(endOf(error, this.#opened)));
    socket.on('close', () => this.failSoon('reset'));
  }

  /** Sets who hears of the stream; for an accepted stream what its owner returned. */
  attach(handler: StreamHandler): void {
    this.#handler = handler;
  }

  /** `bytes[0, length)` has been read. Valid only during the call. */
  received(bytes: Uint8Array, length: number): void {
    if (!this.#local && !this.#ended) this.#handler?.onBytes(bytes, 0, length);
  }

  /** Ends the stream in a later turn; also for a dial that cannot even start. */
  failSoon(end: StreamEnd): void {
    setImmediate(() => this.#fail(end));
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length <= 0 || this.#local || this.#ended) return;
    this.#gatheredBytes += length;
    if (length > SCRATCH_BYTES / 4) {
      this.#sealScratch();
      this.#gathered.push(plainCopy(bytes, start, end));
    } else {
      if (this.#scratchEnd + length > SCRATCH_BYTES) {
        this.#sealScratch();
        this.#scratch = new Uint8Array(SCRATCH_BYTES);
        this.#scratchStart = this.#scratchEnd = 0;
      }
      this.#scratch.set(bytes.subarray(start, end), this.#scratchEnd);
      this.#scratchEnd += length;
    }
    this.#scheduleFlush();
  }

  writePayload(payload: Payload): void {
    const { bytes } = payload;
    if (bytes === undefined) throw new TypeError('a payload by reference cannot travel on a real socket');
    if (bytes.length === 0 || this.#local || this.#ended) return;
    this.#sealScratch();
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    this.#scheduleFlush();
  }

  unsentBytes(): number {
    return this.#ended ? 0 : this.#gatheredBytes + this.#socket.writableLength;
  }

  notifyWhenWritable(lowWaterBytes: number): void {
    if (this.#local || this.#ended) return;
    this.#lowWaterBytes = lowWaterBytes;
    if (this.unsentBytes() <= lowWaterBytes && !this.#writableScheduled) {
      this.#writableScheduled = true;
      setImmediate(() => {
        this.#writableScheduled = false;
        this.#checkWritable();
      });
    }
  }

  pause(): void {
    if (!this.#local && !this.#ended) this.#socket.pause();
  }

  resume(): void {
    if (!this.#local && !this.#ended) this.#socket.resume();
  }

  close(): void {
    if (this.#local || this.#ended) return;
    if (!this.#opened) {
      this.reset();
      return;
    }
    this.#flush();
    this.#local = true;
    // The other end's bytes are read and dropped: closing with unread bytes would turn our own end into a reset.
    this.#socket.resume();
    // Not the callback of end: destroying the socket would call that at once, inside our own call.
    this.#socket.once('finish', () => this.#tell('local'));
    this.#socket.end();
    const linger = setTimeout(() => this.#fail('local'), LINGER_MS);
    linger.unref();
    this.#socket.once('close', () => clearTimeout(linger));
  }

  reset(): void {
    if (this.#ended) return;
    this.#local = true;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    // A socket that has begun to end in order cannot be reset (libuv refuses and would leak it).
    if (this.#opened && !this.#socket.writableEnded) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
    setImmediate(() => this.#tell('local'));
  }

  #open(): void {
    clearTimeout(this.#dialTimer);
    if (this.#local || this.#ended) return;
    this.#opened = true;
    this.#handler?.onOpen();
  }

  #fail(end: StreamEnd): void {
    this.#socket.destroy();
    this.#tell(end);
  }

  #tell(end: StreamEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#dialTimer);
    this.#gathered = [];
    this.#handler?.onClose(this.#local ? 'local' : end);
  }

  #sealScratch(): void {
    if (this.#scratchEnd === this.#scratchStart) return;
    this.#gathered.push(this.#scratch.subarray(this.#scratchStart, this.#scratchEnd));
    this.#scratchStart = this.#scratchEnd;
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    process.nextTick(() => {
      this.#flushScheduled = false;
      if (!this.#local && !this.#ended) this.#flush();
    });
  }

  /** Hands what was gathered to the socket as one vectored write. The socket holds it itself while still connecting. */
  #flush(): void {
    this.#sealScratch();
    const gathered = this.#gathered;
    const last = gathered.length - 1;
    if (last < 0 || this.#socket.destroyed) return;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    // The socket still reads from this turn's scratch: the next one goes on behind it, never over it.
    this.#socket.cork();
    for (let index = 0; index < last; index++) this.#socket.write(gathered[index] as Uint8Array);
    this.#socket.write(gathered[last] as Uint8Array, () => this.#checkWritable());
    this.#socket.uncork();
  }

  #checkWritable(): void {
    if (this.#lowWaterBytes < 0 || this.#local || this.#ended) return;
    if (this.unsentBytes() > this.#lowWaterBytes) return;
    this.#lowWaterBytes = -1;
    this.#handler?.onWritable();
  }
}

/** What a socket error means for the stream. */
function endOf(error: Error, opened: boolean): StreamEnd {
  switch (errorCode(error)) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ETIMEDOUT':
      return 'timeout';
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
      return 'reset';
    default:
      return opened ? 'reset' : 'unreachable';
  }
}
