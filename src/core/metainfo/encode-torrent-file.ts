/**
 * Makes the bytes of a torrent file (BEP 3). Invariant: the output is canonical bencode, so equal descriptions give equal
 * bytes and the same info-hash.
 */
import { encodeBencode } from '../bencode/index.ts';
import { concatBytes, fromLatin1 } from '../bytes.ts';
import { invariant } from '../result.ts';
import { HASH_LENGTH, type Metainfo } from './metainfo.ts';
import { PieceGeometry } from './piece-geometry.ts';

export interface TorrentFileDescription {
  /** Name of the file in a single-file torrent, of the folder otherwise. Not empty. */
  readonly name: string;
  /** In the order in which their bytes follow each other. Paths are relative to the folder `name`. */
  readonly files: readonly DescribedFile[];
  /**
   * Makes a single-file torrent; there must be one file, and its path is not written. Default: whether there is exactly
   * one file with a path of one component.
   */
  readonly singleFile?: boolean;
  /** In bytes. */
  readonly pieceLength: number;
  /** The SHA-1 digests of all pieces end to end, 20 bytes each. */
  readonly pieceHashes: Uint8Array;
  /** Tracker URLs in tiers. The first becomes `announce`; more than one make an `announce-list` too (BEP 12). */
  readonly trackers?: readonly (readonly string[])[];
  /** Web seed URLs (BEP 19). */
  readonly webSeeds?: readonly string[];
  /** BEP 27. */
  readonly isPrivate?: boolean;
  /** Where the torrent comes from. It is part of the info dictionary, so that torrents from two places differ. */
  readonly source?: string;
  readonly comment?: string;
  readonly createdBy?: string;
  /** Seconds since 1970. */
  readonly creationDate?: number;
}

export interface DescribedFile {
  readonly path: readonly string[];
  /** In bytes. */
  readonly length: number;
  /** A pad file (BEP 47). */
  readonly pad?: boolean;
}

/** The bytes of the torrent file. A description that contradicts itself is an invariant error. */
export function encodeTorrentFile(description: TorrentFileDescription): Uint8Array {
  const trackers = (description.trackers ?? []).filter((tier) => tier.length > 0);
  const urls = trackers.flat();
  return encodeBencode({
    announce: urls[0],
    'announce-list': urls.length > 1 ? trackers : undefined,
    'url-list': description.webSeeds?.length ? description.webSeeds : undefined,
    comment: description.comment,
    'created by': description.createdBy,
    'creation date': description.creationDate,
    info: describedInfo(description),
  });
}

/**
 * A torrent file for metadata that came without one (BEP 9): the info dictionary stands in it byte for byte, so the
 * info-hash is the same.
 */
export function wrapInfo({ infoBytes, trackers, webSeeds }: WrappedInfo): Uint8Array {
  const urls = trackers.flat();
  const before = encodeBencode({
    announce: urls[0],
    'announce-list': urls.length > 1 ? trackers : undefined,
  });
  const after = encodeBencode({ 'url-list': webSeeds.length === 0 ? undefined : webSeeds });
  // Between the end of one dictionary and the beginning of the other: "info" comes between their keys in the order of bytes.
  return concatBytes(before.subarray(0, -1), fromLatin1('4:info'), infoBytes, after.subarray(1));
}

export type WrappedInfo = Pick<Metainfo, 'infoBytes' | 'trackers' | 'webSeeds'>;

function describedInfo(description: TorrentFileDescription) {
  const { name, files, pieceLength, pieceHashes } = description;
  const totalLength = files.reduce((sum, file) => sum + file.length, 0);
  const { pieceCount } = new PieceGeometry(totalLength, pieceLength);
  invariant(pieceHashes.length === pieceCount * HASH_LENGTH, `not one hash for each of ${pieceCount} pieces`);
  invariant(name !== '', 'a torrent needs a name');
  const common = {
    name,
    'piece length': pieceLength,
    pieces: pieceHashes,
    private: description.isPrivate ? 1 : undefined,
    source: description.source,
  };
  const singleFile = description.singleFile ?? (files.length === 1 && files[0]?.path.length === 1);
  if (singleFile) {
    invariant(files.length === 1, 'a single-file torrent has one file');
    return { ...common, length: totalLength };
  }
  return {
    ...common,
    files: files.map(({ path, length, pad }) => ({ path, length, attr: pad ? 'p' : undefined })),
  };
}
