/**
 * Keeps the state of a torrent on disk while it runs. Every second in which something came, a light checkpoint: what is
 * verified, single blocks, and the marks of the files, as they are now. Every quarter of a minute, and at the end, a full
 * one: the data are forced to the medium first, and only pieces verified before that are called synced. What the state
 * says is therefore true after a crash of the machine, and a kill costs no more than the last second's blocks of
 * unfinished pieces. A state that cannot be written is told of once; the download goes on.
 */
import { close, closeSync, fsync, open, openSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Bitfield } from '../core/bitfield.ts';
import type { Metainfo } from '../core/metainfo/index.ts';
import {
  decodeResumeState,
  encodeResumeState,
  FILE_MARK_LENGTH,
  judgeResumeState,
  type ResumeState,
  resumeStateLimit,
} from '../core/torrent/resume-state.ts';
import type { PartialPiece, StoredContent } from '../core/torrent/stored-content.ts';
import { makeFolder } from './make-folder.ts';
import { errorCode } from './node-address.ts';
import { NodeHasher } from './node-hasher.ts';
import { replaceFile } from './replace-file.ts';

const CHECKPOINT_MS = 1_000;
const SYNC_MS = 15_000;

/** What the torrent knows at this moment; undefined while it looks at its files. */
export interface ResumeSnapshot {
  /** A set of its own. */
  readonly verified: Bitfield;
  readonly partial: readonly PartialPiece[];
}

export interface ResumeKeeperOptions {
  readonly metainfo: Metainfo;
  /** Where the state is kept. */
  readonly path: string;
  /** Where each file of the torrent is, pads included (which are never looked at). */
  readonly files: readonly string[];
  readonly checkpointMs?: number;
  readonly syncMs?: number;
  /** The state cannot be kept. Called once. */
  readonly onTrouble?: (message: string) => void;
}

export class ResumeKeeper {
  /** By file, as `ResumeState` has them: what is kept with the next state. */
  priorities: Uint8Array | undefined;
  readonly #options: ResumeKeeperOptions;
  readonly #hasher = new NodeHasher();
  #path: string;
  #files: string[];
  #source: () => ResumeSnapshot | undefined = () => undefined;
  #takeWritten: () => readonly number[] = () => [];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #lastSyncMs = 0;
  #synced: Bitfield;
  /** Files that may hold bytes that the medium has not. */
  readonly #unsyncedFiles = new Set<number>();
  /** One for each file, as they were when they were looked at last; only those that we wrote to are looked at again. */
  readonly #marks: Uint8Array;
  #isMarked = false;
  /** Something came that the last state does not say. */
  #hasNews = true;
  #troubled = false;

  constructor(options: ResumeKeeperOptions) {
    this.#options = options;
    this.#path = options.path;
    this.#files = [...options.files];
    this.#synced = new Bitfield(options.metainfo.pieceCount);
    this.#marks = new Uint8Array(options.metainfo.files.length * FILE_MARK_LENGTH);
  }

