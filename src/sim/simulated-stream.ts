/**
 * One end of a simulated TCP stream: the `Stream` port. It reports to its handler only from events of the simulation,
 * never from inside a call, and `onClose` exactly once, as the last call.
 */
import type { Address, Payload, Stream, StreamEnd, StreamHandler } from '../core/ports.ts';
import type { EventTarget } from './event-queue.ts';
import type { Medium } from './medium.ts';
import { Mark } from './segment-pool.ts';
import { type DirectionEnds, StreamDirection } from './stream-direction.ts';

/** Where a stream is registered while it lives: its host. */
export interface StreamOwner {
  readonly streams: Set<SimulatedStream>;
}

/** Progress of a dial that the stream has to call off when it is closed before it is open. */
export interface PendingDial {
  cancel(): void;
}

const CLOSED = 1;
const DISCONNECTED = 2;

export class SimulatedStream implements Stream, EventTarget, DirectionEnds {
  readonly remote: Address;
  readonly outgoing: StreamDirection;
  /** The other end, once there is one. */
  peer: SimulatedStream | undefined = undefined;
  dial: PendingDial | undefined = undefined;
  handler: StreamHandler | undefined;
  readonly owner: StreamOwner;
  readonly #medium: Medium;
  #open = false;
  #paused = false;
  #ended = false;

  constructor(medium: Medium, owner: StreamOwner, remote: Address, handler: StreamHandler | undefined) {
    this.#medium = medium;
    this.owner = owner;
    this.remote = remote;
    this.handler = handler;
    this.outgoing = new StreamDirection(medium, this);
    owner.streams.add(this);
  }

  get incoming(): StreamDirection | undefined {
    return this.peer?.outgoing;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    if (this.#ended) return;
    this.outgoing.queue.appendControl(bytes, start, end, this.#medium.simulation.nowUs);
    this.outgoing.written();
  }

  writePayload(payload: Payload): void {
    if (this.#ended || payload.length === 0) return;
    this.outgoing.queue.appendPayload(payload, this.#medium.simulation.nowUs);
    this.outgoing.written();
  }

  unsentBytes(): number {
    return this.outgoing.unsentBytes();
  }

  notifyWhenWritable(lowWaterBytes: number): void {
    if (!this.#ended) this.outgoing.notifyWhenWritable(lowWaterBytes);
  }

  pause(): void {
    this.#paused = true;
    if (this.#open && !this.#ended) this.incoming?.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#open && !this.#ended) this.incoming?.resume();
  }

  close(): void {
    if (!this.#end(CLOSED)) return;
    if (this.dial !== undefined) this.#abandonDial();
    else {
      this.outgoing.queue.appendMark(Mark.finish, this.#medium.simulation.nowUs);
      this.outgoing.written();
      this.incoming?.discard();
    }
  }

  reset(): void {
    if (this.#end(CLOSED)) this.#abort();
  }

  /** The machine leaves: the other side sees a reset, even where this end had closed and was still sending. */
  disconnect(): void {
    this.#end(DISCONNECTED);
    this.#abort();
  }

  /** The stream is open at this end. One that paused before takes nothing yet. */
  open(): void {
    this.#open = true;
    this.outgoing.open();
    if (this.#paused) this.incoming?.pause();
  }

  /** The dial has failed. */
  fail(end: StreamEnd): void {
    this.dial = undefined;
    this.#retire();
    if (this.#ended) return;
    this.#ended = true;
    this.handler?.onClose(end);
  }

  fire(token: number): void {
    this.handler?.onClose(token === CLOSED ? 'local' : 'reset');
  }

  writable(): void {
    if (!this.#ended) this.handler?.onWritable();
  }

  deliver(segment: number): void {
    const segments = this.#medium.segments;
    const mark = segments.mark[segment] as number;
    if (mark === Mark.data) {
      const length = segments.controlBytes[segment] as number;
      if (length > 0) {
        const offset = segments.offset[segment] as number;
        const bytes = segments.slabs.bytesOf(segments.slab[segment] as number);
        this.handler?.onBytes(bytes, offset, offset + length);
      }
      const payload = segments.payloads[segment];
      if (payload === undefined || this.#ended) return;
      if (payload.bytes === undefined) this.handler?.onPayload(payload);
      else this.handler?.onBytes(payload.bytes, 0, payload.length);
    } else if (mark === Mark.open) {
      if (this.#ended) return;
      this.dial = undefined;
      this.open();
      this.handler?.onOpen();
    } else this.#remoteEnded(mark === Mark.finish ? 'finished' : 'reset');
  }

  #end(token: number): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#medium.simulation.soon(this, token);
    return true;
  }

  #abort(): void {
    if (this.dial !== undefined) this.#abandonDial();
    else {
      this.outgoing.sendReset();
      this.incoming?.discard();
    }
  }

  #abandonDial(): void {
    this.dial?.cancel();
    this.dial = undefined;
    if (this.peer === undefined) this.#retire();
    else {
      this.outgoing.sendReset();
      this.incoming?.discard();
    }
  }

  #remoteEnded(end: StreamEnd): void {
    const notify = !this.#ended;
    this.#ended = true;
    if (this.peer !== undefined) this.peer.#retire();
    this.#retire();
    if (notify) this.handler?.onClose(end);
  }

  #retire(): void {
    this.outgoing.finish();
    this.owner.streams.delete(this);
  }
}
