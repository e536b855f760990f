/**
 * Magnet links (BEP 9, BEP 53): reading and writing. Invariants: what was read is bounded whatever the link is like, and
 * a link that was written reads back as the same. Parameters that are not known, and entries of known ones that are
 * malformed, are left out; only a link that names no torrent is refused.
 */
import { formatAddress, parseAddress } from '../address.ts';
import { decodeUtf8, encodeUtf8, fromHex, toHex } from '../bytes.ts';
import { percentDecode, percentEncode } from '../http/url.ts';
import type { Address } from '../ports.ts';
import { failure, type Result, success } from '../result.ts';
import { URL_LENGTH_LIMIT } from './limits.ts';

export interface MagnetLink {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** What the torrent is called, until its metadata is known: only to be shown. */
  readonly name: string | undefined;
  /** Tracker URLs, each a tier of its own, in the order of the link. */
  readonly trackers: readonly string[];
  /** Peers named by address (`x.pe`). */
  readonly peers: readonly Address[];
  /** Peers named by host name (`x.pe`), to be looked up. */
  readonly namedPeers: readonly Address[];
  /** Web seed URLs (`ws`). */
  readonly webSeeds: readonly string[];
  /** Indices of the files to be fetched (`so`, BEP 53), both ends included; undefined: all of them. */
  readonly selectedFiles: readonly FileRange[] | undefined;
}

export interface FileRange {
  readonly first: number;
  readonly last: number;
}

/** Longest link, in characters. */
export const MAGNET_LENGTH_MAX = 64 * 1024;
/** Most trackers, most peers, most web seeds and most ranges of files that are kept. */
export const MAGNET_ENTRIES_MAX = 100;

const SCHEME = 'magnet:?';
const V1_PREFIX = 'urn:btih:';
const V2_PREFIX = 'urn:btmh:';
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const NAME_LENGTH_MAX = 240;
const FILE_INDEX_MAX = 0x7fffffff;
const URL_FORM = /^[a-z][a-z0-9+.-]*:\/\/[^\p{Cc}\s]+$/iu;

/** Reads a magnet link. The info-hash is 40 hexadecimal digits or 32 of base 32. */
export function parseMagnetLink(text: string): Result<MagnetLink> {
  if (text.length > MAGNET_LENGTH_MAX) return failure(`link longer than ${MAGNET_LENGTH_MAX} characters`);
  if (text.slice(0, SCHEME.length).toLowerCase() !== SCHEME)
    return failure(`no link that begins with ${SCHEME}`);
  let infoHash: Uint8Array | undefined;
  let hasOtherVersion = false;
  let name: string | undefined;
  let selectedFiles: FileRange[] | undefined;
  const trackers = new Set<string>();
  const peers = new Map<string, Address>();
  const namedPeers = new Map<string, Address>();
  const webSeeds = new Set<string>();
  for (const part of text.slice(SCHEME.length).split(/&(?:amp;)?/)) {
    const split = part.indexOf('=');
    if (split < 0) continue;
    // Several of a kind may be numbered: "tr.1".
    const key = part
      .slice(0, split)
      .toLowerCase()
      .replace(/\.\d+$/, '');
    const value = decodeText(part.slice(split + 1));
    if (value === undefined) continue;
    if (key === 'xt') {
      const lower = value.toLowerCase();
      hasOtherVersion ||= lower.startsWith(V2_PREFIX);
      if (!lower.startsWith(V1_PREFIX)) continue;
      const hash = readHash(value.slice(V1_PREFIX.length));
      if (hash === undefined) return failure(`"${value.slice(0, 80)}" is not the hash of a torrent`);
      infoHash ??= hash;
    } else if (key === 'dn') name ??= value.slice(0, NAME_LENGTH_MAX);
    else if (key === 'tr') addUrl(trackers, value);
    else if (key === 'ws') addUrl(webSeeds, value);
    else if (key === 'so') selectedFiles = [...(selectedFiles ?? []), ...readRanges(value)];
    else if (key === 'x.pe') addPeer(peers, namedPeers, value);
  }
  if (infoHash === undefined) {
    return failure(
      hasOtherVersion
        ? 'a link to a torrent with v2 metadata only (BEP 52) is not supported yet'
        : 'no torrent is named: xt=urn:btih: with 40 hexadecimal digits, or 32 of base 32, is missing',
    );
  }
  return success({
    infoHash,
    name: name === '' ? undefined : name,
    trackers: [...trackers],
    peers: [...peers.values()],
    namedPeers: [...namedPeers.values()],
    webSeeds: [...webSeeds],
    selectedFiles: selectedFiles?.length === 0 ? undefined : selectedFiles?.slice(0, MAGNET_ENTRIES_MAX),
  });
}