  /** What the state of an earlier run is worth now; undefined where there is none that can be used. */
  load(): StoredContent | undefined {
    const { metainfo } = this.#options;
    const state = readState(this.#path, metainfo);
    if (state === undefined) return undefined;
    this.#markAll();
    const content = judgeResumeState(state, metainfo, this.#marks);
    this.#synced = content.trusted.copy();
    return content;
  }

  /** Begins to keep it, before anything is hashed or written. `takeWritten` names the files written since it was called last. */
  start(source: () => ResumeSnapshot | undefined, takeWritten: () => readonly number[]): void {
    this.#source = source;
    this.#takeWritten = takeWritten;
    // Of what is found by hashing it is not known whether the medium has it.
    for (const [index, file] of this.#options.metainfo.files.entries()) {
      if (isStored(file)) this.#unsyncedFiles.add(index);
    }
    if (!this.#isMarked) this.#markAll();
    this.#lastSyncMs = Date.now();
    this.#timer = setInterval(() => this.#tick(), this.#options.checkpointMs ?? CHECKPOINT_MS);
    this.#timer.unref();
  }

  /** Writes the last state, everything synced; `snapshot` is what the torrent knew when its files were closed. */
  async finish(snapshot: ResumeSnapshot | undefined): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
    if (snapshot !== undefined) await this.#checkpoint(() => snapshot, true);
  }

  /** After `finish`: the files are elsewhere, and so is their state from now on. */
  async move(path: string, files: readonly string[], snapshot: ResumeSnapshot | undefined): Promise<void> {
    rmSync(this.#path, { force: true });
    this.#path = path;
    this.#files = [...files];
    this.#markAll();
    if (snapshot !== undefined) await this.#checkpoint(() => snapshot, true);
  }

  /** A file is elsewhere from now on, with what it holds. */
  fileMoved(index: number, path: string): void {
    this.#files[index] = path;
    this.#mark(index);
    this.#hasNews = true;
  }

  #tick(): void {
    if (this.#running !== undefined) return;
    this.#noteWritten();
    const isDue = Date.now() - this.#lastSyncMs >= (this.#options.syncMs ?? SYNC_MS);
    const sync = isDue && this.#unsyncedFiles.size > 0;
    if (!sync && !this.#hasNews) return;
    this.#running = this.#checkpoint(this.#source, sync).finally(() => {
      this.#running = undefined;
    });
  }

  async #checkpoint(source: () => ResumeSnapshot | undefined, sync: boolean): Promise<void> {
    const before = source();
    if (before === undefined) return;
    if (sync) {
      this.#noteWritten();
      this.#lastSyncMs = Date.now();
      if (await this.#syncFiles()) this.#synced = before.verified;
    }
    // Pieces, blocks and marks are looked at in one go: whatever is written later changes the marks.
    const snapshot = source();
    if (snapshot === undefined) return;
    this.#noteWritten();
    const unsynced = new Bitfield(snapshot.verified.length);
    const synced = new Bitfield(snapshot.verified.length);
    for (let piece = 0; piece < snapshot.verified.length; piece++) {
      if (!snapshot.verified.has(piece)) continue;
      if (this.#synced.has(piece)) synced.set(piece);
      else unsynced.set(piece);
    }
    const { metainfo } = this.#options;
    const path = this.#path;
    const { priorities } = this;
    const state = { synced, unsynced, partial: snapshot.partial, fileMarks: this.#marks, priorities };
    try {
      makeFolder(dirname(path));
      replaceFile(path, encodeResumeState(state, metainfo, this.#hasher), { force: sync });
      this.#hasNews = false;
    } catch (error) {
      this.#tell(
        `what is complete cannot be noted in ${path} (${errorCode(error)}); the next start has to check it`,
      );
    }
  }

  /** Looks again at the files that were written to. */
  #noteWritten(): void {
    for (const index of this.#takeWritten()) {
      this.#unsyncedFiles.add(index);
      this.#mark(index);
      this.#hasNews = true;
    }
  }

  /** Forces what was written to the medium, a file at a time; false when some of it could not be. */
  async #syncFiles(): Promise<boolean> {
    let all = true;
    for (const index of [...this.#unsyncedFiles]) {
      // Written to again while it is being forced, it is noted again.
      this.#unsyncedFiles.delete(index);
      const error = await syncFile(this.#files[index] as string);
      if (error === undefined) continue;
      all = false;
      this.#unsyncedFiles.add(index);
      this.#tell(`${this.#files[index]} cannot be forced to the disk (${error})`);
    }
    return all;
  }

  #tell(message: string): void {
    if (this.#troubled) return;
    this.#troubled = true;
    this.#options.onTrouble?.(message);
  }

  #markAll(): void {
    for (const index of this.#options.metainfo.files.keys()) this.#mark(index);
    this.#isMarked = true;
  }

  /** What a file looks like: size, when data and inode were changed last, and which inode it is. */
  #mark(index: number): void {
    const file = this.#options.metainfo.files[index];
    if (file === undefined || !isStored(file)) return;
    const at = index * FILE_MARK_LENGTH;
    this.#marks.fill(0, at, at + FILE_MARK_LENGTH);
    const stats = statOf(this.#files[index] as string);
    if (stats === undefined) return;
    const view = new DataView(this.#marks.buffer);
    // At least 1, so that an empty file is not taken for none.
    view.setBigUint64(at, BigInt.asUintN(64, stats.size + 1n));
    view.setBigUint64(at + 8, BigInt.asUintN(64, stats.mtimeNs));
    view.setBigUint64(at + 16, BigInt.asUintN(64, stats.ctimeNs));
    view.setBigUint64(at + 24, BigInt.asUintN(64, stats.ino));
    view.setBigUint64(at + 32, BigInt.asUintN(64, stats.dev));
  }
}

function isStored(file: { readonly pad: boolean; readonly length: number }): boolean {
  return !file.pad && file.length > 0;
}

function statOf(path: string) {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** What went wrong; a file that is not there has nothing to be forced. */
function syncFile(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    open(path, 'r', (openError, file) => {
      if (openError !== null) {
        resolve(errorCode(openError) === 'ENOENT' ? undefined : errorCode(openError));
        return;
      }
      fsync(file, (error) => close(file, () => resolve(error === null ? undefined : errorCode(error))));
    });
  });
}

/** The priorities of the files that the state at `path` remembers; undefined where it remembers none. */
export function rememberedPriorities(path: string, metainfo: Metainfo): Uint8Array | undefined {
  return readState(path, metainfo)?.priorities;
}

function readState(path: string, metainfo: Metainfo): ResumeState | undefined {
  const bytes = readUpTo(path, resumeStateLimit(metainfo) + 1);
  const state = bytes && decodeResumeState(bytes, metainfo, new NodeHasher());
  return state?.ok === true ? state.value : undefined;
}

function readUpTo(path: string, limit: number): Uint8Array | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const bytes = new Uint8Array(Math.min(limit, statSync(path).size + 1));
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(file, bytes, length, bytes.length - length, length);
      if (count === 0) break;
      length += count;
    }
    return bytes.slice(0, length);
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
