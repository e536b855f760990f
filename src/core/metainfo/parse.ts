/**
 * From the bytes of a torrent file (BEP 3), or of an info dictionary alone (BEP 9), to `Metainfo`. Invariants: the
 * info-hash is the digest of the original bytes, never of an encoding of ours; a torrent that loads is complete and
 * consistent, and one that does not is refused with the field and the offset at fault.
 */
import { type BencodeDict, decodeBencodeDict } from '../bencode/index.ts';
import { decodeUtf8, toHex } from '../bytes.ts';
import type { Hasher } from '../ports.ts';
import { failure, type Result, success } from '../result.ts';
import { fieldFailure, readSize, wrongField } from './checked-fields.ts';
import { readDhtNodes } from './dht-nodes.ts';
import { readFiles, type TorrentName } from './file-list.ts';
import { safeFileName } from './file-name.ts';
import { PIECE_COUNT_LIMIT, PIECE_LENGTH_LIMIT, TORRENT_FILE_LIMIT } from './limits.ts';
import { HASH_LENGTH, type InfoFields, Metainfo, type OuterFields, type TorrentFile } from './metainfo.ts';
import { PieceGeometry } from './piece-geometry.ts';
import { readTrackers, readWebSeeds } from './url-lists.ts';

/** Longest comment or program name, in bytes; the rest is cut off. */
const TEXT_LENGTH_LIMIT = 64 * 1024;

/** Reads a whole torrent file. The metainfo keeps views of `bytes`, which must not change afterwards. */
export function parseTorrentFile(bytes: Uint8Array, hasher: Hasher): Result<Metainfo> {
  if (bytes.length > TORRENT_FILE_LIMIT) {
    return failure(`the torrent file is larger than ${TORRENT_FILE_LIMIT} bytes`, TORRENT_FILE_LIMIT);
  }
  if (bytes.length === 0) return failure('the torrent file is empty', 0);
  const root = decodeBencodeDict(bytes);
  if (!root.ok) return root;
  const info = root.value.getDict('info');
  const range = root.value.rangeOf('info');
  if (info === undefined || range === undefined) {
    return failure(range ? 'info is not a dictionary' : 'info is missing', range?.start ?? 0);
  }
  // Not `subarray`, which in a subclass such as Buffer gives one of that class, with its own odd `slice`.
  const infoBytes = new Uint8Array(bytes.buffer, bytes.byteOffset + range.start, range.end - range.start);
  const fields = readInfo(info, infoBytes, hasher);
  if (!fields.ok) return fields;
  return success(
    new Metainfo(fields.value, {
      trackers: readTrackers(root.value),
      webSeeds: readWebSeeds(root.value),
      dhtNodes: readDhtNodes(root.value),
      comment: readText(root.value, 'comment'),
      createdBy: readText(root.value, 'created by'),
      creationDate: root.value.getInteger('creation date'),
    }),
  );
}

/**
 * Reads an info dictionary that came without a torrent file, for example from peers (BEP 9); `outer` is what is known
 * from elsewhere. Offsets in errors count from the start of `infoBytes`, which must not change afterwards.
 */
export function parseInfo(
  infoBytes: Uint8Array,
  hasher: Hasher,
  outer: Partial<OuterFields> = {},
): Result<Metainfo> {
  const info = decodeBencodeDict(infoBytes);
  if (!info.ok) return info;
  const fields = readInfo(info.value, infoBytes, hasher);
  if (!fields.ok) return fields;
  const nothing = { comment: undefined, createdBy: undefined, creationDate: undefined };
  return success(
    new Metainfo(fields.value, { trackers: [], webSeeds: [], dhtNodes: [], ...nothing, ...outer }),
  );
}

function readInfo(info: BencodeDict, infoBytes: Uint8Array, hasher: Hasher): Result<InfoFields> {
  const version = checkVersion(info);
  if (!version.ok) return version;
  const infoHash = hasher.sha1(infoBytes);
  const name = readName(info, infoHash);
  if (!name.ok) return name;
  const pieceLength = readPieceLength(info);
  if (!pieceLength.ok) return pieceLength;
  const files = readFiles(info, name.value);
  if (!files.ok) return files;
  const pieceHashes = readPieceHashes(info, files.value, pieceLength.value);
  if (!pieceHashes.ok) return pieceHashes;
  const privacy = info.get('private');
  return success({
    infoHash,
    infoBytes,
    name: name.value.safe,
    pieceLength: pieceLength.value,
    pieceHashes: pieceHashes.value,
    files: files.value,
    isMultiFile: info.has('files'),
    isPrivate: typeof privacy === 'bigint' || (typeof privacy === 'number' && privacy !== 0),
    source: readText(info, 'source'),
  });
}

/** Hybrid torrents (BEP 52) load by their v1 part. */
function checkVersion(info: BencodeDict): Result<undefined> {
  const version = info.get('meta version');
  if (version !== undefined && version !== 1 && version !== 2) {
    return fieldFailure(info, 'info', 'meta version', 'is not known');
  }
  if (!info.has('pieces') && (version === 2 || info.has('file tree'))) {
    return failure('a torrent with v2 metadata only (BEP 52) is not supported yet', info.start);
  }
  return success(undefined);
}

function readName(info: BencodeDict, infoHash: Uint8Array): Result<TorrentName> {
  const utf8 = info.getBytes('name.utf-8');
  const original = utf8 !== undefined && utf8.length > 0 ? utf8 : info.getBytes('name');
  if (original === undefined) return wrongField(info, 'info', 'name', 'a string');
  if (original.length === 0) return fieldFailure(info, 'info', 'name', 'is empty');
  // The hash keeps several torrents that are called ".." apart.
  return success({ original, safe: safeFileName(original) ?? toHex(infoHash) });
}

function readPieceLength(info: BencodeDict): Result<number> {
  const length = readSize(info, 'info', 'piece length');
  if (!length.ok) return length;
  if (length.value === 0) return fieldFailure(info, 'info', 'piece length', 'is zero');
  if (length.value > PIECE_LENGTH_LIMIT) {
    return fieldFailure(info, 'info', 'piece length', `is more than ${PIECE_LENGTH_LIMIT}`);
  }
  return length;
}

function readPieceHashes(
  info: BencodeDict,
  files: readonly TorrentFile[],
  pieceLength: number,
): Result<Uint8Array> {
  const hashes = info.getBytes('pieces');
  if (hashes === undefined) return wrongField(info, 'info', 'pieces', 'a string');
  if (hashes.length % HASH_LENGTH !== 0) {
    return fieldFailure(info, 'info', 'pieces', `is not a multiple of ${HASH_LENGTH} bytes long`);
  }
  const totalLength = files.reduce((sum, file) => sum + file.length, 0);
  const { pieceCount } = new PieceGeometry(totalLength, pieceLength);
  if (pieceCount > PIECE_COUNT_LIMIT) {
    return fieldFailure(info, 'info', 'piece length', `makes more than ${PIECE_COUNT_LIMIT} pieces`);
  }
  const hashCount = hashes.length / HASH_LENGTH;
  if (hashCount !== pieceCount) {
    return fieldFailure(info, 'info', 'pieces', `has ${hashCount} hashes where the files make ${pieceCount}`);
  }
  return success(hashes);
}

function readText(root: BencodeDict, key: string): string | undefined {
  const bytes = root.getBytes(key);
  return bytes === undefined ? undefined : decodeUtf8(bytes.subarray(0, TEXT_LENGTH_LIMIT));
}
