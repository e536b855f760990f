/** Torrent files for programs. */
import { VERSION } from '../cli/version.ts';
import { makeTorrent, sourceContent } from '../client/create-torrent.ts';
import { torrentInfo } from '../client/torrent-info.ts';
import type { CreatedTorrent, CreateTorrentOptions } from '../client/torrent-types.ts';

/**
 * Hashes what is at `path`, a file or a folder, and makes its torrent file; nothing is written. Rejects with
 * `SwarmlabError` when an option is wrong, or when a file cannot be read or changes meanwhile; with the reason of the signal
 * when it was ended early.
 */
export async function createTorrent(
  path: string,
  options: CreateTorrentOptions = {},
): Promise<CreatedTorrent> {
  const made = await makeTorrent(sourceContent(path), options, `swarmlab ${VERSION}`);
  if (made !== undefined) return { bytes: made.bytes, info: torrentInfo(made.metainfo, made.bytes) };
  throw options.signal?.reason;
}
