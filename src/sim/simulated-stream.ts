/**
 * One end of a simulated TCP stream: the `Stream` port. It reports to its handler only from events of the simulation,
 * never from inside a call, and `onClose` exactly once, as the last call. What it knows lies in the row of the direction
 * in which it sends, and its handler beside that.
 *
 * An end is gone when its machine has forgotten the stream: it left, its power failed, or it gave up waiting. The other
 * end does not know. When something of it arrives at the machine, a reset is the answer; when nothing answers, it gives
 * up in its turn; when it has nothing to send, it stays. A stream is over when an end or a reset has arrived, or when
 * nobody is left whom it could matter to.
 */
import type { Address, Payload, Stream, StreamEnd, StreamHandler } from '../core/ports.ts';
import { END_OPEN, END_PAUSED, ENDED, GONE, OVER_ROW, UPLINK } from './direction-fields.ts';
import type { EventTarget } from './event-queue.ts';
import type { Medium } from './medium.ts';
import { Mark } from './segment-fields.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { StreamDirections } from './stream-direction.ts';

/** Progress of a dial that the stream has to call off when it is closed before it is open. */
export interface PendingDial {
  cancel(): void;
  /** Routes are other than before. */
  routesChanged(): void;
}

const CLOSED = 1;
const DISCONNECTED = 2;

/** Its methods are private to the compiler alone: a class with #methods costs each of its objects another field. */
export class SimulatedStream implements Stream, EventTarget {
  readonly #directions: StreamDirections;
  /** Of the direction in which it sends. */
  #row: number;
  /** What the remote was. Only a stream that is over has this field: all others would be larger by it. */
  declare private pastRemote?: Address;

  /** `row` is one of a pair that is taken for the stream; the other is that of the other end. */
  constructor(
    medium: Medium,
    owner: SimulatedHost,
    remote: Address,
    handler: StreamHandler | undefined,
    row: number,
  ) {
    this.#directions = medium.directions;
    this.#row = row;
    medium.remotes.set(this, remote);
    const { table } = medium.directions;
    table.ends[row] = this;
    table.handlers[row] = handler;
    table.ports[row] = remote.port;
    table.setInteger(row, UPLINK, owner.up.row);
    owner.streams.add(row);
  }

