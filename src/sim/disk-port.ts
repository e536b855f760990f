/**
 * The `Disk` port on a simulated storage, for one session of its peer. Operations take effect in the order of the calls,
 * and their answers come in that order too. While the storage takes no time they take effect at the call, and the answers
 * are due soon, at the same instant; else they stand in one queue, are served one at a time, and each takes effect and is
 * answered when its service ends. An answer that is due soon travels in the token of its call as far as possible, because
 * every block has two of them.
 */
import type { Disk, DiskError, DiskHandler, Payload } from '../core/ports.ts';
import type { EventTarget } from './event-queue.ts';
import type { Simulation } from './simulation.ts';
import { TimedService } from './timed-service.ts';

/** What lies behind the port. */
export interface DiskDevice {
  readonly payload: 'reference' | 'bytes';
  /** Whether operations take time. */
  readonly takesTime: boolean;
  readonly accessUs: number;
  /** 0: no limit. */
  readonly readBytesPerSec: number;
  readonly writeBytesPerSec: number;
  /** Why nothing can be read at the moment. */
  readonly readError: DiskError | undefined;
  contains(piece: number, begin: number, length: number): boolean;
  pieceLength(piece: number): number;
  /** Undefined when part of the range is not stored. */
  read(piece: number, begin: number, length: number): Payload | undefined;
  /** When the range is a whole block that is right and can be told by its number: that number; else -1. */
  rightBlock(piece: number, begin: number, length: number): number;
  /** What a read of the block with that number gives. */
  blockReference(number: number): Payload;
  write(piece: number, begin: number, payload: Payload): DiskError | undefined;
  hash(piece: number): Uint8Array;
  /** The port is closed and everything is on the medium. */
  portClosed(port: DiskPort): void;
}

const READ = 0;
const WRITTEN = 1;
const HASHED = 2;
const CLOSED = 3;
/** The token of the one event: the service of the first in the queue has ended. */
const SERVED = 4;
/** An answer that does not fit into a token: all of it waits among the answers. */
const OTHER = 5;
/** A block that was read with token 0, as all are that go to others: in the place of the token is its number. */
const BLOCK = 6;
/** In the token of a call: the kind below, the token of the operation above. */
const KIND_BITS = 3;
/** Also for whoever counts calls by what they are. */
export const CALL_KIND_MASK = 7;
/** Tokens of operations that fit. */
const TOKEN_MASK = 0x0fff_ffff;

const UNUSED_BUFFER = new Uint8Array(0);
const BUFFERS_MAX = 64;

type Answer = Payload | Uint8Array | undefined;

interface OtherAnswer {
  readonly kind: number;
  readonly token: number;
  readonly answer: Answer;
  readonly error: DiskError | undefined;
}

interface Operation {
  readonly kind: typeof READ | typeof WRITTEN | typeof HASHED | typeof CLOSED;
  readonly piece: number;
  readonly begin: number;
  readonly length: number;
  readonly token: number;
  readonly payload: Payload | undefined;
  /** It is only answered, in its turn. */
  readonly refusal: DiskError | undefined;
}

export class DiskPort implements Disk, EventTarget {
  readonly #simulation: Simulation;
  readonly #device: DiskDevice;
  #handler: DiskHandler | undefined = undefined;
  #state: 'open' | 'closed' | 'cut off' = 'open';
  /** Operations that were asked for and have not taken effect. */
  #waiting = 0;
  /** What goes with the answers that are due soon, in a ring; the soon queue has their order. */
  #answers: (Answer | OtherAnswer)[] = new Array(4).fill(undefined);
  #head = 0;
  #length = 0;
  #done: ((error: DiskError | undefined) => void) | undefined = undefined;
  readonly #buffers: Uint8Array[] = [];
  /** Operations that wait for their service or are in it, from `#first` on. */
  #queue: Operation[] = [];
  #first = 0;
  readonly #service: TimedService;

  constructor(simulation: Simulation, device: DiskDevice) {
    this.#simulation = simulation;
    this.#device = device;
    this.#service = new TimedService(simulation, this, SERVED);
  }

  /** Operations that were asked for and have not taken effect. */
  get waiting(): number {
    return this.#waiting;
  }

  attach(handler: DiskHandler): void {
    this.#handler = handler;
  }

