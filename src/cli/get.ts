/**
 * `swarmlab get`: downloads a torrent and ends. Until every piece is verified the data is kept under a name that ends in
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
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Metainfo, parseFileChoice, wantedPieces } from '../core/metainfo/index.ts';
import { makeFolder } from '../host/make-folder.ts';
import { formatDuration, formatSize } from '../scenarios/unit-text.ts';
import { type ClientArguments, type ClientSettings, checkClientArguments } from './client-arguments.ts';
import { knowsDhtNodes } from './dht-of-client.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { TransferLine } from './output/transfer-line.ts';
import { readTorrentFile } from './read-torrent-file.ts';
import { RealTorrent } from './real-client.ts';
import { prepareOutput } from './run-folder.ts';
import { resumePath } from './state-folder.ts';
import { waitForEnd } from './wait-for-end.ts';

export interface GetArguments extends ClientArguments {
  readonly out: string;
  /** Numbers of files, such as "1,3-5". */
  readonly files?: string;
  readonly sequential?: boolean;
  readonly json?: boolean;
}

export async function get(torrentPath: string, args: GetArguments): Promise<ExitCode> {
  const terminal = new Terminal(process.stderr, process.env);
  const metainfo = readTorrentFile(torrentPath);
  const settings = await checkClientArguments(args);
  checkSources(torrentPath, metainfo, settings);
  const folder = resolve(args.out);
  prepareOutput(folder);
  const top = metainfo.topName;
  const isThere = existsSync(join(folder, top));
  const partName = isThere ? top : `${top}.part`;
  const otherData = `${join(folder, top)} exists and holds nothing of this torrent\n  move it away, or choose another folder with --out`;
  const states = settings.stateFolder;
  const chosen = chooseFiles(metainfo, args.files);
  const wanted = chosen === undefined ? undefined : wantedPieces(metainfo, chosen);
  const others = `.${top}.swarmlab-others`;
  // Pieces may hold a part of a file that was not chosen: that part is kept apart, unless the file is there already.
  const isApart = metainfo.files.map(
    ({ path }, index) =>
      chosen !== undefined && !chosen.has(index) && !existsSync(join(folder, partName, ...path.slice(1))),
  );
  const startMs = Date.now();
  const end = waitForEnd();
  const torrent = new RealTorrent(
    {
      metainfo,
      folder,
      readOnly: false,
      onDisk: existsSync(join(folder, partName)) ? 'unknown' : 'nothing',
      pathOf: (path, index) => [isApart[index] === true ? others : partName, ...path.slice(1)],
      wanted,
      sequential: args.sequential === true,
      resumePath: resumePath(states, metainfo, join(folder, partName)),
      check: args.check === true,
      allowedFastCount: 0,
    },
    settings,
    terminal,
    {
      onListening: () => terminal.print(`${metainfo.name} · ${formatSize(metainfo.totalLength)}`),
      onChecked: (good) => {
        if (isThere && good === 0) end.resolve({ kind: 'failed', message: otherData });
      },
      onCompleted: () => end.resolve({ kind: 'done' }),
      onFailed: (message) => end.resolve({ kind: 'failed', message }),
      onDiskFull: (message) => terminal.print(`${message}; waiting for room`),
      onRoom: () => terminal.print('there is room again; going on'),
    },
  );
  torrent.start();
  const line = new TransferLine(terminal, () => torrent.status());
  const outcome = await end.promise;
  const seconds = (Date.now() - startMs) / 1000;
  line.stop();
  if (outcome.kind === 'done' && (torrent.status()?.receivedBytes ?? 0) > 0) await torrent.completionTold();
  const storageError = await torrent.stop();
  if (outcome.kind === 'failed') {
    const exitCode = outcome.message === otherData ? ExitCode.usage : ExitCode.unavailable;
    throw new CommandError(outcome.message, exitCode);
  }
  if (outcome.kind === 'interrupted') {
    terminal.print(
      `interrupted; what has arrived is in ${join(folder, partName)}, and the same command goes on from there`,
    );
    return ExitCode.interrupted;
  }
  if (storageError !== undefined) throw new CommandError(storageError.message, ExitCode.unavailable);
  finish(metainfo, folder, partName, top, chosen);
  rmSync(join(folder, others), { recursive: true, force: true });
  if (partName !== top) {
    await torrent.moved(resumePath(states, metainfo, join(folder, top)), (path) => join(folder, ...path));
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
function checkSources(torrentPath: string, metainfo: Metainfo, settings: ClientSettings): void {
  if (metainfo.trackers.length > 0 || settings.peers.length > 0) return;
  const { isPrivate, dhtNodes } = metainfo;
  if (!isPrivate && settings.dht !== undefined && (dhtNodes.length > 0 || knowsDhtNodes(settings))) return;
  const node = isPrivate ? '' : ', or a node of the DHT with --dht-bootstrap host:port';
  throw new CommandError(
    `${torrentPath} names no tracker, so there is nobody to ask\n  name a peer with --peer host:port${node}`,
    ExitCode.usage,
  );
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
