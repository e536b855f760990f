/**
 * Checks the descriptive part of a trace file: JSON that came from outside, turned into typed values or into words about
 * what is wrong. Unknown keys are ignored, so that later versions may add some.
 */
import type { TracedPeer, TracedPlayback, TracedTorrent, TraceHeader } from './trace.ts';

/** Most pieces of a torrent; 64 GiB in pieces of 16 KiB has a quarter of that. */
export const MAX_PIECES = 2 ** 24;
/** Most pairs of a peer and a piece: folds keep one bit for each. */
export const MAX_PEER_PIECES = 2 ** 31;

/** What a trace file says outside its columns. */
export interface TraceDescription {
  readonly header: TraceHeader;
  readonly strings: readonly string[];
  readonly endUs: number;
  readonly digest: string;
  readonly sampleIntervalUs: number;
}

/** The description in `value`, or what is wrong with it. */
export function checkDescription(value: unknown): TraceDescription | string {
  if (!isRecord(value)) return 'the description is not an object';
  const header = checkHeader(value.header);
  if (typeof header === 'string') return header;
  const strings = value.strings;
  if (!isTextList(strings)) return 'strings is not a list of texts';
  const { endUs, digest, sampleIntervalUs } = value;
  if (!isCount(endUs)) return 'endUs is not a whole number';
  if (typeof digest !== 'string' || !/^[0-9a-f]{32}$/.test(digest)) return 'digest is not 32 hex digits';
  if (!isCount(sampleIntervalUs) || sampleIntervalUs < 1) return 'sampleIntervalUs is not a positive number';
  return { header, strings, endUs, digest, sampleIntervalUs };
}

function checkHeader(value: unknown): TraceHeader | string {
  if (!isRecord(value)) return 'header is not an object';
  const { version, scenario, seed, sampleUs, startsAtUs, groups } = value;
  if (version !== 1) return `header version ${String(version)} is not supported`;
  if (typeof scenario !== 'string') return 'header.scenario is not a text';
  if (typeof seed !== 'number') return 'header.seed is not a number';
  if (!isCount(sampleUs) || sampleUs < 1) return 'header.sampleUs is not a positive number';
  if (!isCount(startsAtUs)) return 'header.startsAtUs is not a whole number';
  if (!isTextList(groups)) return 'header.groups is not a list of texts';
  const { strategies } = value;
  if (strategies !== undefined && !isTextList(strategies)) return 'header.strategies is not a list of texts';
  const torrent = checkTorrent(value.torrent);
  if (typeof torrent === 'string') return torrent;
  if (torrent.pieceCount > MAX_PIECES) return 'header.torrent has too many pieces';
  if (!Array.isArray(value.peers)) return 'header.peers is not a list';
  const peers: TracedPeer[] = [];
  for (const [index, entry] of (value.peers as unknown[]).entries()) {
    const peer = checkPeer(entry, groups.length);
    if (typeof peer === 'string') return `header.peers[${index}]: ${peer}`;
    peers.push(peer);
  }
  if (peers.length * torrent.pieceCount > MAX_PEER_PIECES) return 'header has too many peers and pieces';
  const header: TraceHeader = { version: 1, scenario, seed, sampleUs, startsAtUs, torrent, groups, peers };
  return strategies === undefined ? header : { ...header, strategies };
}

function checkTorrent(value: unknown): TracedTorrent | string {
  if (!isRecord(value)) return 'header.torrent is not an object';
  const { name, totalBytes, pieceLengthBytes, pieceCount } = value;
  if (typeof name !== 'string') return 'header.torrent.name is not a text';
  if (!isCount(totalBytes) || !isCount(pieceLengthBytes) || !isCount(pieceCount)) {
    return 'a size in header.torrent is not a whole number';
  }
  if (pieceLengthBytes < 1 || pieceCount !== Math.ceil(totalBytes / pieceLengthBytes)) {
    return 'header.torrent.pieceCount does not fit its sizes';
  }
  return { name, totalBytes, pieceLengthBytes, pieceCount };
}

function checkPeer(value: unknown, groups: number): TracedPeer | string {
  if (!isRecord(value)) return 'not an object';
  const { id, group, upBytesPerSec, downBytesPerSec, have, behaviour, nat } = value;
  if (typeof id !== 'string') return 'id is not a text';
  if (!isCount(group) || group >= groups) return 'group is not the index of a group';
  if (!isRate(upBytesPerSec) || !isRate(downBytesPerSec)) return 'a rate is not a number';
  if (have !== 'all' && have !== 'none' && have !== 'some') return 'have is none of "all", "none", "some"';
  if (typeof behaviour !== 'string' || typeof nat !== 'string') return 'behaviour or nat is not a text';
  const peer: TracedPeer = { id, group, upBytesPerSec, downBytesPerSec, have, behaviour, nat };
  if (value.playback === undefined) return peer;
  const playback = checkPlayback(value.playback);
  return typeof playback === 'string' ? playback : { ...peer, playback };
}

function checkPlayback(value: unknown): TracedPlayback | string {
  if (!isRecord(value)) return 'playback is not an object';
  const { bytesPerSec, delayUs } = value;
  if (!isRate(bytesPerSec) || bytesPerSec === 0) return 'playback.bytesPerSec is not a positive number';
  if (!isCount(delayUs)) return 'playback.delayUs is not a whole number';
  return { bytesPerSec, delayUs };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
