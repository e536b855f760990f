/**
 * The `Disk` port of one simulated peer. Everything takes effect in the order of the calls, and the answers come in
 * that order too, as calls due soon at the same instant. It takes no time: LIMITS says so.
 */
import type { Disk, DiskError, DiskHandler, Hasher, Payload } from '../core/ports.ts';
import { invariant } from '../core/result.ts';
import type { SimulatedContent } from './content.ts';
import { ByteContents, type DiskContents, ReferenceContents } from './disk-contents.ts';
import type { EventTarget } from './event-queue.ts';
import type { Simulation } from './simulation.ts';

export interface DiskOptions {
  /** Bytes need a hasher. */
  readonly payload: 'reference' | 'bytes';
  readonly have: 'all' | 'none';
  readonly hasher?: Hasher;
  /** Bytes that may be written before the disk is full; no bound when absent. */
  readonly roomBytes?: number;
}

const READ = 0;
const WRITTEN = 1;
const HASHED = 2;
const CLOSED = 3;

const UNUSED_BUFFER = new Uint8Array(0);

type Answer = Payload | Uint8Array | undefined;

export class SimulatedDisk implements Disk, EventTarget {
  readonly #simulation: Simulation;
  readonly #content: SimulatedContent;
  readonly #contents: DiskContents;
  readonly #payload: 'reference' | 'bytes';
  #roomBytes: number;
  #handler: DiskHandler | undefined = undefined;
  #closed = false;
  #done: ((error: DiskError | undefined) => void) | undefined = undefined;
  /** Answers not yet given, in a ring; the soon queue counts them. */
  #tokens: number[] = new Array(16).fill(0);
  #answers: Answer[] = new Array(16).fill(undefined);
  #errors: (DiskError | undefined)[] = new Array(16).fill(undefined);
  #head = 0;
  #length = 0;
  readonly #buffers: Uint8Array[] = [];

  constructor(simulation: Simulation, content: SimulatedContent, options: DiskOptions) {
    this.#simulation = simulation;
    this.#content = content;
    this.#payload = options.payload;
    this.#roomBytes = options.roomBytes ?? Number.POSITIVE_INFINITY;
    const full = options.have === 'all';
    if (options.payload === 'reference') this.#contents = new ReferenceContents(content, full);
    else {
      invariant(options.hasher !== undefined, 'a disk of bytes needs a hasher');
      this.#contents = new ByteContents(content, full, options.hasher);
    }
  }

  /** Makes room (or takes it away): from now on so many bytes may be written. */
  setRoom(bytes: number): void {
    this.#roomBytes = bytes;
  }

  attach(handler: DiskHandler): void {
    this.#handler = handler;
  }

  read(piece: number, begin: number, length: number, token: number): void {
    if (this.#refuses(piece, begin, length))
      this.#answer(READ, token, undefined, this.#refusal(piece, begin));
    else {
      const payload = this.#contents.read(piece, begin, length);
      const error = payload === undefined ? failed(`piece ${piece} is not stored at ${begin}`) : undefined;
      this.#answer(READ, token, payload, error);
    }
  }

  write(piece: number, begin: number, payload: Payload, token: number): void {
    if (this.#refuses(piece, begin, payload.length)) {
      this.#answer(WRITTEN, token, undefined, this.#refusal(piece, begin));
    } else if (payload.length > this.#roomBytes) {
      this.#answer(WRITTEN, token, undefined, {
        kind: 'full',
        message: 'no space left on the simulated disk',
      });
    } else {
      this.#roomBytes -= payload.length;
      const message = this.#contents.write(piece, begin, payload);
      this.#answer(WRITTEN, token, undefined, message === undefined ? undefined : failed(message));
    }
    if (payload.bytes !== undefined && payload.reference === undefined) this.release(payload.bytes);
  }

  hash(piece: number, token: number): void {
    if (this.#refuses(piece, 0, 1)) this.#answer(HASHED, token, undefined, this.#refusal(piece, 0));
    else this.#answer(HASHED, token, this.#contents.hash(piece), undefined);
  }

  takeBuffer(length: number): Uint8Array {
    // Bodies come by reference: nothing is ever written into a buffer, so all share one.
    if (this.#payload === 'reference') return UNUSED_BUFFER;
    const buffer = this.#buffers.pop();
    if (buffer === undefined) return new Uint8Array(length);
    return buffer.length === length ? buffer : new Uint8Array(length);
  }

  release(buffer: Uint8Array): void {
    // Only whole arrays of their own are used again: a view might share its memory with something alive.
    const own = buffer.byteOffset === 0 && buffer.buffer.byteLength === buffer.length;
    if (this.#payload === 'bytes' && own && this.#buffers.length < 64) this.#buffers.push(buffer);
  }

  close(done: (error: DiskError | undefined) => void): void {
    this.#closed = true;
    this.#done = done;
    this.#simulation.soon(this, CLOSED);
  }

  fire(kind: number): void {
    if (kind === CLOSED) {
      this.#done?.(undefined);
      return;
    }
    const place = this.#head;
    const token = this.#tokens[place] as number;
    const answer = this.#answers[place];
    const error = this.#errors[place];
    this.#answers[place] = undefined;
    this.#errors[place] = undefined;
    this.#head = (place + 1) & (this.#tokens.length - 1);
    this.#length--;
    if (kind === READ) this.#handler?.onRead(token, answer as Payload | undefined, error);
    else if (kind === WRITTEN) this.#handler?.onWritten(token, error);
    else this.#handler?.onHashed(token, answer as Uint8Array | undefined, error);
  }

  #refuses(piece: number, begin: number, length: number): boolean {
    return this.#closed || !this.#content.contains(piece, begin, length);
  }

  #refusal(piece: number, begin: number): DiskError {
    return failed(this.#closed ? 'the disk is closed' : `nothing at offset ${begin} of piece ${piece}`);
  }

  #answer(kind: number, token: number, answer: Answer, error: DiskError | undefined): void {
    if (this.#length === this.#tokens.length) this.#grow();
    const place = (this.#head + this.#length++) & (this.#tokens.length - 1);
    this.#tokens[place] = token;
    this.#answers[place] = answer;
    this.#errors[place] = error;
    this.#simulation.soon(this, kind);
  }

  #grow(): void {
    const turn = <T>(ring: readonly T[]): T[] => [...ring.slice(this.#head), ...ring.slice(0, this.#head)];
    const rest = new Array<undefined>(this.#length).fill(undefined);
    this.#tokens = [...turn(this.#tokens), ...new Array<number>(this.#length).fill(0)];
    this.#answers = [...turn(this.#answers), ...rest];
    this.#errors = [...turn(this.#errors), ...rest];
    this.#head = 0;
  }
}

function failed(message: string): DiskError {
  return { kind: 'failed', message };
}
