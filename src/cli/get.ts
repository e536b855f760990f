/** `swarmlab get`: downloads torrents, each by its file, a URL of that, or a magnet link, and ends. */
import { resolve } from 'node:path';
import { formatAddress } from '../core/address.ts';
import type { Metainfo } from '../core/metainfo/index.ts';
import {
  type ClientArguments,
  type ClientSettings,
  checkClientArguments,
  checkPrivacy,
} from './client-arguments.ts';
import { knowsDhtNodes } from './dht-of-client.ts';
import { Download, infoHashOf } from './download.ts';
import { type FileWishes, filePriorities } from './download-target.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { prepareOutput } from './run-folder.ts';
import { readTorrentSource } from './torrent-source.ts';
import { eachOf, refuseTwice, transferTogether } from './transfers.ts';

export interface GetArguments extends ClientArguments, FileWishes {
  readonly out: string;
  readonly saveTorrent?: string;
  readonly sequential?: boolean;
  readonly json?: boolean;
}

/** `torrents`: paths or URLs of torrent files, or magnet links. Nothing begins unless all of them can be read. */
export async function get(torrents: readonly string[], args: GetArguments): Promise<ExitCode> {
  const terminal = new Terminal(process.stderr, process.env);
  refuseForSeveral(torrents, args);
  const settings = await checkClientArguments(args);
  const wishes = { ...args, isPassedOver: torrents.length > 1 };
  const sources = await eachOf(torrents, async (said) => {
    const source = await readTorrentSource(said, settings.host);
    if (source.kind === 'file') {
      checkPeers(said, source.metainfo, settings);
      filePriorities(source.metainfo, wishes);
    }
    return { said, source };
  });
  refuseTwice(sources.map(({ said, source }) => ({ said, infoHash: infoHashOf(source) })));
  const folder = resolve(args.out);
  prepareOutput(folder);
  const places = new Map<string, Download>();
  return await transferTogether(settings, terminal, (surroundings) => {
    if (settings.verbose) terminal.print(`listening on ${formatAddress(surroundings.address)}`);
    return sources.map(({ source }) => new Download(source, { ...wishes, folder }, surroundings, places));
  });
}

/** Numbers of files, and the place of a torrent file, are about one torrent. */
function refuseForSeveral(torrents: readonly string[], { files, saveTorrent }: GetArguments): void {
  const option = files !== undefined ? '--files' : saveTorrent !== undefined ? '--save-torrent' : undefined;
  if (torrents.length < 2 || option === undefined) return;
  const hint =
    option === '--files'
      ? "name files by their names with --priority, such as '*.nfo=0', or fetch one torrent at a time"
      : 'fetch one torrent at a time';
  throw new CommandError(`${option} goes with one torrent only\n  ${hint}`, ExitCode.usage);
}

/** Somebody has to be there to ask. */
function checkPeers(from: string, metainfo: Metainfo, settings: ClientSettings): void {
  checkPrivacy(metainfo, settings);
  if (metainfo.trackers.length > 0 || settings.peers.length > 0) return;
  const { isPrivate, dhtNodes } = metainfo;
  const hasDht = settings.dht !== undefined && (dhtNodes.length > 0 || knowsDhtNodes(settings));
  if (!isPrivate && (settings.localDiscovery || hasDht)) return;
  const hint = isPrivate
    ? 'it is private, so nobody else may be asked'
    : 'name a peer with --peer host:port, or a node of the DHT with --dht-bootstrap host:port';
  throw new CommandError(`${from} names no tracker, so there is nobody to ask\n  ${hint}`, ExitCode.usage);
}
