/**
 * Node ids bound to addresses (BEP 42): who owns few addresses can choose few ids, and cannot surround a torrent. The
 * first 21 bits of an id are those of a checksum over its owner's address and a number of three bits, which the last
 * byte tells. Addresses of local networks are exempt.
 */
import { parseIp } from '../address.ts';
import { crc32c } from '../crc32c.ts';
import type { Random } from '../ports.ts';
import { isLocal } from './address-scope.ts';
import { drawNodeId, ID_LENGTH } from './node-id.ts';

const IPV4_MASK = [0x03, 0x0f, 0x3f, 0xff];
const IPV6_MASK = [0x01, 0x03, 0x07, 0x0f, 0x1f, 0x3f, 0x7f, 0xff];

/** The checksum for an address of 4 or 16 bytes; only the lowest three bits of `rand` count. */
export function addressChecksum(ip: Uint8Array, rand: number): number {
  const mask = ip.length === 4 ? IPV4_MASK : IPV6_MASK;
  const bytes = Uint8Array.from(mask, (bits, index) => (ip[index] as number) & bits);
  bytes[0] = (bytes[0] as number) | ((rand & 7) << 5);
  return crc32c(bytes);
}

/** Whether a node at `host` may have this id. */
export function isSecureId(id: Uint8Array, host: string): boolean {
  if (isLocal(host)) return true;
  const ip = parseIp(host);
  if (ip === undefined) return false;
  const prefix = ((id[0] as number) << 16) | ((id[1] as number) << 8) | (id[2] as number);
  const rand = id[ID_LENGTH - 1] as number;
  return prefix >>> 3 === addressChecksum(ip, rand) >>> 11;
}

/** An id for a node that the world sees at `host`; anything goes where the address is local, or no address. */
export function deriveNodeId(host: string | undefined, random: Random): Uint8Array {
  const id = drawNodeId(random);
  const ip = host === undefined || isLocal(host) ? undefined : parseIp(host);
  if (ip === undefined) return id;
  const checksum = addressChecksum(ip, id[ID_LENGTH - 1] as number);
  id[0] = checksum >>> 24;
  id[1] = checksum >>> 16;
  id[2] = ((checksum >>> 8) & 0xf8) | ((id[2] as number) & 7);
  return id;
}
