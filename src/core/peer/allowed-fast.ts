/** The allowed-fast set of BEP 6: pieces that a peer may fetch while choked, derived from its address and the torrent. */
import { parseIp } from '../address.ts';
import { concatBytes } from '../bytes.ts';
import type { Hasher } from '../ports.ts';
import type { PeerConnection } from './peer-connection.ts';

/** Size of the set (BEP 6 suggests 10). */
export const ALLOWED_FAST_COUNT = 10;

/**
 * The first `count` pieces of the set for the peer at `host`. IPv4 only, as in the BEP; empty for IPv6 and for torrents
 * with no more pieces than that, where the set would be everything.
 */
export function allowedFastSet(
  host: string,
  infoHash: Uint8Array,
  pieceCount: number,
  hasher: Hasher,
  count: number = ALLOWED_FAST_COUNT,
): number[] {
  const ip = parseIp(host);
  if (ip === undefined || ip.length !== 4 || pieceCount <= count) return [];
  const network = Uint8Array.of(ip[0] as number, ip[1] as number, ip[2] as number, 0);
  const set: number[] = [];
  let hash = concatBytes(network, infoHash);
  while (set.length < count) {
    hash = hasher.sha1(hash);
    for (let offset = 0; offset < 20 && set.length < count; offset += 4) {
      const word = new DataView(hash.buffer, hash.byteOffset + offset, 4).getUint32(0);
      const piece = word % pieceCount;
      if (!set.includes(piece)) set.push(piece);
    }
  }
  return set;
}

/** Tells a new connection which pieces it may fetch while we choke it: a few for a start. */
export function grantAllowedFast(
  connection: PeerConnection,
  infoHash: Uint8Array,
  pieceCount: number,
  hasher: Hasher,
  count: number,
): void {
  if (!connection.fast || count === 0) return;
  for (const piece of allowedFastSet(connection.address.host, infoHash, pieceCount, hasher, count)) {
    connection.grantFast(piece);
  }
}
