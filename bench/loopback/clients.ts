/** The clients that are measured on loopback, each as it is started and what it says when it is ready and when it is done. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Address } from '../../src/core/ports.ts';
import { ClientProcess } from './client-process.ts';
import { CONTENT_NAME, type Workbench } from './workbench.ts';

/** Beside the built benchmarks lies the built program. */
export const PROGRAM = fileURLToPath(new URL('./swarmlab.js', import.meta.url));
const LIBTORRENT_PEER = fileURLToPath(new URL('../test/interop/libtorrent_peer.py', import.meta.url));
const PYTHON = '/usr/bin/python3';
const READY_MS = 120_000;

export interface LoopbackClient {
  readonly name: string;
  /** What it may lack, in words. Undefined: it can be measured. */
  missing(): string | undefined;
  /** Starts a seed on `host`; resolves when its data are checked. */
  seed(bench: Workbench, host: string): Promise<{ readonly process: ClientProcess; readonly port: number }>;
  /** Starts a leecher that knows the seed alone. */
  leech(bench: Workbench, folder: string, host: string, seed: string): ClientProcess;
  readonly done: RegExp;
  /** Where the first bytes appear. */
  readonly arriving: string;
  /** Whether a leecher ends by itself when it has everything. */
  readonly leaves: boolean;
}

export const OURS: LoopbackClient = {
  name: 'swarmlab',
  missing: () => (existsSync(PROGRAM) ? undefined : `${PROGRAM} is not built`),
  async seed(bench, host) {
    const port = await freePort(host);
    const process = ours(
      bench,
      ['seed', bench.torrentFile, '--data', bench.source, '--port', `${port}`],
      host,
    );
    await process.line(/listening on/, READY_MS);
    return { process, port };
  },
  leech: (bench, folder, host, seed) =>
    ours(bench, ['get', bench.torrentFile, '--out', folder, '--peer', seed], host),
  done: /^complete in /,
  arriving: `${CONTENT_NAME}.part`,
  leaves: true,
};

export const LIBTORRENT: LoopbackClient = {
  name: 'libtorrent',
  missing() {
    const works = existsSync(LIBTORRENT_PEER) && spawnSync(PYTHON, ['-c', 'import libtorrent']).status === 0;
    return works ? undefined : 'python3-libtorrent is not installed';
  },
  async seed(bench, host) {
    const process = libtorrent(bench, bench.source, host, []);
    const [, port] = await process.line(/"event": "ready".*"port": (\d+), "complete": true/, READY_MS);
    return { process, port: Number(port) };
  },
  leech: (bench, folder, host, seed) => libtorrent(bench, folder, host, ['--peer', seed]),
  done: /"event": "done"/,
  arriving: CONTENT_NAME,
  leaves: false,
};

/** A leecher of ours that others can dial. */
export function leechInSwarm(
  bench: Workbench,
  folder: string,
  at: Address,
  peers: readonly string[],
): ClientProcess {
  const known = peers.flatMap((peer) => ['--peer', peer]);
  return ours(bench, ['get', bench.torrentFile, '--out', folder, '--port', `${at.port}`, ...known], at.host);
}

function ours(bench: Workbench, args: readonly string[], host: string): ClientProcess {
  const apart = ['--host', host, '--no-dht', '--no-lsd', '--state', bench.newFolder()];
  return new ClientProcess(process.execPath, [PROGRAM, ...args, ...apart], { NO_COLOR: '1' });
}

function libtorrent(bench: Workbench, folder: string, host: string, more: readonly string[]): ClientProcess {
  const args = ['--torrent', bench.torrentFile, '--data', folder, '--host', host, '--poll-seconds', '0.01'];
  return new ClientProcess(PYTHON, [LIBTORRENT_PEER, ...args, ...more]);
}

/** A port that was free a moment ago. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() =>
        address === null || typeof address === 'string'
          ? reject(new Error('no port'))
          : resolve(address.port),
      );
    });
  });
}

/** The path at which the first bytes of a leecher appear. */
export function arrivingFile(client: LoopbackClient, folder: string): string {
  return join(folder, client.arriving);
}
