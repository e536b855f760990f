/**
 * The messages of peer exchange (BEP 11): who has come and who has gone, IPv4 and IPv6 apart, with a byte of flags for each
 * that has come. Invariant: an entry is whole or it is left out, and a message yields no more entries than are stated.
 */
import { decodeCompactAddresses, encodeCompactAddress } from '../address.ts';
import { type BencodeDict, decodeBencodeDict, encodeBencode } from '../bencode/index.ts';
import { concatBytes } from '../bytes.ts';
import type { Address } from '../ports.ts';
import { type Result, success } from '../result.ts';

/** What is known of a peer, as bits. */
export const PexFlag = { encryption: 1, seed: 2, utp: 4, holepunch: 8, reachable: 16 } as const;

export interface PexContact {
  readonly address: Address;
  readonly flags: number;
}

export interface PexMessage {
  readonly added: readonly PexContact[];
  readonly dropped: readonly Address[];
}

/** Entries of each kind that are taken from one message: BEP 11 has 50, libtorrent sends up to 100. */
export const PEX_ENTRIES_MAX = 100;

export function encodePexMessage({ added, dropped }: PexMessage): Uint8Array {
  const fields: Record<string, Uint8Array> = {};
  for (const [ipLength, suffix] of FAMILIES) {
    const contacts = added.flatMap(({ address, flags }) => {
      const compact = encodeCompactAddress(address);
      return compact?.length === ipLength + 2 ? [{ compact, flags }] : [];
    });
    fields[`added${suffix}`] = concatBytes(...contacts.map(({ compact }) => compact));
    fields[`added${suffix}.f`] = Uint8Array.from(contacts.map(({ flags }) => flags));
    const gone = dropped.flatMap((address) => {
      const compact = encodeCompactAddress(address);
      return compact?.length === ipLength + 2 ? [compact] : [];
    });
    fields[`dropped${suffix}`] = concatBytes(...gone);
  }
  return encodeBencode(fields);
}

export function decodePexMessage(body: Uint8Array): Result<PexMessage> {
  const decoded = decodeBencodeDict(body, { order: 'any', depthLimit: 8, tokenLimit: 256 });
  if (!decoded.ok) return decoded;
  const added: PexContact[] = [];
  const dropped: Address[] = [];
  for (const [ipLength, suffix] of FAMILIES) {
    const flags = decoded.value.getBytes(`added${suffix}.f`);
    entries(decoded.value, `added${suffix}`, ipLength).forEach((address, index) => {
      if (address !== undefined && added.length < PEX_ENTRIES_MAX) {
        added.push({ address, flags: flags?.[index] ?? 0 });
      }
    });
    for (const address of entries(decoded.value, `dropped${suffix}`, ipLength)) {
      if (address !== undefined && dropped.length < PEX_ENTRIES_MAX) dropped.push(address);
    }
  }
  return success({ added, dropped });
}

const FAMILIES = [
  [4, ''],
  [16, '6'],
] as const;

/** In their places, so that flags find their address; an entry with port 0 is undefined. */
function entries(fields: BencodeDict, key: string, ipLength: 4 | 16): (Address | undefined)[] {
  const bytes = fields.getBytes(key);
  const found: (Address | undefined)[] = [];
  if (bytes === undefined) return found;
  const entryLength = ipLength + 2;
  const end = Math.min(bytes.length, PEX_ENTRIES_MAX * entryLength);
  for (let start = 0; start + entryLength <= end; start += entryLength) {
    found.push(decodeCompactAddresses(bytes.subarray(start, start + entryLength), ipLength)[0]);
  }
  return found;
}
