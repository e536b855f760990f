/**
 * One end of a simulated TCP stream: the `Stream` port. It reports to its handler only from events of the simulation,
 * never from inside a call, and `onClose` exactly once, as the last call.
 *
 * An end is gone when its machine has forgotten the stream: it left, its power failed, or it gave up waiting. The other
 * end does not know. When something of it arrives at the machine, a reset is the answer; when nothing answers, it gives
 * up in its turn; when it has nothing to send, it stays. A stream is over when an end or a reset has arrived, or when
 * nobody is left whom it could matter to.
 */
import type { Address, Payload, Stream, StreamEnd, StreamHandler } from '../core/ports.ts';
import type { EventTarget } from './event-queue.ts';
import type { Medium } from './medium.ts';
import type { ReceivingEnd } from './received-queue.ts';
import { Mark } from './segment-pool.ts';
import { type SendingEnd, StreamDirection } from './stream-direction.ts';

/** Where a stream is registered while it lives: its host. */
export interface StreamOwner {
  readonly streams: Set<SimulatedStream>;
}

/** Progress of a dial that the stream has to call off when it is closed before it is open. */
export interface PendingDial {
  cancel(): void;
  /** Routes are other than before. */
  routesChanged(): void;
}

const CLOSED = 1;
const DISCONNECTED = 2;

export class SimulatedStream implements Stream, EventTarget, SendingEnd, ReceivingEnd {
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
  #gone = false;

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
    if (this.peer !== undefined) this.outgoing.sendReset();
    this.#forget();
  }

  /** The machine has lost its power: it says nothing to anybody, and its handler is not called any more. */
  vanish(): void {
    this.#ended = true;
    this.handler = undefined;
    this.#forget();
    this.incoming?.pathChanged();
  }

  /** Routes, a line or a machine at an end are other than before. */
  pathChanged(): void {
    this.outgoing.pathChanged();
    this.dial?.routesChanged();
  }

  /** The stream is open at this end. One that paused before takes nothing yet. */
  open(): void {
    this.#open = true;
    this.outgoing.open();
    if (this.#paused) this.incoming?.pause();
  }

  /** The dial has failed. */
  fail(end: StreamEnd): void {
    this.#forget();
    if (this.#ended) return;
    this.#ended = true;
    this.handler?.onClose(end);
  }

  /** What this end has sent was not answered for so long that its machine gives up. */
  timedOut(): void {
    this.fail('timeout');
  }

  /** Something of the other end has arrived, and this machine does not know the stream. */
  refused(): void {
    if (this.peer === undefined || this.peer.#ended) this.#over();
    else this.outgoing.sendReset();
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
      this.#cancelDial();
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
    this.#cancelDial();
    if (this.peer === undefined) this.#retire();
    else {
      this.outgoing.sendReset();
      this.incoming?.discard();
    }
  }

  #cancelDial(): void {
    this.dial?.cancel();
    this.dial = undefined;
  }

  /** The machine knows nothing of the stream any more. */
  #forget(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#cancelDial();
    if (this.peer === undefined || this.peer.#gone) {
      this.#over();
      return;
    }
    this.outgoing.abandon();
    this.peer.outgoing.refuse();
  }

  #remoteEnded(end: StreamEnd): void {
    const notify = !this.#ended;
    this.#ended = true;
    this.#over();
    if (notify) this.handler?.onClose(end);
  }

  #over(): void {
    if (this.peer !== undefined) this.peer.#retire();
    this.#retire();
  }

  #retire(): void {
    this.outgoing.finish();
    this.owner.streams.delete(this);
  }
}
