/** All that a torrent file says, as plain JSON data: what `swarmlab inspect --json` prints. Nothing is asked or written. */
import { BencodeDict, decodeBencodeDict } from '../core/bencode/index.ts';
import { decodeUtf8, toHex } from '../core/bytes.ts';
import { type Metainfo, magnetLink, parseTorrentFile, type TorrentFile } from '../core/metainfo/index.ts';
import { describeError } from '../core/result.ts';
import { NodeHasher } from '../host/node-hasher.ts';
import { SwarmlabError } from './errors.ts';
import type { TorrentInfo } from './torrent-types.ts';

/** What is told in words of its own, or is the content itself. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...['announce', 'announce-list', 'comment', 'created by', 'creation date', 'encoding', 'info', 'url-list'],
  ...['info.files', 'info.length', 'info.name', 'info.name.utf-8', 'info.piece length', 'info.pieces'],
  ...['info.private', 'info.source', 'comment.utf-8'],
]);

/** Keys beyond these are counted, not named. */
const OTHER_KEYS_MAX = 50;

/** Throws `SwarmlabError` with the byte offset of the fault, where the bytes are no torrent file. */
export function parseTorrent(bytes: Uint8Array): TorrentInfo {
  return torrentInfo(readMetainfo(bytes), bytes);
}

/** As `parseTorrent`, for the engine. */
export function readMetainfo(bytes: Uint8Array): Metainfo {
  const parsed = parseTorrentFile(bytes, new NodeHasher());
  if (parsed.ok) return parsed.value;
  throw new SwarmlabError(`this is not a torrent file: ${describeError(parsed.error)}`);
}

/** `bytes`: the torrent file; without it nothing is known of other keys. */
export function torrentInfo(metainfo: Metainfo, bytes?: Uint8Array): TorrentInfo {
  return {
    name: metainfo.name,
    infoHash: toHex(metainfo.infoHash),
    magnet: magnetLink(metainfo),
    totalLength: metainfo.totalLength,
    pieceLength: metainfo.pieceLength,
    pieceCount: metainfo.pieceCount,
    private: metainfo.isPrivate,
    source: metainfo.source ?? null,
    comment: metainfo.comment ?? null,
    createdBy: metainfo.createdBy ?? null,
    created: creationTime(metainfo) ?? null,
    trackers: metainfo.trackers,
    webSeeds: metainfo.webSeeds,
    otherKeys: bytes === undefined ? [] : findOtherKeys(bytes),
    files: metainfo.files.map((file, index) => ({
      number: index + 1,
      path: file.path.join('/'),
      ...(isRenamed(metainfo, file) ? { originalPath: originalPath(metainfo, file) } : {}),
      length: file.length,
      ...(file.pad ? { pad: true } : {}),
      ...(file.executable ? { executable: true } : {}),
      ...(file.hidden ? { hidden: true } : {}),
      ...linkOf(metainfo, file),
    })),
  };
}

function linkOf(metainfo: Metainfo, { linkTarget }: TorrentFile): { readonly linkTo?: string } {
  const target = linkTarget === undefined ? undefined : metainfo.files[linkTarget];
  return target === undefined ? {} : { linkTo: target.path.join('/') };
}

function originalPath(metainfo: Metainfo, file: TorrentFile): string {
  const parts = metainfo.isMultiFile ? file.originalPath : file.originalPath.slice(0, 1);
  return parts.map(decodeUtf8).join('/').slice(0, 1000);
}

function isRenamed(metainfo: Metainfo, file: TorrentFile): boolean {
  return !file.pad && originalPath(metainfo, file) !== file.path.join('/');
}

/** As "2026-11-23T10:58:19Z"; undefined where it is none that a calendar has. */
function creationTime({ creationDate }: Metainfo): string | undefined {
  if (creationDate === undefined || Math.abs(creationDate) > 8.64e12) return undefined;
  return new Date(creationDate * 1000).toISOString().replace('.000Z', 'Z');
}

/** Keys that nothing here reads: of newer formats, other programs, or a private tracker. */
function findOtherKeys(bytes: Uint8Array): string[] {
  const root = decodeBencodeDict(bytes);
  if (!root.ok) return [];
  const names = [...root.value.keys()];
  const info = root.value.get('info');
  if (info instanceof BencodeDict) for (const key of info.keys()) names.push(`info.${key}`);
  const others = names.filter((name) => !KNOWN_KEYS.has(name)).map((name) => name.slice(0, 64));
  const rest = others.length - OTHER_KEYS_MAX;
  return rest > 0 ? [...others.slice(0, OTHER_KEYS_MAX), `${rest} more`] : others;
}