/** Writes a link; what is not given is left out. */
export function formatMagnetLink(link: Pick<MagnetLink, 'infoHash'> & Partial<MagnetLink>): string {
  const parameters = [`xt=${V1_PREFIX}${toHex(link.infoHash)}`];
  if (link.name !== undefined) parameters.push(`dn=${encodeText(link.name)}`);
  for (const url of link.trackers ?? []) parameters.push(`tr=${encodeText(url)}`);
  for (const url of link.webSeeds ?? []) parameters.push(`ws=${encodeText(url)}`);
  const peers = [...(link.peers ?? []), ...(link.namedPeers ?? [])];
  // Colons and brackets stay as they are: some clients look for them without decoding.
  for (const peer of peers) parameters.push(`x.pe=${formatAddress(peer)}`);
  if (link.selectedFiles !== undefined) {
    const ranges = link.selectedFiles.map(({ first, last }) =>
      first === last ? `${first}` : `${first}-${last}`,
    );
    parameters.push(`so=${ranges.join(',')}`);
  }
  return SCHEME + parameters.join('&');
}

/** The file of this index is among those that the link names. */
export function isSelected(link: MagnetLink, file: number): boolean {
  return link.selectedFiles?.some(({ first, last }) => first <= file && file <= last) ?? true;
}

function readHash(text: string): Uint8Array | undefined {
  if (text.length === 40) return fromHex(text);
  if (text.length !== 32) return undefined;
  const bytes = new Uint8Array(20);
  let bits = 0;
  let pending = 0;
  let at = 0;
  for (const character of text.toLowerCase()) {
    const digit = BASE32.indexOf(character);
    if (digit < 0) return undefined;
    pending = (pending << 5) | digit;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = pending >> bits;
    pending &= (1 << bits) - 1;
  }
  return bytes;
}

function addUrl(urls: Set<string>, url: string): void {
  const fits = url.length <= URL_LENGTH_LIMIT && URL_FORM.test(url);
  if (fits && urls.size < MAGNET_ENTRIES_MAX) urls.add(url);
}

function addPeer(peers: Map<string, Address>, namedPeers: Map<string, Address>, text: string): void {
  if (peers.size + namedPeers.size >= MAGNET_ENTRIES_MAX) return;
  const literal = parseAddress(text);
  if (literal !== undefined) {
    peers.set(formatAddress(literal), literal);
    return;
  }
  const [, host = '', digits] = /^([a-z0-9._-]{0,252}[a-z_-][a-z0-9._-]{0,252}):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (host !== '' && port >= 1 && port <= 65535) namedPeers.set(text.toLowerCase(), { host, port });
}

function readRanges(text: string): FileRange[] {
  const ranges: FileRange[] = [];
  for (const part of text.split(',')) {
    if (ranges.length >= MAGNET_ENTRIES_MAX) break;
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part);
    if (match === null) continue;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (first <= last && last <= FILE_INDEX_MAX) ranges.push({ first, last });
  }
  return ranges;
}

/** Percent-encoded UTF-8, with "+" for a space; undefined when it is not that. */
function decodeText(text: string): string | undefined {
  const bytes = percentDecode(toAscii(text).replaceAll('+', ' '));
  return bytes === undefined ? undefined : decodeUtf8(bytes);
}

function encodeText(text: string): string {
  return percentEncode(encodeUtf8(text));
}

/** Some write names as they are, without encoding them. */
function toAscii(text: string): string {
  return text.replace(/[^\0-\x7f]+/g, encodeText);
}
