/**
 * What a client sends to a UDP tracker (BEP 15), with the options of BEP 41. Both directions of the codec. Longer
 * packets than needed are accepted, shorter ones are failures.
 */
import { concatBytes, fromLatin1, toLatin1 } from '../bytes.ts';
import { failure, type Result, success } from '../result.ts';
import { type AnnounceRequest, ID_BYTES } from './announce.ts';
import { readUint64, viewOf, writeUint64 } from './wide-integers.ts';

export const UdpAction = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;

/** Takes the place of the connection id in a connect request. */
export const UDP_PROTOCOL_ID = 0x41727101980n;

/** More info-hashes than this in one scrape are ignored; the answer must fit into one datagram. */
export const UDP_SCRAPE_HASHES_MAX = 74;

export type UdpRequest =
  | { readonly kind: 'connect'; readonly transaction: number }
  | {
      readonly kind: 'announce';
      readonly transaction: number;
      readonly connectionId: bigint;
      readonly announce: AnnounceRequest;
      /** Path and query of the tracker's URL (BEP 41), one byte per character; empty when not sent. */
      readonly urlData: string;
    }
  | {
      readonly kind: 'scrape';
      readonly transaction: number;
      readonly connectionId: bigint;
      readonly infoHashes: readonly Uint8Array[];
    };

const HEADER_BYTES = 16;
const ANNOUNCE_BYTES = 98;

/** In the order of their numbers on the wire. */
const EVENTS = ['none', 'completed', 'started', 'stopped'] as const;

export function encodeUdpRequest(request: UdpRequest): Uint8Array {
  switch (request.kind) {
    case 'connect':
      return header(HEADER_BYTES, UDP_PROTOCOL_ID, UdpAction.connect, request.transaction);
    case 'scrape': {
      const head = header(HEADER_BYTES, request.connectionId, UdpAction.scrape, request.transaction);
      return concatBytes(head, ...request.infoHashes);
    }
    case 'announce': {
      const bytes = header(ANNOUNCE_BYTES, request.connectionId, UdpAction.announce, request.transaction);
      const view = viewOf(bytes);
      const { announce } = request;
      bytes.set(announce.infoHash, 16);
      bytes.set(announce.peerId, 36);
      writeUint64(view, 56, announce.downloaded);
      writeUint64(view, 64, announce.left);
      writeUint64(view, 72, announce.uploaded);
      view.setUint32(80, EVENTS.indexOf(announce.event));
      // Byte 84 holds an IPv4 address to be used instead of the sender's; 0 leaves it to the tracker.
      view.setUint32(88, announce.key);
      view.setInt32(92, announce.numwant);
      view.setUint16(96, announce.port);
      return request.urlData === '' ? bytes : concatBytes(bytes, encodeUrlData(request.urlData));
    }
  }
}

/** What a client asks. A connect request must carry the protocol id; other connection ids are for the tracker to judge. */
export function decodeUdpRequest(bytes: Uint8Array): Result<UdpRequest> {
  if (bytes.length < HEADER_BYTES) return failure('request shorter than 16 bytes', bytes.length);
  const view = viewOf(bytes);
  const connectionId = view.getBigUint64(0);
  const action = view.getUint32(8);
  const transaction = view.getUint32(12);
  switch (action) {
    case UdpAction.connect:
      if (connectionId !== UDP_PROTOCOL_ID) return failure('connect request without the protocol id', 0);
      return success({ kind: 'connect', transaction });
    case UdpAction.announce:
      return decodeAnnounce(bytes, view, connectionId, transaction);
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
  view: DataView,
  connectionId: bigint,
  transaction: number,
): Result<UdpRequest> {
  if (bytes.length < ANNOUNCE_BYTES) return failure('announce shorter than 98 bytes', bytes.length);
  const announce: AnnounceRequest = {
    infoHash: bytes.slice(16, 36),
    peerId: bytes.slice(36, 56),
    downloaded: readUint64(view, 56),
    left: readUint64(view, 64),
    uploaded: readUint64(view, 72),
    // Numbers beyond these exist in the field (4 is "paused", BEP 21) and say nothing that a tracker must know.
    event: EVENTS[view.getUint32(80)] ?? 'none',
    key: view.getUint32(88),
    numwant: view.getInt32(92),
    port: view.getUint16(96),
  };
  return success({
    kind: 'announce',
    transaction,
    connectionId,
    announce,
    urlData: decodeUrlData(bytes.subarray(ANNOUNCE_BYTES)),
  });
}

function header(length: number, connectionId: bigint, action: number, transaction: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = viewOf(bytes);
  view.setBigUint64(0, connectionId);
  view.setUint32(8, action);
  view.setUint32(12, transaction);
  return bytes;
}

const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_URL_DATA = 2;
const OPTION_BYTES_MAX = 255;

/** BEP 41 options that carry `text`, in as many parts as its length asks for. No end marker: the packet ends. */
function encodeUrlData(text: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < text.length; start += OPTION_BYTES_MAX) {
    const data = fromLatin1(text.slice(start, start + OPTION_BYTES_MAX));
    parts.push(Uint8Array.of(OPTION_URL_DATA, data.length), data);
  }
  return concatBytes(...parts);
}

/** The URL data in the options behind an announce. Unknown options are skipped; a broken one ends the list. */
function decodeUrlData(options: Uint8Array): string {
  let text = '';
  let index = 0;
  while (index < options.length) {
    const type = options[index++] as number;
    if (type === OPTION_END) break;
    if (type === OPTION_NOP) continue;
    const length = options[index++];
    if (length === undefined || index + length > options.length) break;
    if (type === OPTION_URL_DATA) text += toLatin1(options.subarray(index, index + length));
    index += length;
  }
  return text;
}
