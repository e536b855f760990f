/**
 * Reads the files of an info dictionary (BEP 3, with the attributes of BEP 47). Names that are odd or hostile are
 * repaired, because harmless torrents have them too; what makes the content ambiguous is refused.
 */
import { BencodeDict, type BencodeValue } from '../bencode/index.ts';
import { encodeUtf8, toLatin1 } from '../bytes.ts';
import { failure, type Result, success } from '../result.ts';
import { fieldFailure, readSize, wrongField } from './checked-fields.ts';
import { distinctPaths } from './distinct-paths.ts';
import { safeFileName } from './file-name.ts';
import { PATH_DEPTH_LIMIT } from './limits.ts';
import type { TorrentFile } from './metainfo.ts';

/** The name of the torrent, as it is written and made safe. */
export interface TorrentName {
  readonly original: Uint8Array;
  readonly safe: string;
}

/** One file before its path is known to be distinct and its offset is known. */
type Entry = Omit<TorrentFile, 'offset' | 'linkTarget'> & {
  /** The path a symbolic link points to. */
  readonly link: readonly string[] | undefined;
};

/** The files of `info`; a single-file torrent has one that is called `name`. At least one file holds a byte. */
export function readFiles(info: BencodeDict, name: TorrentName): Result<TorrentFile[]> {
  const entries = info.has('files') ? readFileList(info, name) : readSingleFile(info, name);
  if (!entries.ok) return entries;
  const distinct = distinctPaths(entries.value);
  if (!distinct.ok) return fieldFailure(info, 'info', 'files', distinct.error.message);
  const files: TorrentFile[] = [];
  let offset = 0;
  for (const [index, { link, ...entry }] of entries.value.entries()) {
    const path = distinct.value.paths[index] as readonly string[];
    const found = link === undefined ? undefined : distinct.value.find(link);
    const target = found === undefined ? undefined : entries.value[found];
    const isStored = target !== undefined && target.link === undefined && !target.pad;
    files.push({ ...entry, path, offset, linkTarget: isStored ? found : undefined });
    offset += entry.length;
  }
  const key = info.has('files') ? 'files' : 'length';
  if (!Number.isSafeInteger(offset)) return fieldFailure(info, 'info', key, 'adds up to too many bytes');
  if (offset === 0) return fieldFailure(info, 'info', key, 'adds up to no bytes at all');
  return success(files);
}

function readSingleFile(info: BencodeDict, name: TorrentName): Result<Entry[]> {
  const length = readSize(info, 'info', 'length');
  if (!length.ok) return length;
  const { executable, hidden } = readFlags(info);
  const entry = { executable, hidden, pad: false, length: length.value, link: undefined };
  return success([{ ...entry, path: [name.safe], originalPath: [name.original] }]);
}

function readFileList(info: BencodeDict, name: TorrentName): Result<Entry[]> {
  const list = info.getList('files');
  if (list === undefined) return wrongField(info, 'info', 'files', 'a list');
  if (list.length === 0) return fieldFailure(info, 'info', 'files', 'is empty');
  const entries: Entry[] = [];
  for (const [index, item] of list.entries()) {
    const place = `info.files[${index}]`;
    if (!(item instanceof BencodeDict)) {
      return failure(`${place} is not a dictionary`, info.rangeOf('files')?.start);
    }
    const entry = readFile(item, place, name);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  return success(entries);
}

function readFile(dict: BencodeDict, place: string, name: TorrentName): Result<Entry> {
  const flags = readFlags(dict);
  // A link takes no part of the content, whatever its length says.
  const length = flags.symlink ? success(0) : readSize(dict, place, 'length');
  if (!length.ok) return length;
  const link = flags.symlink ? readPath(dict, place, 'symlink path') : undefined;
  if (link?.ok === false) return link;
  let original: readonly Uint8Array[];
  if (flags.pad && !dict.has('path')) {
    original = ['.pad', String(length.value)].map(encodeUtf8);
  } else {
    const key = dict.getList('path.utf-8') === undefined ? 'path' : 'path.utf-8';
    const path = readPath(dict, place, key);
    if (!path.ok) return path;
    original = path.value;
  }
  return success({
    path: safePath(name, original),
    originalPath: [name.original, ...original],
    length: length.value,
    pad: flags.pad,
    executable: flags.executable,
    hidden: flags.hidden,
    link: link === undefined ? undefined : safePath(name, link.value),
  });
}

function readPath(dict: BencodeDict, place: string, key: string): Result<readonly Uint8Array[]> {
  const list = dict.getList(key);
  if (list === undefined) return wrongField(dict, place, key, 'a list');
  if (list.length > PATH_DEPTH_LIMIT) {
    return fieldFailure(dict, place, key, `has more than ${PATH_DEPTH_LIMIT} components`);
  }
  if (!list.every(isBytes)) return fieldFailure(dict, place, key, 'holds something that is not a string');
  return success(list);
}

function isBytes(value: BencodeValue): value is Uint8Array {
  return value instanceof Uint8Array;
}

/** Below the torrent's own folder; a path of which nothing remains names a file like the folder. */
function safePath(name: TorrentName, original: readonly Uint8Array[]): string[] {
  const components = original.map(safeFileName).filter((component) => component !== undefined);
  return [name.safe, ...(components.length === 0 ? [name.safe] : components)];
}

function readFlags(dict: BencodeDict) {
  const attributes = toLatin1(dict.getBytes('attr')?.subarray(0, 16) ?? new Uint8Array(0));
  return {
    pad: attributes.includes('p'),
    executable: attributes.includes('x'),
    hidden: attributes.includes('h'),
    symlink: attributes.includes('l'),
  };
}
