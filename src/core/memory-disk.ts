/**
 * Storage of one torrent in memory: what `Disk` promises, with nothing behind it. Calls take effect in the order in
 * which they were made; answers follow together in a later turn. Pieces take memory once something is written to them.
 */

import type { Disk, DiskError, DiskHandler, Hasher, Payload } from './ports.ts';
import { invariant } from './result.ts';

export interface MemoryDiskShape {
  readonly pieceLengthBytes: number;
  /** Length of the whole content. */
  readonly totalBytes: number;
}

/** Runs `callback` soon, after the present call has returned (a microtask, a timer of the clock for now, ...). */
export type Soon = (callback: () => void) => void;

export class MemoryDisk implements Disk {
  readonly #soon: Soon;
  readonly #hasher: Hasher;
  readonly #shape: MemoryDiskShape;
  readonly #pieces = new Map<number, Uint8Array>();
  #handler: DiskHandler | undefined;
  #queue: (() => void)[] = [];
  #scheduled = false;

  constructor(ports: { readonly soon: Soon; readonly hasher: Hasher }, shape: MemoryDiskShape) {
    this.#soon = ports.soon;
    this.#hasher = ports.hasher;
    this.#shape = shape;
  }

  attach(handler: DiskHandler): void {
    this.#handler = handler;
  }

  read(piece: number, begin: number, length: number, token: number): void {
    this.#check(piece, begin, length);
    this.#enqueue(() => {
      // A copy: the reader may still hold it when the block is written again.
      const bytes = this.#piece(piece).slice(begin, begin + length);
      this.#handler?.onRead(token, { length, bytes, reference: undefined }, undefined);
    });
  }

  write(piece: number, begin: number, payload: Payload, token: number): void {
    const { bytes } = payload;
    invariant(bytes !== undefined, 'a memory disk stores bytes, not references');
    this.#check(piece, begin, bytes.length);
    this.#enqueue(() => {
      this.#piece(piece).set(bytes, begin);
      this.#handler?.onWritten(token, undefined);
    });
  }

  hash(piece: number, token: number): void {
    this.#check(piece, 0, 0);
    this.#enqueue(() => {
      this.#handler?.onHashed(token, this.#hasher.sha1(this.#piece(piece)), undefined);
    });
  }

  takeBuffer(length: number): Uint8Array {
    return new Uint8Array(length);
  }

  release(_buffer: Uint8Array): void {
    // The garbage collector's.
  }

  close(done: (error: DiskError | undefined) => void): void {
    this.#enqueue(() => done(undefined));
  }

  /** Puts content in place as if it had been downloaded, from the start of `piece` on. For seeds. */
  preload(piece: number, bytes: Uint8Array): void {
    this.#check(piece, 0, bytes.length);
    this.#piece(piece).set(bytes);
  }

  #piece(piece: number): Uint8Array {
    let bytes = this.#pieces.get(piece);
    if (bytes === undefined) {
      bytes = new Uint8Array(this.#lengthOf(piece));
      this.#pieces.set(piece, bytes);
    }
    return bytes;
  }

  #lengthOf(piece: number): number {
    const { pieceLengthBytes, totalBytes } = this.#shape;
    return Math.min(pieceLengthBytes, totalBytes - piece * pieceLengthBytes);
  }

  #check(piece: number, begin: number, length: number): void {
    const inside = piece >= 0 && begin >= 0 && length >= 0 && begin + length <= this.#lengthOf(piece);
    invariant(inside, `no bytes ${begin}..${begin + length} in piece ${piece}`);
  }

  #enqueue(task: () => void): void {
    this.#queue.push(task);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#soon(() => {
      this.#scheduled = false;
      const tasks = this.#queue;
      this.#queue = [];
      for (const run of tasks) run();
    });
  }
}
