/** Torrent files built in code, valid unless a test changes a field. */
import { createHash } from 'node:crypto';
import { type Encodable, encodeBencode } from '../../../src/core/bencode/index.ts';
import { type Metainfo, parseTorrentFile } from '../../../src/core/metainfo/index.ts';
import type { Hasher } from '../../../src/core/ports.ts';
import { describeError } from '../../../src/core/result.ts';

export const hasher: Hasher = {
  sha1: (bytes) => new Uint8Array(createHash('sha1').update(bytes).digest()),
};

export type Fields = Readonly<Record<string, Encodable | undefined>>;

/** 100 bytes in pieces of 40: three pieces. */
export function singleInfo(changes: Fields = {}): Fields {
  return {
    name: 'file.bin',
    'piece length': 40,
    pieces: new Uint8Array(60).fill(7),
    length: 100,
    ...changes,
  };
}

/** A multi-file info dictionary with the hashes that its files need, up to a thousand. */
export function multiInfo(files: Encodable, changes: Fields = {}): Fields {
  const list: readonly Encodable[] = Array.isArray(files) ? files : [];
  const total = list.reduce((sum: number, file) => sum + sizeOf(file), 0);
  const pieces = new Uint8Array(20 * Math.min(1000, Math.ceil(total / 40)));
  return { name: 'folder', 'piece length': 40, pieces, files, ...changes };
}

function sizeOf(file: Encodable): number {
  const { length, attr } = file as { length?: Encodable; attr?: Encodable };
  return typeof length === 'number' && attr !== 'l' ? length : 0;
}

/** One file of ten bytes. */
export function file(path: readonly Encodable[], changes: Fields = {}): Fields {
  return { length: 10, path, ...changes };
}

export function torrent(info: Encodable | undefined, outer: Fields = {}): Uint8Array {
  return encodeBencode({ ...outer, info });
}

export function load(bytes: Uint8Array): Metainfo {
  const result = parseTorrentFile(bytes, hasher);
  if (!result.ok) throw new Error(describeError(result.error));
  return result.value;
}

/** Loads a torrent with these files and gives their paths joined by "/". */
export function pathsOf(files: readonly Fields[], changes: Fields = {}): string[] {
  return load(torrent(multiInfo(files, changes))).files.map(({ path }) => path.join('/'));
}