  read(piece: number, begin: number, length: number, token: number): void {
    const device = this.#device;
    if (this.#isPrompt && device.readError === undefined && device.contains(piece, begin, length)) {
      const block = token === 0 ? device.rightBlock(piece, begin, length) : -1;
      if (block >= 0 && block <= TOKEN_MASK) {
        this.#simulation.soon(this, (block << KIND_BITS) | BLOCK);
        return;
      }
      const payload = device.read(piece, begin, length);
      if (payload !== undefined) {
        this.#answerSoon(READ, token, payload, undefined);
        return;
      }
    }
    const refusal = this.#refusal(piece, begin, length);
    if (this.#mustWait) this.#enqueue(READ, piece, begin, length, token, undefined, refusal);
    else this.#readNow(piece, begin, length, token, refusal, true);
  }

  write(piece: number, begin: number, payload: Payload, token: number): void {
    if (this.#isPrompt && this.#device.contains(piece, begin, payload.length)) {
      this.#writeNow(piece, begin, payload, token, undefined, true);
      return;
    }
    const refusal = this.#refusal(piece, begin, payload.length);
    if (this.#mustWait) this.#enqueue(WRITTEN, piece, begin, payload.length, token, payload, refusal);
    else this.#writeNow(piece, begin, payload, token, refusal, true);
  }

  hash(piece: number, token: number): void {
    const refusal = this.#refusal(piece, 0, 1);
    if (this.#mustWait) {
      const length = refusal === undefined ? this.#device.pieceLength(piece) : 0;
      this.#enqueue(HASHED, piece, 0, length, token, undefined, refusal);
    } else this.#hashNow(piece, token, refusal, true);
  }

  takeBuffer(length: number): Uint8Array {
    // Bodies come by reference: nothing is ever written into a buffer, so all share one.
    if (this.#device.payload === 'reference') return UNUSED_BUFFER;
    const buffer = this.#buffers.pop();
    if (buffer === undefined) return new Uint8Array(length);
    return buffer.length === length ? buffer : new Uint8Array(length);
  }

  release(buffer: Uint8Array): void {
    // Only whole arrays of their own are used again: a view might share its memory with something alive.
    const own = buffer.byteOffset === 0 && buffer.buffer.byteLength === buffer.length;
    if (this.#device.payload === 'bytes' && own && this.#buffers.length < BUFFERS_MAX) {
      this.#buffers.push(buffer);
    }
  }

  close(done: (error: DiskError | undefined) => void): void {
    this.#done = done;
    if (this.#waiting > 0) this.#enqueue(CLOSED, 0, 0, 0, 0, undefined, undefined);
    else this.#simulation.soon(this, CLOSED);
    if (this.#state === 'open') this.#state = 'closed';
  }

  /** The rates of the storage have changed: the operation in service goes on at the new ones. */
  ratesChanged(): void {
    if (this.#waiting > 0) this.#service.changeRate(this.#rateOf(this.#queue[this.#first] as Operation));
  }

  /** The machine has died: nothing that waits takes effect, nobody gets an answer any more. */
  cutOff(): void {
    this.#state = 'cut off';
    this.#handler = undefined;
    this.#done = undefined;
    this.#queue = [];
    this.#first = 0;
    this.#waiting = 0;
    this.#service.release();
  }

  fire(call: number): void {
    if (this.#state === 'cut off') return;
    const kind = call & CALL_KIND_MASK;
    const token = call >> KIND_BITS;
    if (kind === WRITTEN) this.#handler?.onWritten(token, undefined);
    else if (kind === BLOCK) this.#handler?.onRead(0, this.#device.blockReference(token), undefined);
    else if (kind === READ) this.#handler?.onRead(token, this.#nextAnswer() as Payload, undefined);
    else if (kind === HASHED) this.#handler?.onHashed(token, this.#nextAnswer() as Uint8Array, undefined);
    else if (kind === SERVED) this.#serveFirst();
    else if (kind === CLOSED) this.#finish();
    else {
      const other = this.#nextAnswer() as OtherAnswer;
      this.#tell(other.kind, other.token, other.answer, other.error);
    }
  }

  #nextAnswer(): Answer | OtherAnswer {
    const place = this.#head;
    const answer = this.#answers[place];
    this.#answers[place] = undefined;
    this.#head = (place + 1) & (this.#answers.length - 1);
    this.#length--;
    return answer;
  }

  #tell(kind: number, token: number, answer: Answer, error: DiskError | undefined): void {
    if (kind === READ) this.#handler?.onRead(token, answer as Payload | undefined, error);
    else if (kind === WRITTEN) this.#handler?.onWritten(token, error);
    else this.#handler?.onHashed(token, answer as Uint8Array | undefined, error);
  }

  // What an operation does when its turn has come. `later`: this is still inside the call, so the answer must wait.

  #readNow(
    piece: number,
    begin: number,
    length: number,
    token: number,
    refusal: DiskError | undefined,
    later: boolean,
  ): void {
    let error = refusal ?? this.#device.readError;
    const payload = error === undefined ? this.#device.read(piece, begin, length) : undefined;
    if (error === undefined && payload === undefined) {
      error = failed(`piece ${piece} is not stored at ${begin}`);
    }
    this.#answer(READ, token, payload, error, later);
  }

  #writeNow(
    piece: number,
    begin: number,
    payload: Payload,
    token: number,
    refusal: DiskError | undefined,
    later: boolean,
  ): void {
    const error = refusal ?? this.#device.write(piece, begin, payload);
    if (payload.bytes !== undefined && payload.reference === undefined) this.release(payload.bytes);
    this.#answer(WRITTEN, token, undefined, error, later);
  }

  #hashNow(piece: number, token: number, refusal: DiskError | undefined, later: boolean): void {
    const error = refusal ?? this.#device.readError;
    const digest = error === undefined ? this.#device.hash(piece) : undefined;
    this.#answer(HASHED, token, digest, error, later);
  }

  #answer(kind: number, token: number, answer: Answer, error: DiskError | undefined, later: boolean): void {
    if (later) this.#answerSoon(kind, token, answer, error);
    else this.#tell(kind, token, answer, error);
  }

  #answerSoon(kind: number, token: number, answer: Answer, error: DiskError | undefined): void {
    if (error === undefined && token === (token & TOKEN_MASK)) {
      if (kind !== WRITTEN) this.#keep(answer);
      this.#simulation.soon(this, (token << KIND_BITS) | kind);
    } else {
      this.#keep({ kind, token, answer, error });
      this.#simulation.soon(this, OTHER);
    }
  }

