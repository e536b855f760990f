/**
 * What an HTTP tracker answers (BEP 3, 7, 23, 31, 48). Both directions of the codec. A field of the wrong type is as
 * good as missing; only an answer that is no bencoded dictionary, or neither names peers nor says that there are none, is a
 * failure: then another tracker is asked.
 */
import { decodeCompactAddresses, encodeCompactAddress, formatIp, parseIp } from '../address.ts';
import { BencodeDict, decodeBencodeDict, type Encodable, encodeBencode } from '../bencode/index.ts';
import { concatBytes, toLatin1 } from '../bytes.ts';
import type { Address, Microseconds } from '../ports.ts';
import { failure, type Result, success } from '../result.ts';
import {
  type AnnounceReply,
  displayText,
  ID_BYTES,
  LONGEST_INTERVAL_US,
  PEERS_PER_ANSWER_MAX,
  type ScrapeCounts,
} from './announce.ts';
import type { AnnounceAnswer } from './swarm-registry.ts';

/** A well-formed answer: peers, or the tracker's refusal. */
export type TrackerAnswer =
  | { readonly kind: 'reply'; readonly reply: AnnounceReply }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      /** How long the tracker asks to be left alone (BEP 31); Infinity: for ever. */
      readonly retryInUs: Microseconds | undefined;
    };

/** What is assumed when a tracker names no interval. */
const DEFAULT_INTERVAL_SECONDS = 1800;
const TRACKER_ID_BYTES_MAX = 256;
/** Answers are three levels deep; a peer costs up to seven values. */
const ANSWER_LIMITS = { depthLimit: 16, tokenLimit: 200_000 };

export function decodeAnnounceReply(body: Uint8Array): Result<TrackerAnswer> {
  const decoded = decodeBencodeDict(body, ANSWER_LIMITS);
  if (!decoded.ok) return decoded;
  const dict = decoded.value;
  const reason = dict.getBytes('failure reason');
  if (reason !== undefined) {
    return success({ kind: 'refused', reason: displayText(reason), retryInUs: retryIn(dict) });
  }
  const peers = [...peersOf(dict), ...compactPeers(dict.getBytes('peers6'), 16)];
  if (peers.length === 0 && !saysNobody(dict)) return failure('no usable peer in the answer', 0);
  const warning = dict.getBytes('warning message');
  const trackerId = dict.getBytes('tracker id');
  return success({
    kind: 'reply',
    reply: {
      intervalSeconds: integer(dict, 'interval') ?? DEFAULT_INTERVAL_SECONDS,
      minIntervalSeconds: integer(dict, 'min interval'),
      complete: count(dict, 'complete'),
      incomplete: count(dict, 'incomplete'),
      peers: peers.slice(0, PEERS_PER_ANSWER_MAX),
      warning: warning === undefined ? undefined : displayText(warning),
      trackerId: trackerId !== undefined && trackerId.length <= TRACKER_ID_BYTES_MAX ? trackerId : undefined,
      externalIp: externalIp(dict.getBytes('external ip')),
      remoteHost: undefined,
    },
  });
}

/**
 * `compact` is the form of BEP 23; otherwise a list of dictionaries, with peer ids when `peerIds`. `seenAt`: the IP address
 * of the asker, to be told to it (BEP 24).
 */
export function encodeAnnounceReply(
  answer: AnnounceAnswer,
  compact: boolean,
  peerIds: boolean,
  seenAt?: string,
): Uint8Array {
  const head = {
    'external ip': seenAt === undefined ? undefined : parseIp(seenAt),
    complete: answer.complete,
    incomplete: answer.incomplete,
    interval: answer.intervalSeconds,
    'min interval': answer.minIntervalSeconds,
  };
  if (!compact) {
    const peers = answer.peers.map(({ contact, peerId }) => ({
      ip: contact.host,
      port: contact.port,
      'peer id': peerIds ? peerId : undefined,
    }));
    return encodeBencode({ ...head, peers });
  }
  const families: { readonly 6: Uint8Array[]; readonly 18: Uint8Array[] } = { 6: [], 18: [] };
  for (const { contact } of answer.peers) {
    const entry = encodeCompactAddress(contact);
    if (entry !== undefined) families[entry.length === 6 ? 6 : 18].push(entry);
  }
  return encodeBencode({
    ...head,
    peers: concatBytes(...families[6]),
    peers6: families[18].length === 0 ? undefined : concatBytes(...families[18]),
  });
}

