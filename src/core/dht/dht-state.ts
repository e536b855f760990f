/**
 * What a client keeps of the DHT between sessions: for each family of addresses the one at which the world saw it, and
 * nodes that answered. Not its id: two clients of one user may read the same file, and each needs an id of its own. A file may hold anything: what is not as it should be counts as absent, and nothing in it is
 * believed before it has answered.
 */
import { formatIp, parseIp } from '../address.ts';
import { type BencodeDict, decodeBencodeDict, type Encodable, encodeBencode } from '../bencode/index.ts';
import { isUsable } from './address-scope.ts';
import { decodeNodes, encodeNodes, type NodeContact } from './compact-nodes.ts';

const VERSION = 1;
/** A longer file is not looked at. */
export const STATE_BYTES_MAX = 65_536;
/** Nodes kept of each family. */
export const STATE_NODES_MAX = 200;

export interface DhtFamilyState {
  readonly host: string | undefined;
  readonly nodes: readonly NodeContact[];
}

export interface DhtState {
  readonly ipv4: DhtFamilyState | undefined;
  readonly ipv6: DhtFamilyState | undefined;
}

export function encodeDhtState({ ipv4, ipv6 }: DhtState): Uint8Array {
  return encodeBencode({
    version: VERSION,
    ipv4: ipv4 && familyFields(ipv4, 4),
    ipv6: ipv6 && familyFields(ipv6, 16),
  });
}

/** Total: what cannot be read is an empty state. */
export function decodeDhtState(bytes: Uint8Array): DhtState {
  const nothing = { ipv4: undefined, ipv6: undefined };
  if (bytes.length > STATE_BYTES_MAX) return nothing;
  const decoded = decodeBencodeDict(bytes, { depthLimit: 4, tokenLimit: 64 });
  if (!decoded.ok || decoded.value.getInteger('version') !== VERSION) return nothing;
  return {
    ipv4: toFamily(decoded.value.getDict('ipv4'), 4),
    ipv6: toFamily(decoded.value.getDict('ipv6'), 16),
  };
}

function familyFields({ host, nodes }: DhtFamilyState, ipLength: 4 | 16): Encodable {
  return {
    ip: host === undefined ? undefined : parseIp(host),
    nodes: encodeNodes(nodes.slice(0, STATE_NODES_MAX), ipLength),
  };
}

function toFamily(fields: BencodeDict | undefined, ipLength: 4 | 16): DhtFamilyState | undefined {
  if (fields === undefined) return undefined;
  const ip = fields.getBytes('ip', ipLength);
  const nodes = decodeNodes(fields.getBytes('nodes') ?? new Uint8Array(0), ipLength, STATE_NODES_MAX) ?? [];
  return {
    host: ip === undefined ? undefined : formatIp(ip),
    nodes: nodes.filter(({ address }) => isUsable(address)),
  };
}
