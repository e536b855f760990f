/**
 * The files of one torrent as one row of bytes: offsets in, file handles and system calls out. Nothing outside the root
 * folder is ever opened: names are checked again here, and no symbolic link below the root is followed. All calls are
 * synchronous (much cheaper than node's promises for page-cache work); failures are thrown as `StoreError`.
 */
import * as nodeFs from 'node:fs';
import { join } from 'node:path';
import type { DiskError } from '../core/ports.ts';
import { errorCode } from './node-address.ts';

/** One file of the torrent. Files follow each other in order of `offset` without gaps; padding is not stored. */
export interface StoredFile {
  /** Path below the root, one element per folder and the name last. */
  readonly path: readonly string[];
  /** Where its bytes begin in the content. */
  readonly offset: number;
  readonly lengthBytes: number;
  /** True for padding (BEP 47): zeros that are not stored. */
  readonly pad: boolean;
}

/** The part of node's `fs` that the store uses; tests put failures in its place. */
export type FileSystem = Pick<
  typeof nodeFs,
  | 'openSync'
  | 'closeSync'
  | 'readSync'
  | 'writevSync'
  | 'mkdirSync'
  | 'lstatSync'
  | 'fstatSync'
  | 'ftruncateSync'
  | 'renameSync'
>;

/** A failure of storage, already in words for people. */
export class StoreError extends Error {
  readonly diskError: DiskError;

  constructor(diskError: DiskError) {
    super(diskError.message);
    this.diskError = diskError;
  }
}

export interface FileStoreOptions {
  readonly root: string;
  readonly files: readonly StoredFile[];
  /** True: nothing is created or changed, and files that are missing or too short are failures. */
  readonly readOnly: boolean;
  readonly openFilesMax: number;
  readonly fileSystem: FileSystem;
}

export class FileStore {
  readonly #options: FileStoreOptions;
  readonly #fs: FileSystem;
  /** Open handles by file index, the least recently used first. */
  readonly #handles = new Map<number, { readonly fd: number; readonly writable: boolean }>();
  readonly #knownFolders = new Set<string>();
  readonly #written = new Set<number>();
  /** Paths of files that are elsewhere than the options say. */
  readonly #moved = new Map<number, readonly string[]>();
  #emptyFilesMade = false;

  constructor(options: FileStoreOptions) {
    this.#options = options;
    this.#fs = options.fileSystem;
  }

