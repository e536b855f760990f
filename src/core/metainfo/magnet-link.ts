/** Writes the magnet link of a torrent (BEP 9): what a peer needs to fetch the rest from other peers. */
import { toHex } from '../bytes.ts';
import type { Metainfo } from './metainfo.ts';

/** `magnet:?xt=urn:btih:<40 hex digits>&dn=<name>&tr=<tracker>…&ws=<web seed>…`, all trackers in order of their tiers. */
export function magnetLink(metainfo: Metainfo): string {
  const parts = [`xt=urn:btih:${toHex(metainfo.infoHash)}`, `dn=${encodeURIComponent(metainfo.name)}`];
  for (const url of metainfo.trackers.flat()) parts.push(`tr=${encodeURIComponent(url)}`);
  for (const url of metainfo.webSeeds) parts.push(`ws=${encodeURIComponent(url)}`);
  return `magnet:?${parts.join('&')}`;
}
