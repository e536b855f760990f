/**
 * What a client sends to a UDP tracker (BEP 15), with the options of BEP 41. Both directions of the codec. Longer
 * packets than needed are accepted, shorter ones are failures.
 */
import { concatBytes } from '../bytes.ts';
import { failure, type Result, success } from '../result.ts';
import { type AnnounceRequest, ID_BYTES } from './announce.ts';
import {
  equalWide,
  readInt32,
  readUint32,
  readUint64,
  readWide64,
  type Wide,
  writeUint32,
  writeUint64,
  writeWide64,
} from './wide-integers.ts';

export const UdpAction = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;

/** Takes the place of the connection id in a connect request. */
export const UDP_PROTOCOL_ID: Wide = { high: 0x417, low: 0x27101980 };

/** More info-hashes than this in one scrape are ignored; the answer must fit into one datagram. */
export const UDP_SCRAPE_HASHES_MAX = 74;

export type UdpRequest =
  | { readonly kind: 'connect'; readonly transaction: number }
  | {
      readonly kind: 'announce';
      readonly transaction: number;
      readonly connectionId: Wide;
      readonly announce: AnnounceRequest;
      /** Path and query of the tracker's URL (BEP 41), one byte per character; empty when not sent. */
      readonly urlData: string;
    }
  | {
      readonly kind: 'scrape';
      readonly transaction: number;
      readonly connectionId: Wide;
      readonly infoHashes: readonly Uint8Array[];
    };

const HEADER_BYTES = 16;
const ANNOUNCE_BYTES = 98;

/** In the order of their numbers on the wire. */
const EVENTS = ['none', 'completed', 'started', 'stopped'] as const;

/** `used`: a packet that nobody needs any more; a connect or an announce of its length is written into it. */
export function encodeUdpRequest(request: UdpRequest, used?: Uint8Array): Uint8Array {
  switch (request.kind) {
    case 'connect':
      return header(HEADER_BYTES, UDP_PROTOCOL_ID, UdpAction.connect, request.transaction, used);
    case 'scrape': {
      const head = header(HEADER_BYTES, request.connectionId, UdpAction.scrape, request.transaction);
      return concatBytes(head, ...request.infoHashes);
    }
    case 'announce': {
      const { announce, urlData } = request;
      const parts = Math.ceil(urlData.length / OPTION_BYTES_MAX);
      const length = ANNOUNCE_BYTES + 2 * parts + urlData.length;
      const bytes = header(length, request.connectionId, UdpAction.announce, request.transaction, used);
      writeId(bytes, 16, announce.infoHash);
      writeId(bytes, 36, announce.peerId);
      writeUint64(bytes, 56, announce.downloaded);
      writeUint64(bytes, 64, announce.left);
      writeUint64(bytes, 72, announce.uploaded);
      writeUint32(bytes, 80, EVENTS.indexOf(announce.event));
      // An IPv4 address to be used instead of the sender's; 0 leaves it to the tracker.
      writeUint32(bytes, 84, 0);
      writeUint32(bytes, 88, announce.key);
      writeUint32(bytes, 92, announce.numwant);
      bytes[96] = announce.port >> 8;
      bytes[97] = announce.port;
      writeUrlData(bytes, ANNOUNCE_BYTES, urlData);
      return bytes;
    }
  }
}

/**
 * What a client asks. A connect request must carry the protocol id; other connection ids are for the tracker to judge.
 * `lastHash`: an info-hash that an announce is likely to be about; if it is, the request has this very array.
 */
export function decodeUdpRequest(bytes: Uint8Array, lastHash?: Uint8Array): Result<UdpRequest> {
  if (bytes.length < HEADER_BYTES) return failure('request shorter than 16 bytes', bytes.length);
  const connectionId = readWide64(bytes, 0);
  const action = readUint32(bytes, 8);
  const transaction = readUint32(bytes, 12);
  switch (action) {
    case UdpAction.connect:
      if (!equalWide(connectionId, UDP_PROTOCOL_ID))
        return failure('connect request without the protocol id', 0);
      return success({ kind: 'connect', transaction });
    case UdpAction.announce:
      return decodeAnnounce(bytes, connectionId, transaction, lastHash);
    case UdpAction.scrape: {
      const infoHashes: Uint8Array[] = [];
      for (let start = HEADER_BYTES; start + ID_BYTES <= bytes.length; start += ID_BYTES) {
        if (infoHashes.length < UDP_SCRAPE_HASHES_MAX) infoHashes.push(bytes.slice(start, start + ID_BYTES));
      }
      if (infoHashes.length === 0) return failure('scrape without an info-hash', bytes.length);
      return success({ kind: 'scrape', transaction, connectionId, infoHashes });
    }
    default:
      return failure(`unknown action ${action}`, 8);
  }
}

