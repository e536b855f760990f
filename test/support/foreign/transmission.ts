/**
 * Transmission: one transmission-daemon a party, driven over its RPC. Version 3.00 takes no peer on 127.* from a tracker or
 * by PEX and dials none, but it serves and fetches from those that dial it. It unchokes for the first time after 10 s.
 */
import { readFileSync } from 'node:fs';
import { transmissionProcess } from '../../../bench/loopback/transmission-control.ts';
import { freePort, type RunningProcess, startProcess } from '../processes.ts';
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

const STATUS_DOWNLOADING = 4;
const STATUS_SEEDING = 6;

interface TorrentStatus {
  readonly status: number;
  readonly leftUntilDone: number;
  readonly metadataPercentComplete: number;
  readonly errorString: string;
}

export const TRANSMISSION = {
  name: 'Transmission',
  present: program('transmission-daemon', 'transmission-daemon'),
  neverDials: 'Transmission 3.00 takes 127.* for no address of a peer',
  hangsUpWithMetadata: 'Transmission 3.00 starts the torrent anew when it has the metadata',
  makesNoEmptyFiles: 'Transmission 3.00 makes a file when its first byte arrives',

  async startSeed(options: PartyOptions): Promise<ForeignPeer> {
    const daemon = await start(options);
    await daemon.until('its data checked', READY_DEADLINE_MS, ({ status, leftUntilDone }) => {
      if (status === STATUS_DOWNLOADING) throw new Error(`finds ${leftUntilDone} bytes missing`);
      return status === STATUS_SEEDING && leftUntilDone === 0;
    });
    return daemon;
  },

  async startLeecher(options: PartyOptions): Promise<ForeignLeecher> {
    const daemon = await start(options);
    return {
      ...daemon,
      completed: (deadlineMs) =>
        daemon.until('everything', deadlineMs, ({ status, leftUntilDone, metadataPercentComplete }) => {
          return metadataPercentComplete === 1 && status === STATUS_SEEDING && leftUntilDone === 0;
        }),
    };
  },
} satisfies ForeignClient;

interface Daemon extends ForeignPeer {
  until(what: string, deadlineMs: number, isSo: (status: TorrentStatus) => boolean): Promise<void>;
}

async function start(options: PartyOptions): Promise<Daemon> {
  const { torrent, folder, host, state, peerExchange = false } = options;
  const port = await freePort(host);
  const rpcPort = await freePort(host);
  const { command, args, ask } = transmissionProcess(
    { host, port, rpcPort, folder, state, peerExchange },
    { 'bind-address-ipv6': '::1', 'cache-size-mb': 2 },
  );
  const child = startProcess(command, args);
  const call: Call = async (...request) => (await ask(...request)) as Answer | undefined;
  await poll(child, 'its RPC', READY_DEADLINE_MS, () => call('session-get', {}));
  const what = isMagnet(torrent)
    ? { filename: torrent }
    : { metainfo: readFileSync(torrent).toString('base64') };
  const added = await call('torrent-add', what);
  if (added?.result !== 'success') throw new Error(`refuses the torrent: ${JSON.stringify(added)}`);
  return {
    address: { host, port },
    process: child,
    until: (condition, deadlineMs, isSo) => until(child, call, condition, deadlineMs, isSo),
  };
}

async function until(
  child: RunningProcess,
  call: Call,
  what: string,
  deadlineMs: number,
  isSo: (status: TorrentStatus) => boolean,
): Promise<void> {
  const fields = ['status', 'leftUntilDone', 'metadataPercentComplete', 'errorString'];
  let last: TorrentStatus | undefined;
  try {
    await poll(child, what, deadlineMs, async () => {
      const answer = await call('torrent-get', { fields });
      last = answer?.arguments?.torrents?.[0];
      return last !== undefined && isSo(last) ? true : undefined;
    });
  } catch (error) {
    throw new Error(`Transmission, at last ${JSON.stringify(last)}`, { cause: error });
  }
}

type Call = (method: string, args: object) => Promise<Answer | undefined>;

interface Answer {
  readonly result: string;
  readonly arguments?: { readonly torrents?: readonly TorrentStatus[] };
}