  /** Fills `target` from `offset` on. What a file of an unfinished download does not have yet reads as zeros. */
  read(offset: number, target: Uint8Array): void {
    this.#eachPart(offset, target.length, (index, at, start, end) => {
      const file = this.#file(index);
      const part = target.subarray(start, end);
      if (file.pad) {
        part.fill(0);
        return;
      }
      const fd = this.#open(index, false);
      const got = fd === undefined ? 0 : this.#guard('read', index, () => this.#readFully(fd, part, at));
      if (got === part.length) return;
      if (this.#options.readOnly) {
        throw failed(
          `${this.pathOf(index)} is shorter than the ${file.lengthBytes} bytes that it should have`,
        );
      }
      part.fill(0, got);
    });
  }

  /** Writes the chunks one behind the other from `offset` on, as few system calls as the files allow. */
  write(offset: number, chunks: readonly Uint8Array[]): void {
    if (this.#options.readOnly) throw failed(`${this.#options.root} is open for reading only`);
    if (!this.#emptyFilesMade) this.#makeEmptyFiles();
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.#eachPart(offset, length, (index, at, start, end) => {
      if (this.#file(index).pad) return;
      const fd = this.#open(index, true) as number;
      const part = cut(chunks, start, end);
      this.#written.add(index);
      this.#guard('write', index, () => this.#writeFully(fd, part, at));
    });
  }

  /** The files that were written to since this was called last. */
  takeWritten(): number[] {
    const written = [...this.#written];
    this.#written.clear();
    return written;
  }

  /**
   * Keeps a file at another path from now on, and takes along what is there of it; something that is at the new path already
   * stays and is the file. Throws `StoreError`, and then it is where it was.
   */
  move(index: number, path: readonly string[]): void {
    const from = this.pathOf(index);
    if (from === join(this.#options.root, ...path)) return;
    const known = this.#handles.get(index);
    if (known !== undefined) this.#forget(index, known.fd);
    const before = this.#moved.get(index);
    this.#moved.set(index, path);
    try {
      if (!this.#exists(from)) return;
      this.#prepareFolders(index, true);
      const to = this.pathOf(index);
      if (!this.#exists(to)) this.#guardPath('rename', from, () => this.#fs.renameSync(from, to));
    } catch (error) {
      if (before === undefined) this.#moved.delete(index);
      else this.#moved.set(index, before);
      throw error;
    }
  }

  close(): void {
    let problem: unknown;
    for (const [index, { fd }] of this.#handles) {
      try {
        this.#guard('close', index, () => this.#fs.closeSync(fd));
      } catch (error) {
        problem ??= error;
      }
    }
    this.#handles.clear();
    if (problem !== undefined) throw problem;
  }

  pathOf(index: number): string {
    return join(this.#options.root, ...this.#elementsOf(index));
  }

  #elementsOf(index: number): readonly string[] {
    return this.#moved.get(index) ?? this.#file(index).path;
  }

  #exists(path: string): boolean {
    return this.#fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  }

  #file(index: number): StoredFile {
    return this.#options.files[index] as StoredFile;
  }

  /** Splits `[offset, offset + length)` at file borders: file, offset in the file, and the range within the request. */
  #eachPart(
    offset: number,
    length: number,
    visit: (index: number, at: number, start: number, end: number) => void,
  ): void {
    const { files } = this.#options;
    let low = 0;
    let high = files.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const file = files[middle] as StoredFile;
      if (file.offset + file.lengthBytes <= offset) low = middle + 1;
      else high = middle;
    }
    for (let index = low, done = 0; done < length && index < files.length; index++) {
      const file = files[index] as StoredFile;
      const at = offset + done - file.offset;
      const end = Math.min(length, done + file.lengthBytes - at);
      if (end > done) visit(index, at, done, end);
      done = end;
    }
  }

  /** A handle for the file; undefined when it does not exist yet and is only to be read. */
  #open(index: number, writing: boolean): number | undefined {
    const known = this.#handles.get(index);
    if (known !== undefined && (known.writable || !writing)) {
      this.#handles.delete(index);
      this.#handles.set(index, known);
      return known.fd;
    }
    const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = nodeFs.constants;
    if (!this.#prepareFolders(index, writing)) return undefined;
    // Non-blocking: a named pipe in the place of a file must not stop us.
    const flags = (writing ? O_RDWR | O_CREAT : O_RDONLY) | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);
    if (known !== undefined) this.#forget(index, known.fd);
    for (const [oldest, { fd: old }] of this.#handles) {
      if (this.#handles.size < this.#options.openFilesMax) break;
      this.#forget(oldest, old);
    }
    let fd: number;
    try {
      fd = this.#fs.openSync(this.pathOf(index), flags, 0o666);
    } catch (error) {
      if (errorCode(error) === 'ENOENT' && !writing && !this.#options.readOnly) return undefined;
      throw explain('open', this.pathOf(index), error);
    }
    if (!this.#fs.fstatSync(fd).isFile()) {
      this.#fs.closeSync(fd);
      throw failed(`${this.pathOf(index)} is not an ordinary file`);
    }
    this.#handles.set(index, { fd, writable: writing });
    return fd;
  }

  #forget(index: number, fd: number): void {
    this.#handles.delete(index);
    this.#guard('close', index, () => this.#fs.closeSync(fd));
  }

  /** Makes the folders above a file, or sees that they are there; false when one is missing and nothing is to be made. */
  #prepareFolders(index: number, make: boolean): boolean {
    const path = this.#elementsOf(index);
    for (const element of path) {
      const safe = element !== '' && element !== '.' && element !== '..' && !/[/\\\0]/.test(element);
      if (!safe) throw failed(`${JSON.stringify(path.join('/'))} is not a path within a folder`);
    }
    let folder = this.#options.root;
    if (make && !this.#knownFolders.has(folder)) {
      this.#guardPath('create folder', folder, () =>
        this.#fs.mkdirSync(this.#options.root, { recursive: true }),
      );
      this.#knownFolders.add(folder);
    }
    for (const element of path.slice(0, -1)) {
      folder = join(folder, element);
      if (this.#knownFolders.has(folder)) continue;
      if (make) this.#makeFolder(folder);
      let isFolder = false;
      try {
        isFolder = this.#fs.lstatSync(folder).isDirectory();
      } catch (error) {
        if (errorCode(error) === 'ENOENT' && !this.#options.readOnly) return false;
        throw explain('open', folder, error);
      }
      // A symbolic link could lead anywhere, so it is no folder here.
      if (!isFolder) throw failed(`${folder} is not a folder (symbolic links are not followed)`);
      this.#knownFolders.add(folder);
    }
    return true;
  }

  #makeFolder(folder: string): void {
    try {
      this.#fs.mkdirSync(folder);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw explain('create folder', folder, error);
    }
  }

  /** Files without bytes never see a write; they are made with the first one elsewhere. */
  #makeEmptyFiles(): void {
    for (const [index, file] of this.#options.files.entries()) {
      if (file.lengthBytes === 0 && !file.pad) this.#open(index, true);
    }
    this.#emptyFilesMade = true;
  }

  #readFully(fd: number, target: Uint8Array, at: number): number {
    let got = 0;
    while (got < target.length) {
      const count = this.#fs.readSync(fd, target, got, target.length - got, at + got);
      if (count === 0) break;
      got += count;
    }
    return got;
  }

  #writeFully(fd: number, chunks: readonly Uint8Array[], at: number): void {
    let rest = chunks;
    let position = at;
    while (rest.length > 0) {
      // More than IOV_MAX (1024) chunks in one call would fail.
      const batch = rest.slice(0, 512);
      const length = batch.reduce((sum, chunk) => sum + chunk.length, 0);
      const count = this.#fs.writevSync(fd, batch, position);
      if (count <= 0) throw new Error('the system took no bytes');
      position += count;
      rest = count === length ? rest.slice(batch.length) : cut(rest, count, Number.POSITIVE_INFINITY);
    }
  }

  #guard<T>(action: string, index: number, call: () => T): T {
    return this.#guardPath(action, this.pathOf(index), call);
  }

  #guardPath<T>(action: string, path: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw explain(action, path, error);
    }
  }
}

/** The bytes `[start, end)` of the chunks put together, without copying. */
function cut(chunks: readonly Uint8Array[], start: number, end: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const chunk of chunks) {
    const from = Math.max(0, start - offset);
    const to = Math.min(chunk.length, end - offset);
    if (from < to) parts.push(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
    offset += chunk.length;
    if (offset >= end) break;
  }
  return parts;
}

function failed(message: string): StoreError {
  return new StoreError({ kind: 'failed', message });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  EEXIST: 'something else is in its place',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ELOOP: 'it is a symbolic link, which is not followed',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  EIO: 'input/output error',
  EFBIG: 'the file would be too large',
  ENAMETOOLONG: 'its name is too long',
};

function explain(action: string, path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StoreError({ kind: 'full', message: `no space left to ${action} ${path}` });
  }
  return failed(`cannot ${action} ${path}: ${REASONS[code] ?? code}`);
}
