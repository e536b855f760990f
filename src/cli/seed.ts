/** `swarmlab seed`: checks a torrent's data and serves it until interrupted. */

import { resolve } from 'node:path';
import { formatAddress } from '../core/address.ts';
import { formatSize } from '../scenarios/unit-text.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { TransferLine } from './output/transfer-line.ts';
import { type ClientArguments, RealTorrent, readTorrentFile } from './real-client.ts';
import { waitForEnd } from './wait-for-end.ts';

/** libtorrent's default size of the set. */
const ALLOWED_FAST_COUNT = 5;

export interface SeedArguments extends ClientArguments {
  readonly data: string;
}

export async function seed(torrentPath: string, args: SeedArguments): Promise<ExitCode> {
  const terminal = new Terminal(process.stderr, process.env);
  const metainfo = readTorrentFile(torrentPath);
  const folder = resolve(args.data);
  const end = waitForEnd();
  let address = '';
  const torrent = new RealTorrent(
    { metainfo, folder, readOnly: true, onDisk: 'unknown', allowedFastCount: ALLOWED_FAST_COUNT },
    args,
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
          end.resolve({
            kind: 'failed',
            message: `the data in ${folder} is not that of the torrent: ${found}`,
          });
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
  if (outcome.kind === 'failed') throw new CommandError(outcome.message, ExitCode.unavailable);
  terminal.print(`sent ${formatSize(torrent.status()?.sentBytes ?? 0)}`);
  return ExitCode.held;
}
