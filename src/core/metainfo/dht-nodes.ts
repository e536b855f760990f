/** The nodes of the DHT that a torrent file names (BEP 5, "nodes"): what is no host and port is passed over. */
import { type BencodeDict, isList } from '../bencode/index.ts';
import { decodeUtf8 } from '../bytes.ts';
import type { NamedNode } from './metainfo.ts';

/** More than these are not looked at. */
export const DHT_NODES_MAX = 32;
/** A name in the DNS is no longer. */
const HOST_LENGTH_MAX = 253;

export function readDhtNodes(root: BencodeDict): NamedNode[] {
  const nodes: NamedNode[] = [];
  for (const entry of (root.getList('nodes') ?? []).slice(0, DHT_NODES_MAX)) {
    if (!isList(entry)) continue;
    const [host, port] = entry;
    if (!(host instanceof Uint8Array) || typeof port !== 'number' || port < 1 || port > 65535) continue;
    const text = host.length <= HOST_LENGTH_MAX ? decodeUtf8(host) : '';
    if (/^[A-Za-z0-9._:-]+$/.test(text)) nodes.push({ host: text, port });
  }
  return nodes;
}
