/**
 * What a client remembers of a torrent from one run to the next: which pieces it has verified, which blocks of others it
 * holds, and what the files looked like then. Invariants: a state is one bencoded dictionary with its SHA-1 digest behind
 * it, so that a torn or altered one is known; whatever it says, a piece is trusted only if all its files look as they did
 * when the state was written, and its data were forced to the medium before that. The rest is hashed or fetched again.
 */
import { decodeBencodeDict, encodeBencode, isList } from '../bencode/index.ts';
import { Bitfield } from '../bitfield.ts';
import { concatBytes, equalBytes } from '../bytes.ts';
import { BLOCK_LENGTH, HASH_LENGTH, type Metainfo, PRIORITY_MAX } from '../metainfo/index.ts';
import { PARTIAL_MAX } from '../pieces/piece-table.ts';
import type { Hasher } from '../ports.ts';
import { failure, type Result, success } from '../result.ts';
import type { PartialPiece, StoredContent } from './stored-content.ts';

/** Length of what is remembered of a file, in bytes: whatever the host finds telling, equal only for equal files. */
export const FILE_MARK_LENGTH = 40;

const FORMAT = 1;

export interface ResumeState {
  /** Verified, and forced to the medium before the state was written. */
  readonly synced: Bitfield;
  /** Verified, but what the medium holds is not known. */
  readonly unsynced: Bitfield;
  readonly partial: readonly PartialPiece[];
  /** By file, from 0 (not wanted) to 7; undefined where nothing was said about any. */
  readonly priorities?: Uint8Array | undefined;
  /** One mark for each file of the torrent, end to end. A file that is not there has a mark of zeros. */
  readonly fileMarks: Uint8Array;
}

/** No state of this torrent is longer, in bytes: more is not read. */
export function resumeStateLimit(metainfo: Metainfo): number {
  const blocksLength = Math.ceil(metainfo.pieceLength / BLOCK_LENGTH / 8) + 32;
  return (
    2 * Math.ceil(metainfo.pieceCount / 8) +
    (FILE_MARK_LENGTH + 1) * metainfo.files.length +
    PARTIAL_MAX * blocksLength +
    1024
  );
}

export function encodeResumeState(state: ResumeState, metainfo: Metainfo, hasher: Hasher): Uint8Array {
  const body = encodeBencode({
    format: FORMAT,
    'info-hash': metainfo.infoHash,
    synced: state.synced.bytes,
    unsynced: state.unsynced.bytes,
    partial: state.partial.map(({ piece, blocks }) => [piece, blocks]),
    files: state.fileMarks,
    ...(state.priorities && { priorities: state.priorities }),
  });
  return concatBytes(body, hasher.sha1(body));
}

/** Reads what `encodeResumeState` made for this torrent; anything else is a failure. */
export function decodeResumeState(
  bytes: Uint8Array,
  metainfo: Metainfo,
  hasher: Hasher,
): Result<ResumeState> {
  if (bytes.length < HASH_LENGTH || bytes.length > resumeStateLimit(metainfo)) {
    return failure('no state has this length');
  }
  const body = bytes.subarray(0, bytes.length - HASH_LENGTH);
  if (!equalBytes(hasher.sha1(body), bytes.subarray(body.length))) return failure('the state is damaged');
  const dict = decodeBencodeDict(body, { depthLimit: 4, tokenLimit: 64 + 3 * PARTIAL_MAX });
  if (!dict.ok) return dict;
  const { value } = dict;
  if (value.getInteger('format') !== FORMAT) return failure('the state has another format');
  const infoHash = value.getBytes('info-hash');
  if (infoHash === undefined || !equalBytes(infoHash, metainfo.infoHash)) {
    return failure('the state is that of another torrent');
  }
  const synced = readPieces(value.getBytes('synced'), metainfo);
  if (!synced.ok) return synced;
  const unsynced = readPieces(value.getBytes('unsynced'), metainfo);
  if (!unsynced.ok) return unsynced;
  const fileMarks = value.getBytes('files', metainfo.files.length * FILE_MARK_LENGTH);
  if (fileMarks === undefined) return failure('the state has other files');
  const partial: PartialPiece[] = [];
  for (const entry of value.getList('partial') ?? []) {
    const [piece, blocks] = isList(entry) ? entry : [];
    // The table of pieces looks at the numbers when it takes them up.
    if (typeof piece === 'number' && blocks instanceof Uint8Array) partial.push({ piece, blocks });
  }
  const priorities = value.getBytes('priorities', metainfo.files.length);
  const isKnown = priorities?.every((priority) => priority <= PRIORITY_MAX);
  return success({
    ...{ synced: synced.value, unsynced: unsynced.value, partial, fileMarks },
    priorities: isKnown ? priorities : undefined,
  });
}

function readPieces(bytes: Uint8Array | undefined, { pieceCount }: Metainfo): Result<Bitfield> {
  return bytes === undefined ? failure('the state lists no pieces') : Bitfield.fromWire(bytes, pieceCount);
}

/**
 * What a state is worth, given what the files look like now: trusted are pieces that were forced to the medium in files
 * that have not changed; in doubt is what else was verified, and all that may have come to files that have changed.
 */
export function judgeResumeState(
  state: ResumeState,
  metainfo: Metainfo,
  marksNow: Uint8Array,
): StoredContent {
  const { pieceCount, files, layout } = metainfo;
  const trusted = state.synced.copy();
  const inDoubt = new Bitfield(pieceCount);
  for (let piece = 0; piece < pieceCount; piece++) {
    if (state.unsynced.has(piece) && !trusted.has(piece)) inDoubt.set(piece);
  }
  for (const [index, file] of files.entries()) {
    if (file.pad || file.length === 0) continue;
    const start = index * FILE_MARK_LENGTH;
    const mark = marksNow.subarray(start, start + FILE_MARK_LENGTH);
    const { first, end } = layout.piecesOf(index);
    if (equalBytes(mark, state.fileMarks.subarray(start, start + FILE_MARK_LENGTH))) {
      // A file that is not there vouches for nothing: its bytes are zeros, if that is what they should be.
      const isThere = mark.some((byte) => byte !== 0);
      for (let piece = first; !isThere && piece < end; piece++) if (trusted.clear(piece)) inDoubt.set(piece);
      continue;
    }
    for (let piece = first; piece < end; piece++) {
      trusted.clear(piece);
      inDoubt.set(piece);
    }
  }
  const partial = state.partial.filter(({ piece, blocks }) => {
    if (!(Number.isInteger(piece) && piece >= 0 && piece < pieceCount)) return false;
    // Whole, and not verified in time.
    const whole = Bitfield.fromWire(blocks, metainfo.geometry.blocksIn(piece));
    if (whole.ok && whole.value.isComplete && !trusted.has(piece)) inDoubt.set(piece);
    return true;
  });
  return { trusted, inDoubt, partial };
}
