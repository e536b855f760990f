/**
 * Transport addresses: textual form, keys, and the compact form of BEP 23 (IPv4, 6 bytes) and BEP 7 (IPv6, 18 bytes).
 * Hosts are canonical textual IP addresses; names are resolved by ports, never here.
 */
import type { Address } from './ports.ts';

const DOT = 46;
const ZERO = 48;

/** "10.0.0.7:6881" or "[::1]:6881": unique per address, usable as a map key. */
export function formatAddress(address: Address): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** Whether both are the same host, written alike, and the same port. */
export function equalAddresses(a: Address, b: Address): boolean {
  return a.port === b.port && a.host === b.host;
}

/** Parses what `formatAddress` writes; undefined for anything else, for names, and for ports outside 1..65535. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  if (port < 1 || port > 65535) return undefined;
  const bytes = match[1] !== undefined ? parseIpv6(match[1]) : parseIpv4(match[2] ?? '');
  return bytes === undefined ? undefined : { host: formatIp(bytes), port };
}

/** The 4 or 16 bytes of a textual IP address, or undefined when it is not one. */
export function parseIp(host: string): Uint8Array | undefined {
  return host.includes(':') ? parseIpv6(host) : parseIpv4(host);
}

/** The canonical text of 4 or 16 address bytes (IPv6 as RFC 5952 has it). */
export function formatIp(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : formatIpv6(bytes);
}

/** Address bytes followed by the port in network order: 6 bytes for IPv4, 18 for IPv6. */
export function encodeCompactAddress(address: Address): Uint8Array | undefined {
  const ip = parseIp(address.host);
  if (ip === undefined) return undefined;
  const bytes = new Uint8Array(ip.length + 2);
  bytes.set(ip);
  bytes[ip.length] = address.port >> 8;
  bytes[ip.length + 1] = address.port & 0xff;
  return bytes;
}

/**
 * The addresses in a compact list whose entries hold `ipLength` (4 or 16) address bytes and a port. A tail shorter
 * than an entry is ignored, as are entries with port 0.
 */
export function decodeCompactAddresses(bytes: Uint8Array, ipLength: 4 | 16): Address[] {
  const addresses: Address[] = [];
  const entryLength = ipLength + 2;
  for (let offset = 0; offset + entryLength <= bytes.length; offset += entryLength) {
    const port = ((bytes[offset + ipLength] as number) << 8) | (bytes[offset + ipLength + 1] as number);
    if (port !== 0) addresses.push({ host: formatIp(bytes.subarray(offset, offset + ipLength)), port });
  }
  return addresses;
}

function parseIpv4(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(4);
  let dots = 0;
  let part = -1;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === DOT && part >= 0 && dots < 3) {
      bytes[dots++] = part;
      part = -1;
      continue;
    }
    const digit = code - ZERO;
    // "010" is eight to some and ten to others: only the form without leading zeros is an address.
    if (digit < 0 || digit > 9 || part === 0) return undefined;
    part = part < 0 ? digit : part * 10 + digit;
    if (part > 255) return undefined;
  }
  if (dots !== 3 || part < 0) return undefined;
  bytes[3] = part;
  return bytes;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseIpv6Groups(halves[0] as string);
  const tail = halves.length === 2 ? parseIpv6Groups(halves[1] as string) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(halves.length === 2 ? missing : 0).fill(0), ...tail];
  const bytes = new Uint8Array(16);
  groups.forEach((group, index) => {
    bytes[index * 2] = group >> 8;
    bytes[index * 2 + 1] = group & 0xff;
  });
  return bytes;
}

function parseIpv6Groups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] as string;
    if (index === parts.length - 1 && part.includes('.')) {
      const embedded = parseIpv4(part);
      if (embedded === undefined) return undefined;
      groups.push(((embedded[0] as number) << 8) | (embedded[1] as number));
      groups.push(((embedded[2] as number) << 8) | (embedded[3] as number));
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups.length <= 8 ? groups : undefined;
}

function formatIpv6(bytes: Uint8Array): string {
  const groups: number[] = [];
  for (let index = 0; index < 16; index += 2) {
    groups.push(((bytes[index] as number) << 8) | (bytes[index + 1] as number));
  }
  let best = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > bestLength) {
      best = start;
      bestLength = length;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (best < 0) return hex.join(':');
  return `${hex.slice(0, best).join(':')}::${hex.slice(best + bestLength).join(':')}`;
}
