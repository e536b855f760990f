/**
 * A stream whose socket somebody else connects. What is written before it is handed over waits.
 */
import type { Socket } from 'node:net';
import type { Address, Payload, Stream, StreamEnd, StreamHandler } from '../../core/ports.ts';
import { NodeStream } from '../node-stream.ts';
import { plainCopy } from '../plain-bytes.ts';

/** As long as a dial takes on a real machine. */
const DIAL_TIMEOUT_MS = 15_000;

/** How a stream ends that was not opened, by the code of the error; a reset comes from who accepted it, and regrets. */
const ENDS: Readonly<Record<string, StreamEnd>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
};

export class DialledStream implements Stream {
  readonly remote: Address;
  readonly #handler: StreamHandler;
  readonly #forget: () => void;
  #timer: NodeJS.Timeout | undefined;
  #inner: NodeStream | undefined;
  /** Ended by us before it was connected. */
  #local = false;
  #ended = false;
  #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #lowWaterBytes = -1;

  /** `forget` is called when the dial is given up before it has ended. */
  constructor(remote: Address, handler: StreamHandler, forget: () => void) {
    this.remote = remote;
    this.#handler = handler;
    this.#forget = forget;
    this.#timer = setTimeout(() => this.#giveUp('timeout'), DIAL_TIMEOUT_MS);
  }

  /** Connected: the stream goes on with this socket. */
  opened(socket: Socket): void {
    clearTimeout(this.#timer);
    if (this.#ended || this.#local) {
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    this.#inner = new NodeStream(socket, this.remote, undefined);
    this.#inner.attach(this.#handler);
    for (const bytes of this.#early) this.#inner.write(bytes, 0, bytes.length);
    if (this.#lowWaterBytes >= 0) this.#inner.notifyWhenWritable(this.#lowWaterBytes);
    this.#early = [];
    this.#earlyBytes = 0;
    this.#handler.onOpen();
  }

  /** Not connected, by the code of the system error. */
  failed(code: string): void {
    clearTimeout(this.#timer);
    if (this.#ended || this.#local) return;
    this.#ended = true;
    this.#handler.onClose(ENDS[code] ?? 'unreachable');
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    if (this.#inner !== undefined) this.#inner.write(bytes, start, end);
    else this.#keep(plainCopy(bytes, start, end));
  }

  writePayload(payload: Payload): void {
    if (payload.bytes === undefined)
      throw new TypeError('a payload by reference cannot travel on a real socket');
    if (this.#inner !== undefined) this.#inner.writePayload(payload);
    else this.#keep(payload.bytes);
  }

  unsentBytes(): number {
    return this.#inner?.unsentBytes() ?? this.#earlyBytes;
  }

  notifyWhenWritable(lowWaterBytes: number): void {
    if (this.#inner !== undefined) this.#inner.notifyWhenWritable(lowWaterBytes);
    else this.#lowWaterBytes = lowWaterBytes;
  }

  pause(): void {
    this.#inner?.pause();
  }

  resume(): void {
    this.#inner?.resume();
  }

  close(): void {
    if (this.#inner === undefined) this.reset();
    else this.#inner.close();
  }

  reset(): void {
    if (this.#inner !== undefined) this.#inner.reset();
    else {
      this.#local = true;
      setImmediate(() => this.#giveUp('local'));
    }
  }

  #keep(bytes: Uint8Array): void {
    if (this.#local || this.#ended) return;
    this.#early.push(bytes);
    this.#earlyBytes += bytes.length;
  }

  #giveUp(end: StreamEnd): void {
    if (this.#ended || this.#inner !== undefined) return;
    clearTimeout(this.#timer);
    this.#ended = true;
    this.#forget();
    this.#handler.onClose(end);
  }
}
