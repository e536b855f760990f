/**
 * `swarmlab get`: downloads a torrent, by its file, a URL of that, or a magnet link, and ends. Until every piece is verified the data is kept under a name that ends in
 * `.part`, so that nothing incomplete ever looks finished; a later `get` goes on from there. What is there already under
 * the final name is mended when some of it is the torrent's; when nothing is, it is somebody's own and not touched.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatAddress } from '../core/address.ts';
import { toHex } from '../core/bytes.ts';
import {
  isSelected,
  type MagnetLink,
  type Metainfo,
  PRIORITY_DEFAULT,
  wantsAnything,
  wrapInfo,
} from '../core/metainfo/index.ts';
import { InvariantError } from '../core/result.ts';
import { rememberedPriorities } from '../host/resume-keeper.ts';
import { formatDuration, formatSize } from '../scenarios/unit-text.ts';
import {
  type ClientArguments,
  type ClientSettings,
  checkClientArguments,
  checkPrivacy,
} from './client-arguments.ts';
import { knowsDhtNodes } from './dht-of-client.ts';
import {
  type DownloadTarget,
  type FileWishes,
  filePriorities,
  nameFinished,
  placementOf,
  targetOf,
} from './download-target.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { TransferLine } from './output/transfer-line.ts';
import { RealTorrent } from './real-client.ts';
import { prepareOutput } from './run-folder.ts';
import { resumePath } from './state-folder.ts';
import { readTorrentSource, type TorrentSource } from './torrent-source.ts';
import { waitForEnd } from './wait-for-end.ts';

const AS_BEFORE = "the files and priorities are those of last time; --priority '*=4' fetches them all";

export interface GetArguments extends ClientArguments, FileWishes {
  readonly out: string;
  /** Where the torrent file is to be written, which a magnet link comes without. */
  readonly saveTorrent?: string;
  readonly sequential?: boolean;
  readonly json?: boolean;
}

/** `from`: path or URL of a torrent file, or a magnet link. */
export async function get(from: string, args: GetArguments): Promise<ExitCode> {
  const terminal = new Terminal(process.stderr, process.env);
  const settings = await checkClientArguments(args);
  const source = await readTorrentSource(from, settings.host);
  if (source.kind === 'file') {
    checkPeers(from, source.metainfo, settings);
    filePriorities(source.metainfo, args);
  }
  const folder = resolve(args.out);
  prepareOutput(folder);
  const startMs = Date.now();
  const end = waitForEnd();
  let target: DownloadTarget | undefined;
  let usageError: string | undefined;
  const fail = (message: string): void => {
    usageError = message;
    end.resolve({ kind: 'failed', message });
  };
  const torrent = new RealTorrent(
    {
      source: source.kind === 'file' ? source.metainfo : source,
      place: (metainfo) => {
        try {
          const bytes = source.kind === 'file' ? source.bytes : wrapInfo(metainfo);
          saveTorrentFile(args.saveTorrent, bytes);
          target = targetOf(metainfo, folder, new Uint8Array());
          const statePath = resumePath(settings.stateFolder, metainfo, join(folder, target.partName));
          const before = existsSync(join(folder, target.partName))
            ? rememberedPriorities(statePath, metainfo)
            : undefined;
          target = { ...target, priorities: prioritiesOf(source, metainfo, args, before) };
          if (before === target.priorities) terminal.print(AS_BEFORE);
        } catch (error) {
          if (!(error instanceof CommandError)) throw error;
          fail(error.message);
          return undefined;
        }
        terminal.print(`${metainfo.name} · ${formatSize(metainfo.totalLength)}`);
        return placementOf(target, folder, args, settings.stateFolder);
      },
      readOnly: false,
      allowedFastCount: 0,
    },
    settings,
    terminal,
    {
      onListening: (address) => {
        if (settings.verbose) terminal.print(`listening on ${formatAddress(address)}`);
        if (source.kind === 'magnet') terminal.print(`fetching the metadata of ${nameOf(source.link)}`);
      },
      onChecked: (good) => {
        if (target?.isThere && good === 0) fail(otherData(join(folder, target.top)));
      },
      onCompleted: () => end.resolve({ kind: 'done' }),
      onFailed: (message) => end.resolve({ kind: 'failed', message }),
      onDiskFull: (message) => terminal.print(`${message}; waiting for room`),
      onRoom: () => terminal.print('there is room again; going on'),
    },
  );
  torrent.start();
  const line = new TransferLine(
    terminal,
    () => torrent.status(),
    () => torrent.metadataProgress(),
  );
  const outcome = await end.promise;
  const seconds = (Date.now() - startMs) / 1000;
  line.stop();
  if (outcome.kind === 'done') torrent.forgetPriorities();
  const storageError = await torrent.stop();
  if (outcome.kind === 'failed') {
    throw new CommandError(outcome.message, usageError === undefined ? ExitCode.unavailable : ExitCode.usage);
  }
  if (outcome.kind === 'interrupted') {
    terminal.print(
      target === undefined
        ? 'interrupted before there was any metadata'
        : `interrupted; what has arrived is in ${join(folder, target.partName)}, and the same command goes on from there`,
    );
    return ExitCode.interrupted;
  }
  if (storageError !== undefined) throw new CommandError(storageError.message, ExitCode.unavailable);
  if (target === undefined) throw new InvariantError('a download is complete that never began');
  const { metainfo, top, partName, others } = target;
  nameFinished(target, folder);
  rmSync(join(folder, others), { recursive: true, force: true });
  if (partName !== top) {
    await torrent.moved(resumePath(settings.stateFolder, metainfo, join(folder, top)), (path) =>
      join(folder, ...path),
    );
  }
  const path = join(folder, top);
  const results = args.json === true ? terminal : new Terminal(process.stdout, process.env);
  results.print(`complete in ${formatDuration(Math.round(seconds * 1e6))}: ${path}`);
  if (args.json === true) {
    const { receivedBytes = 0, sentBytes = 0, wastedBytes = 0 } = torrent.status() ?? {};
    const { trackerWarnings } = torrent;
    const { totalLength: totalBytes } = metainfo;
    const result = { path, totalBytes, receivedBytes, sentBytes, wastedBytes, seconds, trackerWarnings };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  return ExitCode.held;
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

function nameOf(link: MagnetLink): string {
  return link.name ?? toHex(link.infoHash);
}

function otherData(path: string): string {
  return `${path} exists and holds nothing of this torrent\n  move it away, or choose another folder with --out`;
}

/** Throws `CommandError` when it cannot be written. */
function saveTorrentFile(path: string | undefined, bytes: Uint8Array): void {
  if (path === undefined) return;
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    throw new CommandError(`${path} cannot be written (${errorCode(error)})`, ExitCode.usage);
  }
}

/** Those of the command line; where it says nothing, those of an earlier start, else those of the link (BEP 53). */
function prioritiesOf(
  source: TorrentSource,
  metainfo: Metainfo,
  args: GetArguments,
  remembered: Uint8Array | undefined,
): Uint8Array {
  if (remembered !== undefined || source.kind === 'file' || source.link.selectedFiles === undefined) {
    return filePriorities(metainfo, args, remembered);
  }
  const { link } = source;
  const named = Uint8Array.from(metainfo.files, (_, index) =>
    isSelected(link, index) ? PRIORITY_DEFAULT : 0,
  );
  const priorities = filePriorities(metainfo, args, named);
  if (wantsAnything(metainfo, priorities)) return priorities;
  throw new CommandError('the link names no file with anything in it', ExitCode.usage);
}
