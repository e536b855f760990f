/** The torrent makers that people use: mktorrent and transmission-create. */
import { runToEnd } from '../processes.ts';
import { program } from './client.ts';

const TOOL_DEADLINE_MS = 30_000;

export type TorrentMaker = 'mktorrent' | 'transmission-create';

export const MKTORRENT = program('mktorrent', 'mktorrent');
export const TRANSMISSION_CREATE = program('transmission-create', 'transmission-cli');

/** Makes a torrent file of `folder`, without trackers, with pieces of 256 KiB. */
export async function makeTorrent(maker: TorrentMaker, folder: string, torrentFile: string): Promise<void> {
  const args =
    maker === 'mktorrent'
      ? ['-l', '18', '-o', torrentFile, folder]
      : ['-s', '256', '-o', torrentFile, folder];
  await runToEnd(maker, args, TOOL_DEADLINE_MS);
}
