/**
 * The files of a torrent on the real machine as the engine's `Disk`. Calls take effect in the order in which they were
 * made: one queue, worked off in later turns, a bounded number of bytes per turn so that sockets get theirs. Blocks that
 * are next to each other in the queue leave as one write; pieces are hashed as their blocks come by.
 *
 * Writes are handed to the operating system and not forced to the medium: what a power cut loses is found by the hash
 * check at the next start.
 */
import * as nodeFs from 'node:fs';
import type { Disk, DiskError, DiskHandler, Payload } from '../core/ports.ts';
import { type BufferPool, blockBuffers } from './buffer-pool.ts';
import { FileStore, type FileSystem, type StoredFile, StoreError } from './file-store.ts';
import { plainView } from './plain-bytes.ts';
import { RunningHashes } from './running-hashes.ts';

export interface NodeDiskLayout {
  /** In order of offset, without gaps. */
  readonly files: readonly StoredFile[];
  readonly pieceLengthBytes: number;
  readonly totalBytes: number;
}

export interface NodeDiskOptions {
  /** For seeding: files are opened for reading only, and a missing or short one is a failure. Default false. */
  readonly readOnly?: boolean;
  /** Where buffers of blocks come from, which several disks may share. Default: one of its own. */
  readonly blockBuffers?: BufferPool;
  /** Open files at a time. Default 64. */
  readonly openFilesMax?: number;
  /** Stands in for node's `fs`; for tests. */
  readonly fileSystem?: FileSystem;
}

type Task =
  | { readonly kind: 'read'; piece: number; begin: number; length: number; token: number }
  | { readonly kind: 'write'; piece: number; begin: number; bytes: Uint8Array; token: number }
  | { readonly kind: 'hash'; piece: number; token: number }
  | { readonly kind: 'close'; done: (error: DiskError | undefined) => void };

type WriteTask = Extract<Task, { kind: 'write' }>;

/** Work of one turn, about a millisecond. */
const TURN_BYTES = 2 ** 20;
const READ_BACK_BYTES = 2 ** 18;
const HASHED_PIECES_MAX = 256;

export class NodeDisk implements Disk {
  readonly #layout: NodeDiskLayout;
  readonly #store: FileStore;
  readonly #hashes = new RunningHashes(HASHED_PIECES_MAX);
  readonly #pool: BufferPool;
  readonly #readBack: Uint8Array;
  #handler: DiskHandler | undefined;
  #queue: Task[] = [];
  #next = 0;
  #scheduled = false;

