/**
 * The datagrams of local discovery (BEP 14): a search in the form of an HTTP request that nobody answers. Invariant: what
 * does not have exactly that form is a failure, and a datagram yields no more info-hashes than fit into one.
 */
import { formatAddress } from '../address.ts';
import { fromHex, fromLatin1, toHex, toLatin1 } from '../bytes.ts';
import type { Address } from '../ports.ts';
import { failure, type Result, success } from '../result.ts';

export const LOCAL_DISCOVERY_IPV4: Address = { host: '239.192.152.143', port: 6771 };
export const LOCAL_DISCOVERY_IPV6: Address = { host: 'ff15::efc0:988f', port: 6771 };

/** Longest datagram in bytes, so that none is ever cut into fragments. */
export const LOCAL_BYTES_MAX = 1400;
/** Info-hashes that fit into one. */
export const LOCAL_HASHES_MAX = 20;

export interface LocalSearch {
  /** Where the searcher accepts connections, on the host that the datagram came from. */
  readonly port: number;
  /** 20 bytes each. */
  readonly infoHashes: readonly Uint8Array[];
  /** By which a searcher knows its own datagrams. */
  readonly cookie: string | undefined;
}

const FIRST_LINE = 'BT-SEARCH * HTTP/1.1';
const COOKIE_LENGTH_MAX = 64;

/** `group`: where it is to be sent. */
export function encodeLocalSearch(search: LocalSearch, group: Address): Uint8Array {
  const lines = [FIRST_LINE, `Host: ${formatAddress(group)}`, `Port: ${search.port}`];
  for (const infoHash of search.infoHashes.slice(0, LOCAL_HASHES_MAX)) {
    lines.push(`Infohash: ${toHex(infoHash)}`);
  }
  if (search.cookie !== undefined) lines.push(`cookie: ${search.cookie}`);
  return fromLatin1(`${lines.join('\r\n')}\r\n\r\n\r\n`);
}

export function decodeLocalSearch(bytes: Uint8Array): Result<LocalSearch> {
  if (bytes.length > LOCAL_BYTES_MAX) return failure(`longer than ${LOCAL_BYTES_MAX} bytes`, LOCAL_BYTES_MAX);
  const [first, ...lines] = toLatin1(bytes).split('\r\n');
  if (first !== FIRST_LINE) return failure('no search for peers', 0);
  let port: number | undefined;
  let cookie: string | undefined;
  const infoHashes: Uint8Array[] = [];
  for (const line of lines) {
    if (line === '') break;
    const match = /^([A-Za-z-]+):[ \t]*([\x21-\x7e]*)[ \t]*$/.exec(line);
    if (match === null) return failure('a line that is no header');
    const [, name = '', value = ''] = match;
    switch (name.toLowerCase()) {
      case 'port':
        if (port !== undefined || !/^\d{1,5}$/.test(value)) return failure('no usable port');
        port = Number(value);
        break;
      case 'infohash': {
        const infoHash = value.length === 40 ? fromHex(value) : undefined;
        if (infoHash !== undefined && infoHashes.length < LOCAL_HASHES_MAX) infoHashes.push(infoHash);
        break;
      }
      case 'cookie':
        cookie ??= value.slice(0, COOKIE_LENGTH_MAX);
        break;
    }
  }
  if (port === undefined || port < 1 || port > 65535) return failure('no usable port');
  return infoHashes.length === 0 ? failure('no info-hash') : success({ port, infoHashes, cookie });
}
