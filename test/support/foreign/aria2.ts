/** aria2, one process a party. It takes peers from trackers only: it cannot be told to dial one. */
import { join } from 'node:path';
import { freePort, type RunningProcess, startProcess } from '../processes.ts';
import {
  type ForeignClient,
  type ForeignLeecher,
  type ForeignPeer,
  type PartyOptions,
  program,
  READY_DEADLINE_MS,
} from './client.ts';

export interface Aria2Options extends PartyOptions {
  /** A tracker besides those of the torrent. */
  readonly announceUrl?: string;
}

export const ARIA2 = {
  name: 'aria2',
  present: program('aria2c', 'aria2'),

  async startSeed(options: Aria2Options): Promise<ForeignPeer> {
    const port = await freePort(options.host);
    const checked = ['--check-integrity=true', '--bt-hash-check-seed=true', '--seed-ratio=0.0'];
    const child = start(options, port, checked);
    await child.line(/Verification finished successfully/, READY_DEADLINE_MS);
    await child.line(/listening on TCP port/, READY_DEADLINE_MS);
    return { address: { host: options.host, port }, process: child };
  },

  /** Ends by itself when it has everything. */
  async startLeecher(options: Aria2Options): Promise<ForeignLeecher> {
    const port = await freePort(options.host);
    const child = start(options, port, ['--seed-time=0']);
    await child.line(/listening on TCP port/, READY_DEADLINE_MS);
    return {
      address: { host: options.host, port },
      process: child,
      async completed(deadlineMs) {
        const exit = await child.ended(deadlineMs);
        if (exit.code !== 0) throw new Error(`aria2 did not complete\n${child.transcript()}`);
      },
    };
  },
} satisfies ForeignClient;

function start(options: Aria2Options, port: number, extra: readonly string[]): RunningProcess {
  const { announceUrl, peerExchange = false, udpTrackers = false, state } = options;
  // It asks UDP trackers through the socket of its DHT, and has none without. No node is named, so it finds nobody there.
  const udp = [`--dht-listen-port=${port}`, `--dht-file-path=${join(state, 'dht.dat')}`];
  const dht = udpTrackers ? ['--enable-dht=true', ...udp] : ['--enable-dht=false'];
  const alone = [...dht, '--enable-dht6=false', '--bt-enable-lpd=false'];
  const quiet = ['--show-console-readout=false', '--summary-interval=0', '--enable-color=false'];
  return startProcess('aria2c', [
    '--no-conf',
    ...alone,
    `--enable-peer-exchange=${peerExchange}`,
    '--disable-ipv6=true',
    ...quiet,
    '--file-allocation=none',
    `--interface=${options.host}`,
    `--listen-port=${port}`,
    `--dir=${options.folder}`,
    ...(announceUrl === undefined ? [] : [`--bt-tracker=${announceUrl}`]),
    ...extra,
    options.torrent,
  ]);
}