export function encodeFailure(reason: string): Uint8Array {
  return encodeBencode({ 'failure reason': reason });
}

/** Counts by info-hash (one character per byte); a failure when the tracker refuses. */
export function decodeScrapeReply(body: Uint8Array): Result<ReadonlyMap<string, ScrapeCounts>> {
  const decoded = decodeBencodeDict(body, ANSWER_LIMITS);
  if (!decoded.ok) return decoded;
  const reason = decoded.value.getBytes('failure reason');
  if (reason !== undefined) return failure(displayText(reason));
  const files = decoded.value.getDict('files');
  if (files === undefined) return failure('no files in the answer', 0);
  const counts = new Map<string, ScrapeCounts>();
  for (const [infoHash, entry] of files.entries()) {
    if (infoHash.length !== ID_BYTES || !(entry instanceof BencodeDict)) continue;
    counts.set(infoHash, {
      complete: count(entry, 'complete') ?? 0,
      downloaded: count(entry, 'downloaded') ?? 0,
      incomplete: count(entry, 'incomplete') ?? 0,
    });
  }
  return success(counts);
}

/** Swarms of which the tracker knows nothing are left out. */
export function encodeScrapeReply(
  infoHashes: readonly Uint8Array[],
  counts: readonly (ScrapeCounts | undefined)[],
): Uint8Array {
  const files = new Map<string, Encodable>();
  infoHashes.forEach((infoHash, index) => {
    const entry = counts[index];
    if (entry !== undefined) files.set(toLatin1(infoHash), { ...entry });
  });
  return encodeBencode({ files });
}

/** An answer without a usable peer: whether it is an honest one. */
function saysNobody(dict: BencodeDict): boolean {
  const entries = [dict.getBytes('peers'), dict.getBytes('peers6'), dict.getList('peers')];
  if (entries.some((each) => (each?.length ?? 0) > 0)) return false;
  // Who leaves is told of no peers, and of an interval at most.
  return (
    entries.some((each) => each !== undefined) ||
    (!dict.has('peers') && integer(dict, 'interval') !== undefined)
  );
}

function peersOf(dict: BencodeDict): Address[] {
  const compact = dict.getBytes('peers');
  if (compact !== undefined) return compactPeers(compact, 4);
  const peers: Address[] = [];
  for (const entry of dict.getList('peers') ?? []) {
    if (peers.length >= PEERS_PER_ANSWER_MAX) break;
    if (!(entry instanceof BencodeDict)) continue;
    const host = entry.getBytes('ip');
    const port = entry.getInteger('port');
    // Names instead of addresses are not used: a tracker could make us look up what it likes.
    const ip = host === undefined || host.length > 45 ? undefined : parseIp(toLatin1(host));
    if (ip !== undefined && port !== undefined && port >= 1 && port <= 65535) {
      peers.push({ host: formatIp(ip), port });
    }
  }
  return peers;
}

function compactPeers(bytes: Uint8Array | undefined, ipLength: 4 | 16): Address[] {
  if (bytes === undefined) return [];
  return decodeCompactAddresses(bytes.subarray(0, PEERS_PER_ANSWER_MAX * (ipLength + 2)), ipLength);
}

/** BEP 24: an address as 4 or 16 raw bytes. */
function externalIp(bytes: Uint8Array | undefined): string | undefined {
  return bytes?.length === 4 || bytes?.length === 16 ? formatIp(bytes) : undefined;
}

/** An integer of any size, rounded where it is beyond 2^53: only used where it is clamped afterwards. */
function integer(dict: BencodeDict, key: string): number | undefined {
  const value = dict.get(key);
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

function count(dict: BencodeDict, key: string): number | undefined {
  const value = dict.getInteger(key);
  return value !== undefined && value >= 0 ? value : undefined;
}

/** BEP 31: minutes, as a number or as text, or "never". */
function retryIn(dict: BencodeDict): Microseconds | undefined {
  const bytes = dict.getBytes('retry in');
  const text = bytes === undefined ? String(integer(dict, 'retry in') ?? '') : displayText(bytes);
  if (text === 'never') return Number.POSITIVE_INFINITY;
  if (!/^\d{1,9}$/.test(text)) return undefined;
  return Math.min(Number(text) * 60 * 1_000_000, LONGEST_INTERVAL_US);
}
