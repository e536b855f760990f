/**
 * rTorrent, one process a party, driven by XML-RPC over its SCGI socket. It merges peers that share an IP address, has no
 * fast extension, and announces nothing by itself about data that it has not checked.
 */
import { callRtorrent, numbersOf, rtorrentProcess } from '../../../bench/loopback/rtorrent-control.ts';
import { freePort, startProcess } from '../processes.ts';
import {
  type ForeignClient,
  type ForeignLeecher,
  type ForeignPeer,
  type PartyOptions,
  poll,
  program,
  READY_DEADLINE_MS,
} from './client.ts';

export const RTORRENT = {
  name: 'rTorrent',
  present: program('rtorrent', 'rtorrent'),

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
  const { command, args, env, socket } = rtorrentProcess({ host, port, folder, state, peerExchange }, [
    'trackers.use_udp.set=yes',
    'pieces.hash.on_completion.set=yes',
    'pieces.memory.max.set=128M',
  ]);
  const child = startProcess(command, args, { cwd: state, env });
  await poll(child, 'its RPC', READY_DEADLINE_MS, () => callRtorrent(socket, 'system.client_version'));
  await callRtorrent(socket, 'load.start', '', torrent);
  return {
    address: { host, port },
    process: child,
    async completed(deadlineMs) {
      let last: string | undefined;
      try {
        await poll(child, 'everything', deadlineMs, async () => {
          last = await callRtorrent(
            socket,
            'd.multicall2',
            '',
            'main',
            'd.complete=',
            'd.is_meta=',
            'd.hashing=',
            'd.message=',
          );
          const [complete, meta, hashing] = numbersOf(last);
          return complete === '1' && meta === '0' && hashing === '0' ? true : undefined;
        });
      } catch (error) {
        throw new Error(`rTorrent, at last ${last}`, { cause: error });
      }
    },
  };
}