  /** `root` is the folder that the paths of the layout are below; it is made with the first write. */
  constructor(root: string, layout: NodeDiskLayout, options: NodeDiskOptions = {}) {
    this.#layout = layout;
    this.#store = new FileStore({
      root,
      files: layout.files,
      readOnly: options.readOnly ?? false,
      openFilesMax: options.openFilesMax ?? 64,
      fileSystem: options.fileSystem ?? nodeFs,
    });
    this.#pool = options.blockBuffers ?? blockBuffers();
    this.#readBack = new Uint8Array(Math.min(READ_BACK_BYTES, layout.pieceLengthBytes));
  }

  attach(handler: DiskHandler): void {
    this.#handler = handler;
  }

  read(piece: number, begin: number, length: number, token: number): void {
    this.#enqueue({ kind: 'read', piece, begin, length, token });
  }

  write(piece: number, begin: number, payload: Payload, token: number): void {
    if (payload.bytes === undefined) throw new TypeError('files store bytes, not references');
    this.#enqueue({ kind: 'write', piece, begin, bytes: payload.bytes, token });
  }

  hash(piece: number, token: number): void {
    this.#enqueue({ kind: 'hash', piece, token });
  }

  takeBuffer(length: number): Uint8Array {
    return this.#pool.take(length);
  }

  release(buffer: Uint8Array): void {
    this.#pool.give(buffer);
  }

  close(done: (error: DiskError | undefined) => void): void {
    this.#enqueue({ kind: 'close', done });
  }

  /** Keeps a file at another path below the root from now on, with what is there of it. The error where that failed. */
  moveFile(index: number, path: readonly string[]): DiskError | undefined {
    return this.#attempt(() => this.#store.move(index, path));
  }

  /** The files, by their index, that were written to since this was called last. */
  takeWritten(): number[] {
    return this.#store.takeWritten();
  }

  #enqueue(task: Task): void {
    this.#queue.push(task);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#work();
    });
  }

  #work(): void {
    try {
      for (let bytes = 0; bytes < TURN_BYTES; ) {
        const task = this.#queue[this.#next];
        if (task === undefined) break;
        bytes += task.kind === 'write' ? this.#writeRun() : this.#do(task);
      }
    } finally {
      if (this.#next === this.#queue.length) {
        this.#queue = [];
        this.#next = 0;
      } else {
        if (this.#next > 1_024) {
          this.#queue = this.#queue.slice(this.#next);
          this.#next = 0;
        }
        this.#schedule();
      }
    }
  }

  /** Does one call that is not a write and answers it. Returns what it cost in bytes. */
  #do(task: Exclude<Task, WriteTask>): number {
    this.#next++;
    if (task.kind === 'read') {
      const bytes = plainView(Buffer.allocUnsafeSlow(task.length));
      const error = this.#attempt(() => this.#store.read(this.#offset(task.piece, task.begin), bytes));
      const payload = error === undefined ? { length: task.length, bytes, reference: undefined } : undefined;
      this.#handler?.onRead(task.token, payload, error);
      return task.length;
    }
    if (task.kind === 'hash') {
      let digest: Uint8Array | undefined;
      const error = this.#attempt(() => {
        digest = this.#digest(task.piece);
      });
      this.#handler?.onHashed(task.token, error === undefined ? digest : undefined, error);
      return this.#lengthOf(task.piece);
    }
    task.done(this.#attempt(() => this.#store.close()));
    return 0;
  }

  /** Does the writes at the front of the queue, neighbours together, and answers them in order. */
  #writeRun(): number {
    const run: WriteTask[] = [];
    let total = 0;
    while (total < TURN_BYTES) {
      const task = this.#queue[this.#next];
      if (task?.kind !== 'write') break;
      run.push(task);
      total += task.bytes.length;
      this.#next++;
    }
    const errors = new Map<WriteTask, DiskError>();
    for (const group of this.#groups(run)) {
      const first = group[0] as WriteTask;
      const error = this.#attempt(() => {
        const chunks = group.map((task) => task.bytes);
        this.#store.write(this.#offset(first.piece, first.begin), chunks);
      });
      for (const task of group) {
        if (error === undefined) {
          this.#hashes.stored(task.piece, task.begin, task.bytes);
        } else {
          errors.set(task, error);
          this.#hashes.forget(task.piece);
        }
      }
    }
    for (const task of run) {
      // Nobody else has the buffer by now: the payload was given to the disk.
      this.#pool.give(task.bytes);
      this.#handler?.onWritten(task.token, errors.get(task));
    }
    return total;
  }

  /** The writes in order of their place, neighbours grouped; in order of the calls when any two overlap. */
  #groups(run: readonly WriteTask[]): WriteTask[][] {
    const start = (task: WriteTask): number => this.#offset(task.piece, task.begin);
    const placed = run.toSorted((a, b) => start(a) - start(b));
    const groups: WriteTask[][] = [];
    let end = -1;
    for (const task of placed) {
      const at = start(task);
      if (at < end) return run.map((single) => [single]);
      if (at === end) groups.at(-1)?.push(task);
      else groups.push([task]);
      end = at + task.bytes.length;
    }
    return groups;
  }

  #digest(piece: number): Uint8Array {
    const length = this.#lengthOf(piece);
    const digest = this.#hashes.finish(piece, length, (from) => {
      const bytes = this.#readBack.subarray(0, Math.min(this.#readBack.length, length - from));
      this.#store.read(this.#offset(piece, from), bytes);
      return bytes;
    });
    return plainView(digest);
  }

  #offset(piece: number, begin: number): number {
    return piece * this.#layout.pieceLengthBytes + begin;
  }

  #lengthOf(piece: number): number {
    const { pieceLengthBytes, totalBytes } = this.#layout;
    return Math.min(pieceLengthBytes, totalBytes - piece * pieceLengthBytes);
  }

  /** Runs a storage call; what it throws as an expected failure becomes the answer. */
  #attempt(call: () => void): DiskError | undefined {
    try {
      call();
      return undefined;
    } catch (error) {
      if (error instanceof StoreError) return error.diskError;
      throw error;
    }
  }
}
