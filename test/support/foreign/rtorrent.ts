/**
 * rTorrent, one process a party, driven by XML-RPC over its SCGI socket. It merges peers that share an IP address, has no
 * fast extension, and announces nothing by itself about data that it has not checked.
 */
import { connect } from 'node:net';
import { join } from 'node:path';
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
  const socket = join(state, 'rpc');
  const settings = [
    'system.daemon.set=true',
    `network.scgi.open_local=${socket}`,
    `network.bind_address.set=${host}`,
    `network.port_range.set=${port}-${port}`,
    'network.port_random.set=no',
    `directory.default.set=${folder}`,
    `session.path.set=${state}`,
    'dht.mode.set=disable',
    `protocol.pex.set=${peerExchange ? 'yes' : 'no'}`,
    'protocol.encryption.set=none',
    'trackers.use_udp.set=yes',
    'pieces.hash.on_completion.set=yes',
    'pieces.memory.max.set=128M',
    'system.umask.set=0022',
  ];
  const child = startProcess('rtorrent', ['-n', ...settings.flatMap((each) => ['-o', each])], {
    cwd: state,
    env: { TERM: 'xterm', LC_ALL: 'C.UTF-8' },
  });
  await poll(child, 'its RPC', READY_DEADLINE_MS, () => call(socket, 'system.client_version'));
  await call(socket, 'load.start', '', torrent);
  return {
    address: { host, port },
    process: child,
    async completed(deadlineMs) {
      let last: string | undefined;
      try {
        await poll(child, 'everything', deadlineMs, async () => {
          last = await call(
            socket,
            'd.multicall2',
            '',
            'main',
            'd.complete=',
            'd.is_meta=',
            'd.hashing=',
            'd.message=',
          );
          const [complete, meta, hashing] = [...(last ?? '').matchAll(/<i8>(\d+)<\/i8>/g)].map(([, n]) => n);
          return complete === '1' && meta === '0' && hashing === '0' ? true : undefined;
        });
      } catch (error) {
        throw new Error(`rTorrent, at last ${last}`, { cause: error });
      }
    },
  };
}

/** One XML-RPC call with strings for parameters; undefined while nobody answers. */
function call(
  socketPath: string,
  method: string,
  ...parameters: readonly string[]
): Promise<string | undefined> {
  const params = parameters.map((text) => `<param><value><string>${escaped(text)}</string></value></param>`);
  const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params.join('')}</params></methodCall>`;
  const head = `CONTENT_LENGTH\0${Buffer.byteLength(body)}\0SCGI\x001\0`;
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      answer += text;
    });
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(answer === '' ? undefined : answer));
    socket.end(`${head.length}:${head},${body}`);
  });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
