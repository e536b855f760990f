/**
 * Clients on loopback that are told of their torrent, and asked how far they are, over an interface of their own:
 * Transmission, qBittorrent, rTorrent. They are asked twenty times a second, which costs them next to nothing.
 */
import { readFileSync } from 'node:fs';
import { ClientProcess } from './client-process.ts';
import { type LoopbackClient, lacking, type Party, type RunningClient } from './clients.ts';
import { freePort } from './free-port.ts';
import { qbittorrentProcess } from './qbittorrent-control.ts';
import { callRtorrent, numbersOf, rtorrentProcess } from './rtorrent-control.ts';
import { transmissionProcess } from './transmission-control.ts';
import { CONTENT_NAME } from './workbench.ts';

const READY_MS = 120_000;
const ASK_MS = 50;

/** A client that fetches and serves in the same way: a seed is one that has everything. */
function controlled(
  name: string,
  missing: () => string | undefined,
  start: (party: Party) => Promise<RunningClient>,
  more: Partial<LoopbackClient> = {},
): LoopbackClient {
  return {
    name,
    missing,
    async seed(party) {
      const running = await start(party);
      await running.complete(READY_MS);
      return running.process;
    },
    leech: start,
    arriving: CONTENT_NAME,
    leaves: false,
    ...more,
  };
}

/** The daemon of 3.00 moves a few MB a second on loopback, so that a GiB would take minutes. */
const TRANSMISSION_MIB = 64;

export const TRANSMISSION = controlled(
  'Transmission',
  () => lacking('transmission-daemon', 'transmission-daemon'),
  async ({ bench, folder, host, state }) => {
    const { command, args, ask } = transmissionProcess(
      { host, port: await freePort(host), rpcPort: await freePort(host), folder, state },
      {
        'ratio-limit-enabled': false,
        'speed-limit-up-enabled': false,
        'speed-limit-down-enabled': false,
        'cache-size-mb': 64,
        preallocation: 0,
      },
    );
    const process = new ClientProcess(command, args);
    await until(process, READY_MS, () => ask('session-get', {}));
    await ask('torrent-add', { metainfo: readFileSync(bench.torrentFile).toString('base64') });
    return {
      process,
      complete: async (deadlineMs) => {
        await until(process, deadlineMs, async () => {
          const answer = await ask('torrent-get', {
            fields: ['status', 'leftUntilDone', 'metadataPercentComplete'],
          });
          const [torrent] = (answer as { arguments: { torrents: Record<string, number>[] } }).arguments
            .torrents;
          return torrent?.status === 6 && torrent.leftUntilDone === 0 ? true : undefined;
        });
      },
    };
  },
  { mostMiB: TRANSMISSION_MIB },
);

export const QBITTORRENT = controlled(
  'qBittorrent',
  () => lacking('qbittorrent-nox', 'qbittorrent-nox'),
  async ({ bench, folder, host, state }) => {
    const { command, args, env, api } = qbittorrentProcess(
      { host, port: await freePort(host), webPort: await freePort(host), state },
      ['Session\\IgnoreLimitsOnLAN=true'],
    );
    const process = new ClientProcess(command, args, env);
    const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`${api}${path}`, init);
    await until(process, READY_MS, async () => (await ask('app/version')).ok || undefined);
    const form = new FormData();
    form.set('torrents', new Blob([readFileSync(bench.torrentFile)]), 'a.torrent');
    form.set('savepath', folder);
    form.set('contentLayout', 'Original');
    const added = await (await ask('torrents/add', { method: 'POST', body: form })).text();
    if (added !== 'Ok.') throw new Error(`qBittorrent refuses the torrent: ${added}`);
    return {
      process,
      complete: async (deadlineMs) => {
        await until(process, deadlineMs, async () => {
          const [torrent] = (await (await ask('torrents/info')).json()) as {
            state: string;
            progress: number;
          }[];
          const isThere = torrent?.progress === 1 && /^(?:uploading|stalledUP|forcedUP)$/.test(torrent.state);
          return isThere || undefined;
        });
      },
    };
  },
);

export const RTORRENT = controlled(
  'rTorrent',
  () => lacking('rtorrent', 'rtorrent'),
  async ({ bench, folder, host, state }) => {
    const { command, args, env, socket } = rtorrentProcess(
      { host, port: await freePort(host), folder, state },
      ['pieces.hash.on_completion.set=no', 'pieces.memory.max.set=1024M'],
    );
    const process = new ClientProcess(command, args, env);
    await until(process, READY_MS, () => callRtorrent(socket, 'system.client_version'));
    await callRtorrent(socket, 'load.start', '', bench.torrentFile);
    return {
      process,
      complete: async (deadlineMs) => {
        await until(process, deadlineMs, async () => {
          const answer = await callRtorrent(socket, 'd.multicall2', '', 'main', 'd.complete=', 'd.hashing=');
          const [complete, hashing] = numbersOf(answer);
          return (complete === '1' && hashing === '0') || undefined;
        });
      },
    };
  },
);

/** Asks until there is an answer; what fails is asked again until the deadline. */
async function until<Answer>(
  process: ClientProcess,
  deadlineMs: number,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const giveUp = AbortSignal.timeout(deadlineMs);
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    if (process.isOver) throw new Error(`ended too soon\n${process.transcript()}`);
    if (giveUp.aborted) throw new Error(`not done in ${deadlineMs} ms\n${process.transcript()}`);
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}