  get remote(): Address {
    if (this.#row === OVER_ROW) return this.pastRemote as Address;
    const { table, medium } = this.#directions;
    const kept = medium.remotes.get(this);
    if (kept !== undefined) return kept;
    const { address } = table.host(this.#row ^ 1) as SimulatedHost;
    return { host: address, port: table.ports[this.#row] as number };
  }

  /** Of the direction in which it sends; that in which it receives is the other one of the pair. */
  get row(): number {
    return this.#row;
  }

  /** The other end, once there is one. */
  get peer(): SimulatedStream | undefined {
    return this.#directions.table.ends[this.#row ^ 1];
  }

  get dial(): PendingDial | undefined {
    return this.#directions.medium.dials.get(this);
  }

  /** The rate at which it sends as a flow now, in bytes per second; 0 when it has no backlog. */
  get rateBytesPerSec(): number {
    return this.#directions.rateBytesPerSec(this.#row);
  }

  setHandler(handler: StreamHandler | undefined): void {
    this.#directions.table.handlers[this.#row] = handler;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    if (!this.is(ENDED)) this.#directions.write(this.#row, bytes, start, end);
  }

  writePayload(payload: Payload): void {
    if (!this.is(ENDED) && payload.length > 0) this.#directions.writePayload(this.#row, payload);
  }

  unsentBytes(): number {
    return this.#directions.unsentBytes(this.#row);
  }

  notifyWhenWritable(lowWaterBytes: number): void {
    if (!this.is(ENDED)) this.#directions.notifyWhenWritable(this.#row, lowWaterBytes);
  }

  pause(): void {
    if (this.is(ENDED)) return;
    this.raise(END_PAUSED);
    if (this.is(END_OPEN)) this.#directions.pause(this.#row ^ 1);
  }

  resume(): void {
    if (this.is(ENDED)) return;
    this.#directions.table.lower(this.#row, END_PAUSED);
    if (this.is(END_OPEN)) this.#directions.resume(this.#row ^ 1);
  }

  close(): void {
    if (!this.end(CLOSED)) return;
    if (this.dial !== undefined) this.abandonDial();
    else {
      this.#directions.writeFinish(this.#row);
      this.#directions.discard(this.#row ^ 1);
    }
  }

  reset(): void {
    if (!this.end(CLOSED)) return;
    if (this.dial !== undefined) this.abandonDial();
    else this.abort();
  }

  /** The machine leaves: the other side sees a reset, even where this end had closed and was still sending. */
  disconnect(): void {
    this.end(DISCONNECTED);
    if (this.peer !== undefined) this.#directions.sendReset(this.#row);
    this.forget();
  }

  /** The machine has lost its power: it says nothing to anybody, and its handler is not called any more. */
  vanish(): void {
    this.raise(ENDED);
    this.setHandler(undefined);
    this.forget();
    this.#directions.pathChanged(this.#row ^ 1);
  }

  /** Routes, a line or a machine at an end are other than before. */
  pathChanged(): void {
    this.#directions.pathChanged(this.#row);
    this.dial?.routesChanged();
  }

  /** The stream is open at this end. One that paused before takes nothing yet. */
  open(): void {
    this.raise(END_OPEN);
    this.#directions.open(this.#row);
    if (this.is(END_PAUSED)) this.#directions.pause(this.#row ^ 1);
  }

  /** The dial has failed. */
  fail(end: StreamEnd): void {
    this.forget();
    if (this.is(ENDED)) return;
    this.raise(ENDED);
    this.handler?.onClose(end);
  }

  /** What this end has sent was not answered for so long that its machine gives up. */
  timedOut(): void {
    this.fail('timeout');
  }

  /** Something of the other end has arrived, and this machine does not know the stream. */
  refused(): void {
    if (this.#directions.table.has(this.#row ^ 1, ENDED)) this.endBoth();
    else this.#directions.sendReset(this.#row);
  }

  fire(token: number): void {
    this.handler?.onClose(token === CLOSED ? 'local' : 'reset');
  }

  /** The mark of an opening or an end has arrived. */
  marked(mark: number): void {
    if (mark !== Mark.open) this.remoteEnded(mark === Mark.finish ? 'finished' : 'reset');
    else if (!this.is(ENDED)) {
      this.cancelDial();
      this.open();
      this.handler?.onOpen();
    }
  }

  /** The other end is there: what the remote is need not be kept. */
  accepted(): void {
    this.#directions.medium.remotes.delete(this);
  }

  /** Its row serves another stream from now on. */
  over(): void {
    this.pastRemote = this.remote;
    this.#directions.medium.remotes.delete(this);
    this.#row = OVER_ROW;
  }

  private get handler(): StreamHandler | undefined {
    return this.#directions.table.handlers[this.#row];
  }

  private is(flags: number): boolean {
    return this.#directions.table.has(this.#row, flags);
  }

  private raise(flags: number): void {
    this.#directions.table.raise(this.#row, flags);
  }

  private end(token: number): boolean {
    if (this.is(ENDED)) return false;
    this.raise(ENDED);
    this.#directions.medium.simulation.soon(this, token);
    return true;
  }

  private abort(): void {
    this.#directions.sendReset(this.#row);
    this.#directions.discard(this.#row ^ 1);
  }

  private abandonDial(): void {
    this.cancelDial();
    if (this.peer === undefined) this.retire();
    else this.abort();
  }

  private cancelDial(): void {
    this.dial?.cancel();
    this.#directions.medium.dials.delete(this);
  }

  /** The machine knows nothing of the stream any more. */
  private forget(): void {
    if (this.is(GONE)) return;
    this.raise(GONE);
    this.cancelDial();
    const { peer } = this;
    if (peer === undefined || peer.is(GONE)) {
      this.endBoth();
      return;
    }
    this.#directions.abandon(this.#row);
    this.#directions.refuse(this.#row ^ 1);
  }

  private remoteEnded(end: StreamEnd): void {
    const notify = !this.is(ENDED);
    this.raise(ENDED);
    this.endBoth();
    if (notify) this.handler?.onClose(end);
  }

  private endBoth(): void {
    const { peer } = this;
    if (peer !== undefined) peer.retire();
    this.retire();
  }

  private retire(): void {
    const directions = this.#directions;
    directions.finish(this.#row);
    directions.table.host(this.#row)?.streams.remove(this.#row);
  }
}
