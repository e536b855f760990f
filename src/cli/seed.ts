/** `swarmlab seed`: checks a torrent's data and serves it until interrupted. */

import { type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatAddress } from '../core/address.ts';
import type { Metainfo } from '../core/metainfo/index.ts';
import { formatSize } from '../scenarios/unit-text.ts';
import { type ClientArguments, checkClientArguments, checkPrivacy } from './client-arguments.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { TransferLine } from './output/transfer-line.ts';
import { readTorrentFile } from './read-torrent-file.ts';
import { RealTorrent } from './real-client.ts';
import { resumePath } from './state-folder.ts';
import { waitForEnd } from './wait-for-end.ts';

/** libtorrent's default size of the set. */
const ALLOWED_FAST_COUNT = 5;

export interface SeedArguments extends ClientArguments {
  readonly data: string;
  /** One piece at a time to each peer (BEP 16). */
  readonly superSeed?: boolean;
  readonly json?: boolean;
}

export async function seed(torrentPath: string, args: SeedArguments): Promise<ExitCode> {
  const terminal = new Terminal(process.stderr, process.env);
  const metainfo = readTorrentFile(torrentPath);
  const settings = await checkClientArguments(args);
  checkPrivacy(metainfo, settings);
  const folder = resolve(args.data);
  checkFiles(metainfo, folder);
  const startMs = Date.now();
  const end = waitForEnd();
  let address = '';
  let wrongData: string | undefined;
  const torrent = new RealTorrent(
    {
      source: metainfo,
      place: () => ({
        folder,
        onDisk: 'unknown',
        resumePath: resumePath(settings.stateFolder, metainfo, join(folder, metainfo.topName)),
        check: args.check === true,
      }),
      readOnly: true,
      allowedFastCount: ALLOWED_FAST_COUNT,
      superSeeding: args.superSeed === true,
    },
    settings,
    terminal,
    {
      onListening: (listening) => {
        address = formatAddress(listening);
        terminal.print(
          `${metainfo.name} · ${formatSize(metainfo.totalLength)}, checking the data in ${folder}`,
        );
      },
      onChecked: (pieces) => {
        if (pieces === metainfo.pieceCount) terminal.print(`listening on ${address}`);
        else {
          const found = `${pieces} of ${metainfo.pieceCount} pieces are good`;
          wrongData = `the data in ${folder} is not that of ${torrentPath}: ${found}`;
          end.resolve({ kind: 'done' });
        }
      },
      onCompleted: () => {},
      onFailed: (message) => end.resolve({ kind: 'failed', message }),
    },
  );
  torrent.start();
  const line = new TransferLine(terminal, () => torrent.status());
  const outcome = await end.promise;
  line.stop();
  await torrent.stop();
  if (wrongData !== undefined) throw new CommandError(wrongData, ExitCode.usage);
  if (outcome.kind === 'failed') throw new CommandError(outcome.message, ExitCode.unavailable);
  const { sentBytes = 0 } = torrent.status() ?? {};
  terminal.print(`sent ${formatSize(sentBytes)}`);
  if (args.json === true) {
    const seconds = (Date.now() - startMs) / 1000;
    const path = join(folder, metainfo.topName);
    process.stdout.write(
      `${JSON.stringify({ path, sentBytes, seconds, trackerWarnings: torrent.trackerWarnings })}\n`,
    );
  }
  return ExitCode.held;
}

/** Sees at once, and can say plainly, that files are missing or of the wrong size; their content is checked later. */
function checkFiles(metainfo: Metainfo, folder: string): void {
  for (const { path, length, pad } of metainfo.files) {
    if (pad || length === 0) continue;
    const file = join(folder, ...path);
    const found = lookAt(file);
    if (found === undefined) {
      const hint = `--data names the folder that holds "${path[0]}"`;
      throw new CommandError(`${file}: there is no such file\n  ${hint}`, ExitCode.usage);
    }
    if (!found.isFile() || found.size !== length) {
      const is = found.isFile() ? `${found.size} bytes long` : 'not a file';
      throw new CommandError(`${file} is ${is}; the torrent says ${length} bytes`, ExitCode.usage);
    }
  }
}

function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CommandError(`${path} cannot be read (${code})`, ExitCode.unavailable);
  }
}
