/** The magnet link of a torrent that we have (BEP 9): what a peer needs to fetch the rest from other peers. */
import { formatMagnetLink } from './magnet.ts';
import type { Metainfo } from './metainfo.ts';

/** `magnet:?xt=urn:btih:<40 hex digits>&dn=<name>&tr=<tracker>…&ws=<web seed>…`, all trackers in order of their tiers. */
export function magnetLink({ infoHash, name, trackers, webSeeds }: Metainfo): string {
  return formatMagnetLink({ infoHash, name, trackers: trackers.flat(), webSeeds });
}
