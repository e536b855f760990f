/**
 * What kind of address a node has, and which addresses count as one owner's. Attackers have many ids but few networks, so
 * limits go by network; hosts of one home, one machine or one simulation are told apart by their ports instead.
 */
import { formatAddress, formatIp, parseIp } from '../address.ts';
import type { Address } from '../ports.ts';

/** From what only the machine itself reaches to what everybody reaches; `none`: no host can have it. */
export type Scope = 'none' | 'loopback' | 'private' | 'global';

const ORDER: readonly Scope[] = ['none', 'loopback', 'private', 'global'];

export function scopeOf(host: string): Scope {
  const ip = parseIp(host);
  if (ip === undefined) return 'none';
  const first = ip[0] as number;
  const second = ip[1] as number;
  if (ip.length === 4) {
    if (first === 127) return 'loopback';
    if (first === 10 || (first === 192 && second === 168) || (first === 169 && second === 254))
      return 'private';
    if (first === 172 && second >= 16 && second < 32) return 'private';
    // "This network", multicast and what is reserved, the broadcast address included.
    return first === 0 || first >= 224 ? 'none' : 'global';
  }
  if (ip.every((byte, index) => byte === (index === 15 ? 1 : 0))) return 'loopback';
  if ((first & 0xfe) === 0xfc || (first === 0xfe && (second & 0xc0) === 0x80)) return 'private';
  return first === 0 || first === 0xff ? 'none' : 'global';
}

/** Addresses that BEP 42 exempts: nobody outside can say what they are. */
export function isLocal(host: string): boolean {
  const scope = scopeOf(host);
  return scope === 'loopback' || scope === 'private';
}

/** Whether a packet may be sent there at all. */
export function isUsable({ host, port }: Address): boolean {
  return port >= 1 && port <= 65535 && scopeOf(host) !== 'none';
}

/**
 * Whether `named` is to be believed when the node at `by` names it. Somebody on the internet who names an address of our
 * home or our machine wants us to send packets there.
 */
export function mayName(by: string, named: Address): boolean {
  return isUsable(named) && ORDER.indexOf(scopeOf(named.host)) >= ORDER.indexOf(scopeOf(by));
}

/** One owner: an IPv4 address, an IPv6 network of 64 bits; for a local address, the socket. */
export function ownerOf(address: Address): string {
  if (isLocal(address.host)) return formatAddress(address);
  const ip = parseIp(address.host);
  return ip?.length === 16 ? formatIp(masked(ip, 8)) : address.host;
}

/** The network that counts as one: 24 bits of IPv4, 64 bits of IPv6; for a local address, the socket. */
export function subnetOf(address: Address): string {
  if (isLocal(address.host)) return formatAddress(address);
  const ip = parseIp(address.host);
  return ip === undefined ? address.host : formatIp(masked(ip, ip.length === 4 ? 3 : 8));
}

export function isIpv6(host: string): boolean {
  return host.includes(':');
}

function masked(ip: Uint8Array, bytes: number): Uint8Array {
  return ip.map((byte, index) => (index < bytes ? byte : 0));
}
