/**
 * BitTorrent programs that nobody here wrote, as parties of a test: two torrent makers (mktorrent, transmission-create),
 * two clients (libtorrent through its Python binding, aria2). Each party listens on and dials from the one loopback
 * address it is given, and learns of peers in no way but the one it is told of.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Address } from '../../src/core/ports.ts';
import { optionalComponent } from './optional.ts';
import { freePort, type RunningProcess, runToEnd, startProcess } from './processes.ts';

/** The distribution's Python: its libtorrent binding is compiled for this one, and another may be first on the path. */
export const PYTHON = '/usr/bin/python3';
const LIBTORRENT_PEER = fileURLToPath(new URL('../interop/libtorrent_peer.py', import.meta.url));
const TOOL_DEADLINE_MS = 30_000;
const READY_DEADLINE_MS = 30_000;

export type TorrentMaker = 'mktorrent' | 'transmission-create';

/** Which of the programs are there; the others are named on the screen. */
export const MKTORRENT = program('mktorrent', 'mktorrent');
export const TRANSMISSION_CREATE = program('transmission-create', 'transmission-cli');
export const ARIA2 = program('aria2c', 'aria2');
export const LIBTORRENT = optionalComponent(
  'the Python binding of libtorrent',
  spawnSync(PYTHON, ['-c', 'import libtorrent'], { timeout: TOOL_DEADLINE_MS }).status === 0,
  'apt-get install python3-libtorrent',
);

/** A client that is up: the data is checked and the port is open. */
export interface ForeignPeer {
  readonly address: Address;
  readonly process: RunningProcess;
}

/** A client that fetches. `completed` rejects when it ends, or at the deadline, before it has everything. */
export interface ForeignLeecher {
  readonly process: RunningProcess;
  completed(deadlineMs: number): Promise<void>;
}

export interface PartyOptions {
  readonly torrentFile: string;
  /** The folder that holds, or is to hold, the torrent's own folder. */
  readonly folder: string;
  /** The loopback address of this party: "127.0.0.2". */
  readonly host: string;
}

export interface LeecherOptions extends PartyOptions {
  readonly peers: readonly Address[];
}

/** Makes a torrent file of `folder`, without trackers, with pieces of 256 KiB. */
export async function makeTorrent(maker: TorrentMaker, folder: string, torrentFile: string): Promise<void> {
  const args =
    maker === 'mktorrent'
      ? ['-l', '18', '-o', torrentFile, folder]
      : ['-s', '256', '-o', torrentFile, folder];
  await runToEnd(maker, args, TOOL_DEADLINE_MS);
}

export async function startLibtorrentSeed(options: PartyOptions): Promise<ForeignPeer> {
  const child = startLibtorrent(options, []);
  const ready = await child.line(/^\{"event": "ready".*\}$/, READY_DEADLINE_MS);
  const report = JSON.parse(ready[0]) as { host: string; port: number; complete: boolean };
  if (!report.complete) throw new Error(`libtorrent finds its data incomplete\n${child.transcript()}`);
  return { address: { host: report.host, port: report.port }, process: child };
}

export function startLibtorrentLeecher(options: LeecherOptions): ForeignLeecher {
  const child = startLibtorrent(options, options.peers);
  return {
    process: child,
    async completed(deadlineMs) {
      await child.line(/^\{"event": "done"\}$/, deadlineMs);
    },
  };
}

export async function startAria2Seed(options: PartyOptions): Promise<ForeignPeer> {
  const port = await freePort(options.host);
  const checked = ['--check-integrity=true', '--bt-hash-check-seed=true', '--seed-ratio=0.0'];
  const child = startAria2(options, port, checked);
  await child.line(/Verification finished successfully/, READY_DEADLINE_MS);
  await child.line(/listening on TCP port/, READY_DEADLINE_MS);
  return { address: { host: options.host, port }, process: child };
}

/** Fetches from whatever peers the tracker at `announceUrl` names; ends by itself when it has everything. */
export async function startAria2Leecher(
  options: PartyOptions & { readonly announceUrl: string },
): Promise<ForeignLeecher> {
  const port = await freePort(options.host);
  const child = startAria2(options, port, ['--seed-time=0', `--bt-tracker=${options.announceUrl}`]);
  return {
    process: child,
    async completed(deadlineMs) {
      const exit = await child.ended(deadlineMs);
      if (exit.code !== 0) throw new Error(`aria2 did not complete\n${child.transcript()}`);
    },
  };
}

function startLibtorrent(options: PartyOptions, peers: readonly Address[]): RunningProcess {
  const dial = peers.flatMap((peer) => ['--peer', `${peer.host}:${peer.port}`]);
  const where = ['--torrent', options.torrentFile, '--data', options.folder, '--host', options.host];
  return startProcess(PYTHON, [LIBTORRENT_PEER, ...where, ...dial]);
}

function startAria2(options: PartyOptions, port: number, extra: readonly string[]): RunningProcess {
  const alone = ['--enable-dht=false', '--enable-dht6=false', '--bt-enable-lpd=false'];
  const quiet = ['--show-console-readout=false', '--summary-interval=0', '--enable-color=false'];
  return startProcess('aria2c', [
    '--no-conf',
    ...alone,
    '--enable-peer-exchange=false',
    '--disable-ipv6=true',
    ...quiet,
    '--file-allocation=none',
    `--interface=${options.host}`,
    `--listen-port=${port}`,
    `--dir=${options.folder}`,
    ...extra,
    options.torrentFile,
  ]);
}

function program(command: string, debianPackage: string): boolean {
  const present = (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, command)));
  return optionalComponent(command, present, `apt-get install ${debianPackage}`);
}
