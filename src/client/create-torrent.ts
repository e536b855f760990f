/**
 * Makes the torrent file of a file or a folder. The same content and options make the same bytes: the order of files is
 * fixed, and without a date so is the rest. Nothing is written.
 */
import { encodeUtf8 } from '../core/bytes.ts';
import { safeFileName } from '../core/metainfo/file-name.ts';
import {
  choosePieceLength,
  type DescribedFile,
  encodeTorrentFile,
  type Metainfo,
  PIECE_COUNT_LIMIT,
  PIECE_LENGTH_LIMIT,
  parseTorrentFile,
  withPadding,
} from '../core/metainfo/index.ts';
import { describeError, InvariantError } from '../core/result.ts';
import { type HashedPart, hashPieces, SourceError } from '../host/hash-pieces.ts';
import { NodeHasher } from '../host/node-hasher.ts';
import { listSourceFiles, type SourceContent } from '../host/source-files.ts';
import { formatSize } from '../scenarios/unit-text.ts';
import { SwarmlabError } from './errors.ts';
import type { CreateTorrentOptions } from './torrent-types.ts';

const MIN_PIECE_LENGTH = 16_384;
const TRACKER_URL = /^(?:https?|udp):\/\//i;
const WEB_SEED_URL = /^https?:\/\//i;

/** Throws `SwarmlabError` when there is nothing that a torrent could be made of. */
export function sourceContent(path: string): SourceContent {
  const listed = listSourceFiles(path);
  if (listed.ok) return listed.value;
  throw new SwarmlabError(listed.error.message);
}

/**
 * Undefined when it was ended early. `createdBy`: the program that makes it. Rejects with `SwarmlabError` when an option is
 * wrong, or when a file cannot be read or changes meanwhile.
 */
export async function makeTorrent(
  content: SourceContent,
  options: CreateTorrentOptions,
  createdBy: string,
): Promise<{ readonly bytes: Uint8Array; readonly metainfo: Metainfo } | undefined> {
  const { name = content.name, trackers = [], webSeeds = [], source, comment } = options;
  if (!isTorrentName(name)) {
    throw new SwarmlabError(`${JSON.stringify(name)} cannot be the name of a torrent`);
  }
  for (const url of trackers.flat()) checkUrl(url, TRACKER_URL, 'a tracker: an http, https or udp URL');
  for (const url of webSeeds) checkUrl(url, WEB_SEED_URL, 'a web seed: an http or https URL');
  const pieceLength = options.pieceLength ?? choosePieceLength(content.totalLength);
  const wrong = wrongPieceLength(pieceLength, content.totalLength);
  if (wrong !== undefined) throw new SwarmlabError(`a piece length of ${pieceLength} bytes ${wrong}`);
  const described: DescribedFile[] = content.files.map(({ path, length }) => ({ path, length }));
  const files = options.pad === true && content.isFolder ? withPadding(described, pieceLength) : described;
  const pieceHashes = await hash(content, files, pieceLength, options);
  if (pieceHashes === undefined) return undefined;
  const { created = new Date() } = options;
  const bytes = encodeTorrentFile({
    name,
    files,
    singleFile: !content.isFolder,
    pieceLength,
    pieceHashes,
    trackers,
    webSeeds,
    isPrivate: options.private === true,
    createdBy,
    ...(source === undefined ? {} : { source }),
    ...(comment === undefined ? {} : { comment }),
    ...(created === null ? {} : { creationDate: Math.floor(created.getTime() / 1000) }),
  });
  const parsed = parseTorrentFile(bytes, new NodeHasher());
  if (parsed.ok) return { bytes, metainfo: parsed.value };
  throw new InvariantError(`made a torrent that does not load: ${describeError(parsed.error)}`);
}

export function isTorrentName(name: string): boolean {
  return safeFileName(encodeUtf8(name)) !== undefined && !/[/\\]/.test(name);
}

/** What is wrong with a piece length, to follow its name; undefined: nothing. */
export function wrongPieceLength(pieceLength: number, totalLength: number): string | undefined {
  const isPower =
    pieceLength >= MIN_PIECE_LENGTH &&
    pieceLength <= PIECE_LENGTH_LIMIT &&
    Number.isInteger(Math.log2(pieceLength));
  if (!isPower) return 'is not valid\n  expected a power of two from 16 KiB to 256 MiB, such as "1 MiB"';
  if (totalLength <= pieceLength * PIECE_COUNT_LIMIT) return undefined;
  const least = pieceLength * 2 ** Math.ceil(Math.log2(totalLength / (pieceLength * PIECE_COUNT_LIMIT)));
  return `makes more than ${PIECE_COUNT_LIMIT} pieces, which clients refuse\n  take ${formatSize(least)} or more`;
}

function checkUrl(url: string, scheme: RegExp, expected: string): void {
  if (scheme.test(url) && URL.canParse(url)) return;
  throw new SwarmlabError(`${JSON.stringify(url)} is not ${expected}`);
}

async function hash(
  content: SourceContent,
  files: readonly DescribedFile[],
  pieceLength: number,
  { onProgress, signal = new AbortController().signal }: CreateTorrentOptions,
): Promise<Uint8Array | undefined> {
  const totalBytes = files.reduce((sum, file) => sum + file.length, 0);
  let next = 0;
  const parts: HashedPart[] = files.map((file) =>
    file.pad === true ? { zeros: file.length } : (content.files[next++] as HashedPart),
  );
  try {
    return await hashPieces(parts, {
      pieceLength,
      signal,
      onProgress: (done) => onProgress?.(done, totalBytes),
    });
  } catch (error) {
    if (error instanceof SourceError) throw new SwarmlabError(error.message, 'unavailable');
    throw error;
  }
}
