/**
 * The content that a plan speaks of: its bytes (made from a seed, so that nothing is stored), and the torrent file that
 * describes them. It depends on names and sizes alone, never on the run's seed, so runs that differ only in the seed
 * share the same torrent.
 */

import { encodeTorrentFile, type Metainfo, parseTorrentFile } from '../../core/metainfo/index.ts';
import type { Hasher } from '../../core/ports.ts';
import { invariant } from '../../core/result.ts';
import { contentHashes, SimulatedContent } from '../../sim/content.ts';
import type { PlannedTorrent } from '../plan.ts';

const CONTENT_SEED = 1;

export interface PlannedContent {
  readonly metainfo: Metainfo;
  readonly content: SimulatedContent;
}

export function planContent(torrent: PlannedTorrent, hasher: Hasher): PlannedContent {
  const totalBytes = torrent.files.reduce((sum, file) => sum + file.lengthBytes, 0);
  const geometry = { pieceLengthBytes: torrent.pieceLengthBytes, totalBytes };
  const hashes = contentHashes(geometry, CONTENT_SEED, hasher);
  const bytes = encodeTorrentFile({
    name: torrent.name,
    files: torrent.files.map((file) => ({ path: file.path, length: file.lengthBytes })),
    pieceLength: torrent.pieceLengthBytes,
    pieceHashes: hashes,
    createdBy: 'swarmlab',
  });
  const parsed = parseTorrentFile(bytes, hasher);
  invariant(parsed.ok, `the planned torrent cannot be parsed: ${parsed.ok ? '' : parsed.error.message}`);
  return { metainfo: parsed.value, content: new SimulatedContent(0, geometry, CONTENT_SEED, hashes) };
}