function decodeAnnounce(
  bytes: Uint8Array,
  connectionId: Wide,
  transaction: number,
  lastHash: Uint8Array | undefined,
): Result<UdpRequest> {
  if (bytes.length < ANNOUNCE_BYTES) return failure('announce shorter than 98 bytes', bytes.length);
  const announce: AnnounceRequest = {
    infoHash: lastHash !== undefined && isIdAt(bytes, 16, lastHash) ? lastHash : readId(bytes, 16),
    peerId: readId(bytes, 36),
    downloaded: readUint64(bytes, 56),
    left: readUint64(bytes, 64),
    uploaded: readUint64(bytes, 72),
    // Numbers beyond these exist in the field (4 is "paused", BEP 21) and say nothing that a tracker must know.
    event: EVENTS[readUint32(bytes, 80)] ?? 'none',
    key: readUint32(bytes, 88),
    numwant: readInt32(bytes, 92),
    port: ((bytes[96] as number) << 8) | (bytes[97] as number),
  };
  return success({
    kind: 'announce',
    transaction,
    connectionId,
    announce,
    urlData: decodeUrlData(bytes, ANNOUNCE_BYTES),
  });
}

function header(
  length: number,
  connectionId: Wide,
  action: number,
  transaction: number,
  used?: Uint8Array,
): Uint8Array {
  const bytes = used?.length === length ? used : new Uint8Array(length);
  writeWide64(bytes, 0, connectionId);
  writeUint32(bytes, 8, action);
  writeUint32(bytes, 12, transaction);
  return bytes;
}

/** Twenty bytes: fewer than a call of the array's own methods is worth. */
function writeId(bytes: Uint8Array, offset: number, id: Uint8Array): void {
  for (let index = 0; index < ID_BYTES; index++) bytes[offset + index] = id[index] as number;
}

function isIdAt(bytes: Uint8Array, offset: number, id: Uint8Array): boolean {
  for (let index = 0; index < ID_BYTES; index++) if (bytes[offset + index] !== id[index]) return false;
  return true;
}

/** A copy. */
function readId(bytes: Uint8Array, offset: number): Uint8Array {
  const id = new Uint8Array(ID_BYTES);
  for (let index = 0; index < ID_BYTES; index++) id[index] = bytes[offset + index] as number;
  return id;
}

const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_URL_DATA = 2;
const OPTION_BYTES_MAX = 255;

/** BEP 41 options that carry `text`, in as many parts as its length asks for. No end marker: the packet ends. */
function writeUrlData(bytes: Uint8Array, offset: number, text: string): void {
  let place = offset;
  for (let start = 0; start < text.length; start += OPTION_BYTES_MAX) {
    const end = Math.min(text.length, start + OPTION_BYTES_MAX);
    bytes[place++] = OPTION_URL_DATA;
    bytes[place++] = end - start;
    for (let index = start; index < end; index++) bytes[place++] = text.charCodeAt(index);
  }
}

/** The URL data in the options that begin at `offset`, behind an announce. Unknown options are skipped; a broken one ends the list. */
function decodeUrlData(options: Uint8Array, offset: number): string {
  let text = '';
  let index = offset;
  while (index < options.length) {
    const type = options[index++] as number;
    if (type === OPTION_END) break;
    if (type === OPTION_NOP) continue;
    const length = options[index++];
    if (length === undefined || index + length > options.length) break;
    const end = index + length;
    if (type === OPTION_URL_DATA) {
      while (index < end) text += String.fromCharCode(options[index++] as number);
    }
    index = end;
  }
  return text;
}
