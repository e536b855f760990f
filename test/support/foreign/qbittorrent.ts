/** qBittorrent without its window, one process a party, driven over its web API. It is libtorrent with habits of its own. */
import { readFileSync } from 'node:fs';
import { qbittorrentProcess } from '../../../bench/loopback/qbittorrent-control.ts';
import { freePort, startProcess } from '../processes.ts';
import {
  type ForeignClient,
  type ForeignLeecher,
  type ForeignPeer,
  isMagnet,
  type PartyOptions,
  poll,
  program,
  READY_DEADLINE_MS,
} from './client.ts';

interface TorrentInfo {
  readonly state: string;
  readonly progress: number;
  readonly amount_left: number;
}

const SEEDING = ['uploading', 'stalledUP', 'forcedUP'];

export const QBITTORRENT = {
  name: 'qBittorrent',
  present: program('qbittorrent-nox', 'qbittorrent-nox'),

  async startSeed(options: PartyOptions): Promise<ForeignPeer> {
    const party = await start(options);
    await party.completed(READY_DEADLINE_MS);
    return party;
  },

  startLeecher: start,
} satisfies ForeignClient;

async function start(options: PartyOptions): Promise<ForeignLeecher> {
  const { torrent, folder, host, state, peerExchange = false } = options;
  const port = await freePort(host);
  const webPort = await freePort(host);
  const { command, args, env, api } = qbittorrentProcess({ host, port, webPort, state, peerExchange }, [
    'Session\\MultiConnectionsPerIp=true',
  ]);
  const child = startProcess(command, args, { env });
  const ask = (path: string, init?: RequestInit): Promise<Response | undefined> =>
    fetch(`${api}${path}`, init).catch(() => undefined);
  await poll(
    child,
    'its web API',
    READY_DEADLINE_MS,
    async () => (await ask('app/version'))?.ok || undefined,
  );
  const form = new FormData();
  if (isMagnet(torrent)) form.set('urls', torrent);
  else form.set('torrents', new Blob([readFileSync(torrent)]), 'a.torrent');
  form.set('savepath', folder);
  form.set('contentLayout', 'Original');
  const added = await (await ask('torrents/add', { method: 'POST', body: form }))?.text();
  if (added !== 'Ok.') throw new Error(`qBittorrent refuses the torrent: ${added}`);
  let last: TorrentInfo | undefined;
  return {
    address: { host, port },
    process: child,
    async completed(deadlineMs) {
      try {
        await poll(child, 'everything', deadlineMs, async () => {
          const answer = await ask('torrents/info');
          if (answer?.ok === true) [last] = (await answer.json()) as TorrentInfo[];
          return last !== undefined && last.progress === 1 && SEEDING.includes(last.state) ? true : undefined;
        });
      } catch (error) {
        throw new Error(`qBittorrent, at last ${JSON.stringify(last)}`, { cause: error });
      }
    },
  };
}
