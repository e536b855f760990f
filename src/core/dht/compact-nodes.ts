/** Compact node info (BEP 5, BEP 32): 20 bytes of id, then 6 or 18 bytes of address and port. */
import { decodeCompactAddresses, encodeCompactAddress } from '../address.ts';
import type { Address } from '../ports.ts';
import { ID_LENGTH } from './node-id.ts';

export interface NodeContact {
  /** 20 bytes. */
  readonly id: Uint8Array;
  readonly address: Address;
}

/** Nodes whose address is of the other family are left out. */
export function encodeNodes(nodes: readonly NodeContact[], ipLength: 4 | 16): Uint8Array {
  const entryLength = ID_LENGTH + ipLength + 2;
  const bytes = new Uint8Array(nodes.length * entryLength);
  let length = 0;
  for (const { id, address } of nodes) {
    const compact = encodeCompactAddress(address);
    if (compact?.length !== ipLength + 2) continue;
    bytes.set(id, length);
    bytes.set(compact, length + ID_LENGTH);
    length += entryLength;
  }
  return bytes.subarray(0, length);
}

/**
 * The nodes of a list, at most `max`; undefined when its length is not a whole number of entries. Entries with port 0 are
 * left out. Ids are copies.
 */
export function decodeNodes(bytes: Uint8Array, ipLength: 4 | 16, max: number): NodeContact[] | undefined {
  const entryLength = ID_LENGTH + ipLength + 2;
  if (bytes.length % entryLength !== 0) return undefined;
  const nodes: NodeContact[] = [];
  for (let offset = 0; offset < bytes.length && nodes.length < max; offset += entryLength) {
    const [address] = decodeCompactAddresses(
      bytes.subarray(offset + ID_LENGTH, offset + entryLength),
      ipLength,
    );
    if (address !== undefined) nodes.push({ id: bytes.slice(offset, offset + ID_LENGTH), address });
  }
  return nodes;
}
