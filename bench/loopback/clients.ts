/**
 * The clients that are measured on loopback: how each is started, and how it is known that it is ready and done. All of them
 * find each other in the same way, by the torrent's tracker; none does anything else to find peers, and none has a limit.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Address } from '../../src/core/ports.ts';
import { ClientProcess } from './client-process.ts';
import { freePort } from './free-port.ts';
import { CONTENT_NAME, type Workbench } from './workbench.ts';

/** Beside the built benchmarks lies the built program. */
export const PROGRAM = fileURLToPath(new URL('./swarmlab.js', import.meta.url));
const LIBTORRENT_PEER = fileURLToPath(new URL('../test/interop/libtorrent_peer.py', import.meta.url));
const WEBTORRENT_PEER = fileURLToPath(new URL('../test/interop/webtorrent_peer.mjs', import.meta.url));
const WEBTORRENT = fileURLToPath(new URL('../node_modules/webtorrent/package.json', import.meta.url));
const PYTHON = '/usr/bin/python3';
const READY_MS = 120_000;

/** One client in one transfer. */
export interface Party {
  readonly bench: Workbench;
  /** Its data. */
  readonly folder: string;
  /** An empty folder for what else it keeps. */
  readonly state: string;
  readonly host: string;
}

export interface RunningClient {
  readonly process: ClientProcess;
  /** Resolves when it has all of the torrent, checked and stored. */
  complete(deadlineMs: number): Promise<void>;
}

export interface LoopbackClient {
  readonly name: string;
  /** What it may lack, in words. Undefined: it can be measured. */
  missing(): string | undefined;
  /** Starts a seed, on a free port where none is named; resolves when its data are checked and others can dial it. */
  seed(party: Party, port?: number): Promise<ClientProcess>;
  /** Starts a leecher. A client that is told of its torrent by other means than its command line takes a moment for that. */
  leech(party: Party): Promise<RunningClient>;
  /** Where the first bytes appear. */
  readonly arriving: string;
  /** Whether a leecher ends by itself when it has everything. */
  readonly leaves: boolean;
  /** How much is measured of one that is too slow for all of it, in MiB. */
  readonly mostMiB?: number;
}

export const OURS: LoopbackClient = {
  name: 'swarmlab',
  missing: () => (existsSync(PROGRAM) ? undefined : `${PROGRAM} is not built`),
  async seed(party, named) {
    const { bench, folder, host } = party;
    const port = named ?? (await freePort(host));
    const process = ours(party, ['seed', bench.torrentFile, '--data', folder, '--port', `${port}`]);
    await process.line(/listening on/, READY_MS);
    return process;
  },
  async leech(party) {
    const { bench, folder } = party;
    return saying(ours(party, ['get', bench.torrentFile, '--out', folder]), /^complete in /);
  },
  arriving: `${CONTENT_NAME}.part`,
  leaves: true,
};

export const LIBTORRENT: LoopbackClient = {
  name: 'libtorrent',
  missing() {
    const works = existsSync(LIBTORRENT_PEER) && spawnSync(PYTHON, ['-c', 'import libtorrent']).status === 0;
    return works ? undefined : 'python3-libtorrent is not installed';
  },
  async seed(party) {
    const process = libtorrent(party);
    await process.line(/"event": "ready".*"complete": true/, READY_MS);
    return process;
  },
  leech: async (party) => saying(libtorrent(party), /"event": "done"/),
  arriving: CONTENT_NAME,
  leaves: false,
};

export const ARIA2: LoopbackClient = {
  name: 'aria2',
  missing: () => lacking('aria2c', 'aria2'),
  async seed(party) {
    const checked = ['--check-integrity=true', '--bt-hash-check-seed=true', '--seed-ratio=0.0'];
    const process = aria2(party, await freePort(party.host), checked);
    await process.line(/Verification finished successfully/, READY_MS);
    return process;
  },
  async leech(party) {
    return saying(aria2(party, await freePort(party.host), ['--seed-time=0']), /Download complete:/);
  },
  arriving: CONTENT_NAME,
  leaves: true,
};

export const WEBTORRENT_CLIENT: LoopbackClient = {
  name: 'WebTorrent',
  missing: () => (existsSync(WEBTORRENT) ? undefined : 'webtorrent is not installed'),
  async seed(party) {
    const process = webtorrent(party);
    await process.line(/^done$/, READY_MS);
    return process;
  },
  leech: async (party) => saying(webtorrent(party), /^done$/),
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
  const args = ['get', bench.torrentFile, '--out', folder, '--port', `${at.port}`, ...known];
  return ours({ host: at.host, state: bench.newFolder() }, args);
}

/** Why a program cannot be run; undefined where it can. */
export function lacking(command: string, debianPackage: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.some((folder) => existsSync(join(folder, command)));
  return found ? undefined : `${command} is not installed (apt-get install ${debianPackage})`;
}

/** The path at which the first bytes of a leecher appear. */
export function arrivingFile(client: LoopbackClient, folder: string): string {
  return join(folder, client.arriving);
}

function saying(process: ClientProcess, done: RegExp): RunningClient {
  return {
    process,
    complete: async (deadlineMs) => {
      await process.line(done, deadlineMs);
    },
  };
}

function ours({ host, state }: Pick<Party, 'host' | 'state'>, args: readonly string[]): ClientProcess {
  const apart = ['--host', host, '--no-dht', '--no-lsd', '--state', state];
  return new ClientProcess(process.execPath, [PROGRAM, ...args, ...apart], { NO_COLOR: '1' });
}

function libtorrent({ bench, folder, host }: Party): ClientProcess {
  const args = ['--torrent', bench.torrentFile, '--data', folder, '--host', host, '--poll-seconds', '0.01'];
  return new ClientProcess(PYTHON, [LIBTORRENT_PEER, ...args]);
}

function aria2({ bench, folder, host }: Party, port: number, more: readonly string[]): ClientProcess {
  const alone = ['--no-conf', '--enable-dht=false', '--enable-dht6=false', '--bt-enable-lpd=false'];
  const quiet = ['--show-console-readout=false', '--summary-interval=0', '--enable-color=false'];
  const at = [`--interface=${host}`, `--listen-port=${port}`, `--dir=${folder}`, '--disable-ipv6=true'];
  const fast = ['--file-allocation=none', '--enable-peer-exchange=false', '--bt-request-peer-speed-limit=0'];
  return new ClientProcess('aria2c', [...alone, ...quiet, ...at, ...fast, ...more, bench.torrentFile]);
}

function webtorrent({ bench, folder, host }: Party): ClientProcess {
  return new ClientProcess(process.execPath, [WEBTORRENT_PEER, bench.torrentFile, folder, host, 'false']);
}