  #keep(answer: Answer | OtherAnswer): void {
    if (this.#length === this.#answers.length) this.#growRing();
    this.#answers[(this.#head + this.#length++) & (this.#answers.length - 1)] = answer;
  }

  #finish(): void {
    if (this.#waiting === 0) this.#service.release();
    this.#device.portClosed(this);
    this.#done?.(undefined);
  }

  // The queue of a storage that takes time.

  get #mustWait(): boolean {
    return this.#device.takesTime || this.#waiting > 0;
  }

  /** Whatever is asked for takes effect at once. */
  get #isPrompt(): boolean {
    return this.#state === 'open' && !this.#mustWait;
  }

  #enqueue(
    kind: Operation['kind'],
    piece: number,
    begin: number,
    length: number,
    token: number,
    payload: Payload | undefined,
    refusal: DiskError | undefined,
  ): void {
    if (this.#state === 'cut off') return;
    this.#queue.push({ kind, piece, begin, length, token, payload, refusal });
    if (++this.#waiting === 1) this.#startFirst();
  }

  #startFirst(): void {
    const operation = this.#queue[this.#first] as Operation;
    const idle = operation.refusal !== undefined || operation.kind === CLOSED;
    if (idle) this.#service.start(0, 0, 0);
    else this.#service.start(this.#device.accessUs, operation.length, this.#rateOf(operation));
  }

  #rateOf({ kind }: Operation): number {
    return kind === WRITTEN ? this.#device.writeBytesPerSec : this.#device.readBytesPerSec;
  }

  #serveFirst(): void {
    const { kind, piece, begin, length, token, payload, refusal } = this.#queue[this.#first] as Operation;
    this.#first++;
    this.#waiting--;
    if (this.#waiting > 0) this.#startFirst();
    else if (this.#state !== 'open') this.#service.release();
    if (this.#first * 2 >= this.#queue.length) {
      this.#queue = this.#queue.slice(this.#first);
      this.#first = 0;
    }
    if (kind === READ) this.#readNow(piece, begin, length, token, refusal, false);
    else if (kind === WRITTEN) this.#writeNow(piece, begin, payload as Payload, token, refusal, false);
    else if (kind === HASHED) this.#hashNow(piece, token, refusal, false);
    else this.#finish();
  }

  #refusal(piece: number, begin: number, length: number): DiskError | undefined {
    if (this.#state !== 'open') return failed('the disk is closed');
    if (this.#device.contains(piece, begin, length)) return undefined;
    return failed(`nothing at offset ${begin} of piece ${piece}`);
  }

  #growRing(): void {
    const ring = this.#answers;
    const rest = new Array<undefined>(ring.length).fill(undefined);
    this.#answers = [...ring.slice(this.#head), ...ring.slice(0, this.#head), ...rest];
    this.#head = 0;
  }
}

function failed(message: string): DiskError {
  return { kind: 'failed', message };
}
