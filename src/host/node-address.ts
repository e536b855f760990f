/** Addresses as node tells them, in the engine's canonical form: IPv4-mapped IPv6 becomes IPv4, no zone identifiers. */

import { formatIp, parseIp } from '../core/address.ts';
import type { Address } from '../core/ports.ts';

export function canonicalAddress(host: string | undefined, port: number | undefined): Address {
  const bare = (host ?? '').replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  const ip = parseIp(bare);
  return { host: ip === undefined ? bare : formatIp(ip), port: port ?? 0 };
}

/** True for an address that a socket can be asked for: a literal IP and a port in 1..65535. */
export function isDialable(address: Address): boolean {
  return (
    Number.isInteger(address.port) &&
    address.port >= 1 &&
    address.port <= 65_535 &&
    parseIp(address.host) !== undefined
  );
}

/** The code of a system error ("ECONNRESET"), or its message when it has none. */
export function errorCode(error: unknown): string {
  if (error instanceof Error) return (error as NodeJS.ErrnoException).code ?? error.message;
  return String(error);
}
