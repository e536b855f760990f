/** libtorrent through its Python binding: one process of libtorrent_peer.py a party. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Address } from '../../../src/core/ports.ts';
import { optionalComponent } from '../optional.ts';
import { type RunningProcess, startProcess } from '../processes.ts';
import {
  type ForeignClient,
  type ForeignLeecher,
  type ForeignPeer,
  type PartyOptions,
  READY_DEADLINE_MS,
} from './client.ts';

/** The distribution's Python: its libtorrent binding is compiled for this one, and another may be first on the path. */
export const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('../../interop/libtorrent_peer.py', import.meta.url));
const IMPORT_DEADLINE_MS = 30_000;

export interface LibtorrentOptions extends PartyOptions {
  /** Whom to dial at once. */
  readonly peers?: readonly Address[];
}

export const LIBTORRENT = {
  name: 'libtorrent',
  present: optionalComponent(
    'the Python binding of libtorrent',
    spawnSync(PYTHON, ['-c', 'import libtorrent'], { timeout: IMPORT_DEADLINE_MS }).status === 0,
    'apt-get install python3-libtorrent',
  ),

  async startSeed(options: LibtorrentOptions): Promise<ForeignPeer> {
    const child = start(options);
    const { address, complete } = await ready(child);
    if (!complete) throw new Error(`libtorrent finds its data incomplete\n${child.transcript()}`);
    return { address, process: child };
  },

  async startLeecher(options: LibtorrentOptions): Promise<ForeignLeecher> {
    const child = start(options);
    const { address } = await ready(child);
    return {
      address,
      process: child,
      async completed(deadlineMs) {
        await child.line(/^\{"event": "done"\}$/, deadlineMs);
      },
    };
  },
} satisfies ForeignClient;

async function ready(child: RunningProcess): Promise<{ address: Address; complete: boolean }> {
  const [line] = await child.line(/^\{"event": "ready".*\}$/, READY_DEADLINE_MS);
  const { host, port, complete } = JSON.parse(line) as { host: string; port: number; complete: boolean };
  return { address: { host, port }, complete };
}

function start({ torrent, folder, host, peers = [], peerExchange }: LibtorrentOptions): RunningProcess {
  const dial = peers.flatMap((peer) => ['--peer', `${peer.host}:${peer.port}`]);
  const where = ['--torrent', torrent, '--data', folder, '--host', host];
  const exchange = peerExchange === true ? ['--peer-exchange'] : [];
  return startProcess(PYTHON, [SCRIPT, ...where, ...dial, ...exchange]);
}
