/**
 * The files that a new torrent is made of. Invariants: the order depends on the names alone (bytes of the path below the
 * folder, as mktorrent has it), so that the same folder makes the same torrent on every machine; nothing but ordinary
 * files and folders is taken, and what cannot be described faithfully is refused with its path.
 */
import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { compareBytes, decodeUtf8, equalBytes } from '../core/bytes.ts';
import { PATH_DEPTH_LIMIT } from '../core/metainfo/index.ts';
import { failure, type Result, success } from '../core/result.ts';
import { errorCode } from './node-address.ts';

/** More files than this make a torrent that nobody can load. */
const FILES_MAX = 1_000_000;

export interface SourceFile {
  /** Where it is on this machine. */
  readonly location: string;
  /** Below the folder of the torrent; the name alone for a torrent of one file. */
  readonly path: readonly string[];
  /** In bytes. */
  readonly length: number;
  /** When it was changed last; a different one later means that it was changed meanwhile. */
  readonly modifiedMs: number;
}

export interface SourceContent {
  /** Name of the file or folder. */
  readonly name: string;
  readonly isFolder: boolean;
  readonly files: readonly SourceFile[];
  readonly totalLength: number;
}

interface Found extends SourceFile {
  readonly sortKey: Uint8Array;
}

/** Lists what is at `path`, a file or a folder. A failure is in words for people. */
export function listSourceFiles(path: string): Result<SourceContent> {
  const root = resolve(path);
  const name = basename(root);
  if (name === '') return failure(`${root} has no name of its own; a torrent needs one`);
  try {
    const stats = lstatSync(root);
    if (stats.isFile()) {
      const file = { location: root, path: [name], length: stats.size, modifiedMs: stats.mtimeMs };
      return checked({ name, isFolder: false, files: [file], totalLength: stats.size }, root);
    }
    if (!stats.isDirectory()) return failure(`${root} is ${kindOf(stats)}, not a file or a folder`);
    const found: Found[] = [];
    const problem = collect(root, [], found);
    if (problem !== undefined) return failure(problem);
    found.sort((a, b) => compareBytes(a.sortKey, b.sortKey));
    const totalLength = found.reduce((sum, file) => sum + file.length, 0);
    return checked({ name, isFolder: true, files: found, totalLength }, root);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return failure(`${root}: there is no such file or folder`);
    return failure(`${(error as { path?: string }).path ?? root} cannot be read (${code})`);
  }
}

function checked(content: SourceContent, root: string): Result<SourceContent> {
  if (content.files.length === 0) return failure(`${root} holds no files`);
  if (content.totalLength === 0) return failure(`${root} holds no bytes: there is nothing to share`);
  return success(content);
}

/** Adds the files below `folder`; returns what is wrong with one of them. */
function collect(folder: string, path: readonly string[], found: Found[]): string | undefined {
  if (path.length >= PATH_DEPTH_LIMIT) return `${folder} lies more than ${PATH_DEPTH_LIMIT} folders deep`;
  for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }) as Dirent<Buffer>[]) {
    const name = decodeUtf8(entry.name);
    const location = join(folder, name);
    // A name in another encoding would be another name elsewhere.
    if (!equalBytes(Buffer.from(name), entry.name)) {
      return `${location}: the name is not valid UTF-8; rename it first`;
    }
    const inner = [...path, name];
    if (entry.isDirectory()) {
      const problem = collect(location, inner, found);
      if (problem !== undefined) return problem;
      continue;
    }
    const stats = lstatSync(location);
    if (!stats.isFile()) {
      return `${location} is ${kindOf(stats)}, which a torrent cannot hold; replace it or take it away`;
    }
    if (found.length === FILES_MAX) return `there are more than ${FILES_MAX} files`;
    const sortKey = Buffer.from(inner.join('/'));
    found.push({ location, path: inner, length: stats.size, modifiedMs: stats.mtimeMs, sortKey });
  }
  return undefined;
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isDirectory() ? 'a folder' : 'a device';
}
