/**
 * `swarmlab get`: downloads a torrent, by its file, a URL of that, or a magnet link, and ends. Until every piece is verified the data is kept under a name that ends in
 * `.part`, so that nothing incomplete ever looks finished; a later `get` goes on from there. What is there already under
 * the final name is mended when some of it is the torrent's; when nothing is, it is somebody's own and not touched.
 */
import {
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { formatAddress } from '../core/address.ts';
import { toHex } from '../core/bytes.ts';
import {
  isSelected,
  type MagnetLink,
  type Metainfo,
  parseFileChoice,
  wantedPieces,
  wrapInfo,
} from '../core/metainfo/index.ts';
import { InvariantError } from '../core/result.ts';
import { makeFolder } from '../host/make-folder.ts';
import { formatDuration, formatSize } from '../scenarios/unit-text.ts';
import {
  type ClientArguments,
  type ClientSettings,
  checkClientArguments,
  checkPrivacy,
} from './client-arguments.ts';
import { knowsDhtNodes } from './dht-of-client.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { TransferLine } from './output/transfer-line.ts';
import { type Placement, RealTorrent } from './real-client.ts';
import { prepareOutput } from './run-folder.ts';
import { resumePath } from './state-folder.ts';
import { readTorrentSource, type TorrentSource } from './torrent-source.ts';
import { waitForEnd } from './wait-for-end.ts';

export interface GetArguments extends ClientArguments {
  readonly out: string;
  /** Where the torrent file is to be written, which a magnet link comes without. */
  readonly saveTorrent?: string;
  /** Numbers of files, such as "1,3-5". */
  readonly files?: string;
  readonly sequential?: boolean;
  readonly json?: boolean;
}

/** Where a torrent's data goes, once the torrent is known. */
interface Target {
  readonly metainfo: Metainfo;
  readonly top: string;
  readonly partName: string;
  /** There is something under the final name already. */
  readonly isThere: boolean;
  /** Where parts of files go that were not chosen but lie in pieces that were. */
  readonly others: string;
  /** The indices of the files to fetch; undefined for all. */
  readonly chosen: ReadonlySet<number> | undefined;
}

/** `from`: path or URL of a torrent file, or a magnet link. */
export async function get(from: string, args: GetArguments): Promise<ExitCode> {
  const terminal = new Terminal(process.stderr, process.env);
  const settings = await checkClientArguments(args);
  const source = await readTorrentSource(from, settings.host);
  if (source.kind === 'file') {
    checkPeers(from, source.metainfo, settings);
    chooseFiles(source.metainfo, args.files);
  }
  const folder = resolve(args.out);
  prepareOutput(folder);
  const startMs = Date.now();
  const end = waitForEnd();
  let target: Target | undefined;
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
          target = targetOf(metainfo, folder, chosenFiles(source, metainfo, args));
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
  if (outcome.kind === 'done' && (torrent.status()?.receivedBytes ?? 0) > 0) await torrent.completionTold();
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
  const { metainfo, top, partName, others, chosen } = target;
  finish(metainfo, folder, partName, top, chosen);
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
    const result = { path, totalBytes: metainfo.totalLength, receivedBytes, sentBytes, wastedBytes, seconds };
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

function targetOf(metainfo: Metainfo, folder: string, chosen: ReadonlySet<number> | undefined): Target {
  const top = metainfo.topName;
  const isThere = existsSync(join(folder, top));
  const partName = isThere ? top : `${top}.part`;
  return { metainfo, top, partName, isThere, others: `.${top}.swarmlab-others`, chosen };
}

function placementOf(target: Target, folder: string, args: GetArguments, states: string): Placement {
  const { metainfo, partName, others, chosen } = target;
  // Pieces may hold a part of a file that was not chosen: that part is kept apart, unless the file is there already.
  const isApart = metainfo.files.map(
    ({ path }, index) =>
      chosen !== undefined && !chosen.has(index) && !existsSync(join(folder, partName, ...path.slice(1))),
  );
  return {
    folder,
    onDisk: existsSync(join(folder, partName)) ? 'unknown' : 'nothing',
    pathOf: (path, index) => [isApart[index] === true ? others : partName, ...path.slice(1)],
    wanted: chosen === undefined ? undefined : wantedPieces(metainfo, chosen),
    sequential: args.sequential === true,
    resumePath: resumePath(states, metainfo, join(folder, partName)),
    check: args.check === true,
  };
}

/** Those of the command line; where it says nothing, those of the link (BEP 53). */
function chosenFiles(
  source: TorrentSource,
  metainfo: Metainfo,
  args: GetArguments,
): ReadonlySet<number> | undefined {
  if (args.files !== undefined || source.kind === 'file' || source.link.selectedFiles === undefined) {
    return chooseFiles(metainfo, args.files);
  }
  const chosen = metainfo.files.flatMap((_, index) => (isSelected(source.link, index) ? [index] : []));
  return chooseFiles(metainfo, chosen.map((index) => index + 1).join(','));
}

/** The indices of the files to fetch; undefined for all. */
function chooseFiles(metainfo: Metainfo, text: string | undefined): ReadonlySet<number> | undefined {
  if (text === undefined) return undefined;
  const { files } = metainfo;
  const chosen = parseFileChoice(text, files.length);
  if (chosen === undefined) {
    throw new CommandError(
      `--files ${text} is not valid\n  expected numbers from 1 to ${files.length}, such as 1,3-5; "swarmlab inspect" shows them`,
      ExitCode.usage,
    );
  }
  if (!chosen.some((index) => files[index]?.pad === false && files[index]?.length !== 0)) {
    throw new CommandError(`--files ${text} names no file with anything in it`, ExitCode.usage);
  }
  return new Set(chosen);
}

/**
 * Gives every file its length, which zeros at its end and empty files need (nothing was written for them), and a file
 * that was longer; then the data get their final name.
 */
function finish(
  metainfo: Metainfo,
  folder: string,
  partName: string,
  top: string,
  chosen: ReadonlySet<number> | undefined,
): void {
  try {
    for (const [index, { path, length, pad }] of metainfo.files.entries()) {
      if (pad || chosen?.has(index) === false) continue;
      const file = join(folder, partName, ...path.slice(1));
      if (lstatSync(file, { throwIfNoEntry: false })?.size === length) continue;
      makeFolder(dirname(file));
      const { O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
      const handle = openSync(file, O_WRONLY | O_CREAT | (O_NOFOLLOW ?? 0), 0o666);
      ftruncateSync(handle, length);
      closeSync(handle);
    }
    if (partName !== top) renameSync(join(folder, partName), join(folder, top));
  } catch (error) {
    throw new CommandError(
      `${join(folder, partName)} is complete but cannot be given its name ${top} (${errorCode(error)})`,
      ExitCode.unavailable,
    );
  }
}
