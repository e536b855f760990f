/**
 * The canonical priority of a pair of peers (BEP 40): both ends compute the same number, so that swarms larger than a
 * peer's places hang together at random whoever does the dialling. A greater number is to be preferred.
 */
import { parseIp } from './address.ts';
import { compareBytes, concatBytes } from './bytes.ts';
import { crc32c } from './crc32c.ts';
import type { Address } from './ports.ts';

/** Undefined when the two are of different families, or one is no IP address. An unsigned 32-bit number. */
export function peerPriority(one: Address, other: Address): number | undefined {
  const a = parseIp(one.host);
  const b = parseIp(other.host);
  if (a === undefined || b === undefined || a.length !== b.length) return undefined;
  if (compareBytes(a, b) === 0) return crc32c(sorted(portBytes(one.port), portBytes(other.port)));
  const mask = a.length === 4 ? ipv4Mask(a, b) : ipv6Mask(a, b);
  return crc32c(sorted(masked(a, mask), masked(b, mask)));
}

/** Hosts of one network are told apart by more of their addresses. */
function ipv4Mask(a: Uint8Array, b: Uint8Array): readonly number[] {
  const shared = sharedBytes(a, b);
  if (shared < 2) return [0xff, 0xff, 0x55, 0x55];
  return shared < 3 ? [0xff, 0xff, 0xff, 0x55] : [0xff, 0xff, 0xff, 0xff];
}

function ipv6Mask(a: Uint8Array, b: Uint8Array): readonly number[] {
  const whole = Math.max(6, sharedBytes(a, b) + 1);
  return Array.from({ length: 16 }, (_, index) => (index < whole ? 0xff : 0x55));
}

function sharedBytes(a: Uint8Array, b: Uint8Array): number {
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  return shared;
}

function masked(ip: Uint8Array, mask: readonly number[]): Uint8Array {
  return ip.map((byte, index) => byte & (mask[index] as number));
}

function portBytes(port: number): Uint8Array {
  return Uint8Array.of(port >> 8, port & 0xff);
}

function sorted(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compareBytes(a, b) <= 0 ? concatBytes(a, b) : concatBytes(b, a);
}
