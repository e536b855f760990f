/**
 * What a client asks an HTTP tracker (BEP 3, 23, 48): the URL on one side, the request target on the other. Raw bytes
 * travel percent-encoded; a query that the tracker's URL already has is kept.
 */
import { percentDecode, percentEncode } from '../http/url.ts';
import type { AnnounceEvent } from '../observer.ts';
import { failure, type Result, success } from '../result.ts';
import { type AnnounceRequest, ID_BYTES } from './announce.ts';

/** The URL of an announce. `trackerId` is what the same tracker sent before. */
export function announceUrl(
  trackerUrl: string,
  request: AnnounceRequest,
  trackerId: Uint8Array | undefined,
): string {
  const parameters = [
    `info_hash=${percentEncode(request.infoHash)}`,
    `peer_id=${percentEncode(request.peerId)}`,
    `port=${request.port}`,
    `uploaded=${request.uploaded}`,
    `downloaded=${request.downloaded}`,
    `left=${request.left}`,
    'compact=1',
    'no_peer_id=1',
    `key=${request.key.toString(16).toUpperCase().padStart(8, '0')}`,
  ];
  if (request.numwant >= 0) parameters.push(`numwant=${request.numwant}`);
  const { event, isPartialSeed } = request;
  if (event !== 'none') parameters.push(`event=${event}`);
  else if (isPartialSeed === true) parameters.push('event=paused');
  if (trackerId !== undefined) parameters.push(`trackerid=${percentEncode(trackerId)}`);
  return appendQuery(trackerUrl, parameters);
}

/**
 * The URL of a scrape by the rule of BEP 48: "announce" at the start of the last path segment becomes "scrape".
 * Undefined for a tracker whose URL does not end so: it cannot be scraped.
 */
export function scrapeUrl(trackerUrl: string, infoHashes: readonly Uint8Array[]): string | undefined {
  const parts = /^([^?#]*\/)announce([^/?#]*)([?][^#]*)?/.exec(trackerUrl);
  if (parts === null) return undefined;
  const base = `${parts[1]}scrape${parts[2]}${parts[3] ?? ''}`;
  return appendQuery(
    base,
    infoHashes.map((infoHash) => `info_hash=${percentEncode(infoHash)}`),
  );
}

function appendQuery(url: string, parameters: readonly string[]): string {
  const base = url.replace(/#.*$/s, '');
  const joint = !base.includes('?') ? '?' : /[?&]$/.test(base) ? '' : '&';
  return base + joint + parameters.join('&');
}

export type HttpTrackerRequest =
  | {
      readonly kind: 'announce';
      readonly announce: AnnounceRequest;
      /** Whether peers are wanted in the compact form of BEP 23. */
      readonly compact: boolean;
      /** Whether peer ids are wanted, where the form has room for them. */
      readonly peerIds: boolean;
    }
  | { readonly kind: 'scrape'; readonly infoHashes: readonly Uint8Array[] };

/** More info-hashes than this in one scrape are ignored. */
export const HTTP_SCRAPE_HASHES_MAX = 100;

/**
 * What a request target ("/announce?info_hash=...") asks. Undefined for a path that is neither an announce nor a
 * scrape; a failure, with words for the client, for one that is but lacks something.
 */
export function decodeTrackerTarget(target: string): Result<HttpTrackerRequest> | undefined {
  const split = target.indexOf('?');
  const path = split < 0 ? target : target.slice(0, split);
  const query = split < 0 ? '' : target.slice(split + 1);
  if (/\/announce$/.test(path)) return decodeAnnounce(parseQuery(query));
  if (/\/scrape$/.test(path)) return decodeScrape(query);
  return undefined;
}

const EVENTS: readonly AnnounceEvent[] = ['started', 'completed', 'stopped'];

function decodeAnnounce(query: ReadonlyMap<string, string>): Result<HttpTrackerRequest> {
  const infoHash = percentDecode(query.get('info_hash') ?? '');
  if (infoHash?.length !== ID_BYTES) return failure('info_hash is not 20 bytes');
  const peerId = percentDecode(query.get('peer_id') ?? '');
  if (peerId?.length !== ID_BYTES) return failure('peer_id is not 20 bytes');
  const port = decimal(query.get('port'));
  if (port === undefined || port > 65535) return failure('port is not in 0..65535');
  const key = query.get('key') ?? '';
  return success({
    kind: 'announce',
    compact: query.get('compact') !== '0',
    peerIds: query.get('no_peer_id') !== '1',
    announce: {
      infoHash,
      peerId,
      port,
      uploaded: decimal(query.get('uploaded')) ?? 0,
      downloaded: decimal(query.get('downloaded')) ?? 0,
      // Without a word about it the announcer is not taken for a seed: seeds are kept from each other.
      left: decimal(query.get('left')) ?? Number.MAX_SAFE_INTEGER,
      event: EVENTS.find((event) => event === query.get('event')) ?? 'none',
      numwant: decimal(query.get('numwant')) ?? -1,
      key: /^[0-9a-fA-F]{1,8}$/.test(key) ? Number.parseInt(key, 16) : 0,
    },
  });
}

function decodeScrape(query: string): Result<HttpTrackerRequest> {
  const infoHashes: Uint8Array[] = [];
  for (const part of query.split('&', HTTP_SCRAPE_HASHES_MAX)) {
    if (!part.startsWith('info_hash=')) continue;
    const infoHash = percentDecode(part.slice('info_hash='.length));
    if (infoHash?.length !== ID_BYTES) return failure('info_hash is not 20 bytes');
    infoHashes.push(infoHash);
  }
  // A scrape of everything would let anybody list what others share.
  return infoHashes.length === 0
    ? failure('scrape needs info_hash')
    : success({ kind: 'scrape', infoHashes });
}

/** Raw values by name; the first of several wins. */
function parseQuery(query: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const part of query.split('&')) {
    const split = part.indexOf('=');
    const name = split < 0 ? part : part.slice(0, split);
    if (!values.has(name)) values.set(name, split < 0 ? '' : part.slice(split + 1));
  }
  return values;
}

/** A plain decimal number, saturated at 2^53 - 1; undefined for anything else. */
function decimal(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,20}$/.test(text)) return undefined;
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}
