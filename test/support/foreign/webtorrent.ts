/** WebTorrent of npm on Node, over TCP: one process of webtorrent_peer.mjs a party. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { optionalComponent } from '../optional.ts';
import { startProcess } from '../processes.ts';
import {
  type ForeignClient,
  type ForeignLeecher,
  type ForeignPeer,
  type PartyOptions,
  READY_DEADLINE_MS,
} from './client.ts';

const SCRIPT = fileURLToPath(new URL('../../interop/webtorrent_peer.mjs', import.meta.url));

export const WEBTORRENT = {
  name: 'WebTorrent',
  present: optionalComponent('webtorrent', isInstalled(), 'npm ci'),
  sendsNoPeers: 'WebTorrent 2.8 takes peers by PEX and tells nobody of any',

  async startSeed(options: PartyOptions): Promise<ForeignPeer> {
    const party = await start(options);
    await party.completed(READY_DEADLINE_MS);
    return party;
  },

  startLeecher: start,
} satisfies ForeignClient;

async function start(options: PartyOptions): Promise<ForeignLeecher> {
  const { torrent, folder, host, peerExchange = false } = options;
  const child = startProcess(process.execPath, [SCRIPT, torrent, folder, host, String(peerExchange)]);
  const [, port] = await child.line(/^listening on port (\d+)$/, READY_DEADLINE_MS);
  return {
    address: { host, port: Number(port) },
    process: child,
    async completed(deadlineMs) {
      await child.line(/^done$/, deadlineMs);
    },
  };
}

function isInstalled(): boolean {
  try {
    return createRequire(import.meta.url).resolve('webtorrent/package.json') !== '';
  } catch {
    return false;
  }
}
