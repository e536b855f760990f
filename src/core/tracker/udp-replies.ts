/**
 * What a UDP tracker answers (BEP 15). Both directions of the codec. Longer packets than needed are accepted, shorter
 * ones are failures; a tail that is no whole peer is ignored.
 */
import { decodeCompactAddresses, encodeCompactAddress } from '../address.ts';
import { concatBytes, encodeUtf8 } from '../bytes.ts';
import type { Address } from '../ports.ts';
import { failure, type Result, success } from '../result.ts';
import { displayText, PEERS_PER_ANSWER_MAX, type ScrapeCounts } from './announce.ts';
import { UdpAction } from './udp-requests.ts';
import { readInt32, readUint32, readWide64, type Wide, writeUint32, writeWide64 } from './wide-integers.ts';

export type UdpReply =
  | { readonly kind: 'connect'; readonly transaction: number; readonly connectionId: Wide }
  | {
      readonly kind: 'announce';
      readonly transaction: number;
      readonly intervalSeconds: number;
      readonly incomplete: number;
      readonly complete: number;
      /** All of the family of the packet that carries them. */
      readonly peers: readonly Address[];
    }
  | { readonly kind: 'scrape'; readonly transaction: number; readonly counts: readonly ScrapeCounts[] }
  | { readonly kind: 'error'; readonly transaction: number; readonly message: string };

/** `used`: a packet that nobody needs any more; a reply to a connect, or one without a peer, is written into it if it fits. */
export function encodeUdpReply(reply: UdpReply, used?: Uint8Array): Uint8Array {
  switch (reply.kind) {
    case 'connect': {
      const bytes = header(16, UdpAction.connect, reply.transaction, used);
      writeWide64(bytes, 8, reply.connectionId);
      return bytes;
    }
    case 'announce': {
      const head = header(20, UdpAction.announce, reply.transaction, used);
      writeUint32(head, 8, reply.intervalSeconds);
      writeUint32(head, 12, reply.incomplete);
      writeUint32(head, 16, reply.complete);
      if (reply.peers.length === 0) return head;
      const peers = reply.peers.map(encodeCompactAddress).filter((peer) => peer !== undefined);
      return concatBytes(head, ...peers);
    }
    case 'scrape': {
      const bytes = header(8 + 12 * reply.counts.length, UdpAction.scrape, reply.transaction);
      reply.counts.forEach((counts, index) => {
        writeUint32(bytes, 8 + index * 12, counts.complete);
        writeUint32(bytes, 12 + index * 12, counts.downloaded);
        writeUint32(bytes, 16 + index * 12, counts.incomplete);
      });
      return bytes;
    }
    case 'error':
      return concatBytes(header(8, UdpAction.error, reply.transaction), encodeUtf8(reply.message));
  }
}

/** `ipLength` is 4 or 16 as the packet came over IPv4 or IPv6: nothing in it says so. */
export function decodeUdpReply(bytes: Uint8Array, ipLength: 4 | 16): Result<UdpReply> {
  if (bytes.length < 8) return failure('reply shorter than 8 bytes', bytes.length);
  const action = readUint32(bytes, 0);
  const transaction = readUint32(bytes, 4);
  switch (action) {
    case UdpAction.connect:
      if (bytes.length < 16) return failure('connect reply shorter than 16 bytes', bytes.length);
      return success({ kind: 'connect', transaction, connectionId: readWide64(bytes, 8) });
    case UdpAction.announce: {
      if (bytes.length < 20) return failure('announce reply shorter than 20 bytes', bytes.length);
      const end = Math.min(bytes.length, 20 + PEERS_PER_ANSWER_MAX * (ipLength + 2));
      return success({
        kind: 'announce',
        transaction,
        intervalSeconds: readInt32(bytes, 8),
        incomplete: readUint32(bytes, 12),
        complete: readUint32(bytes, 16),
        peers: end === 20 ? [] : decodeCompactAddresses(bytes.subarray(20, end), ipLength),
      });
    }
    case UdpAction.scrape: {
      const counts: ScrapeCounts[] = [];
      for (let start = 8; start + 12 <= bytes.length; start += 12) {
        counts.push({
          complete: readUint32(bytes, start),
          downloaded: readUint32(bytes, start + 4),
          incomplete: readUint32(bytes, start + 8),
        });
      }
      return success({ kind: 'scrape', transaction, counts });
    }
    case UdpAction.error:
      return success({ kind: 'error', transaction, message: displayText(bytes.subarray(8)) });
    default:
      return failure(`unknown action ${action}`, 0);
  }
}

function header(length: number, action: number, transaction: number, used?: Uint8Array): Uint8Array {
  const bytes = used?.length === length ? used : new Uint8Array(length);
  writeUint32(bytes, 0, action);
  writeUint32(bytes, 4, transaction);
  return bytes;
}
