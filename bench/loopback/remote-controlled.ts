/**
 * Clients on loopback that are told of their torrent, and asked how far they are, over an interface of their own:
 * Transmission, qBittorrent, rTorrent. They are asked twenty times a second, which costs them next to nothing.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ClientProcess } from './client-process.ts';
import { type LoopbackClient, lacking, type Party, type RunningClient } from './clients.ts';
import { freePort } from './free-port.ts';
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
    const rpcPort = await freePort(host);
    const settings = {
      'bind-address-ipv4': host,
      'peer-port': await freePort(host),
      'rpc-bind-address': host,
      'rpc-port': rpcPort,
      'rpc-host-whitelist-enabled': false,
      'rpc-whitelist-enabled': false,
      'download-dir': folder,
      'dht-enabled': false,
      'lpd-enabled': false,
      'pex-enabled': false,
      'utp-enabled': false,
      'port-forwarding-enabled': false,
      'rename-partial-files': false,
      'start-added-torrents': true,
      'ratio-limit-enabled': false,
      'speed-limit-up-enabled': false,
      'speed-limit-down-enabled': false,
      'cache-size-mb': 64,
      preallocation: 0,
      // Preferred is not forced: two of them talk in the clear.
      encryption: 0,
    };
    writeFileSync(join(state, 'settings.json'), JSON.stringify(settings));
    const process = new ClientProcess('transmission-daemon', ['--foreground', '--config-dir', state]);
    const url = `http://${host}:${rpcPort}/transmission/rpc`;
    let session = '';
    const ask = async (method: string, args: object): Promise<unknown> => {
      const body = JSON.stringify({ method, arguments: args });
      for (let tries = 0; tries < 2; tries++) {
        const answer = await fetch(url, {
          method: 'POST',
          body,
          headers: { 'X-Transmission-Session-Id': session },
        });
        if (answer.ok) return await answer.json();
        session = answer.headers.get('X-Transmission-Session-Id') ?? '';
        await answer.arrayBuffer();
      }
      return undefined;
    };
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
    const webPort = await freePort(host);
    const port = await freePort(host);
    const settings = join(state, 'qBittorrent', 'config');
    mkdirSync(settings, { recursive: true });
    writeFileSync(
      join(settings, 'qBittorrent.conf'),
      `[LegalNotice]
Accepted=true
[Preferences]
WebUI\\Address=${host}
WebUI\\Port=${webPort}
WebUI\\LocalHostAuth=false
WebUI\\AuthSubnetWhitelistEnabled=true
WebUI\\AuthSubnetWhitelist=127.0.0.0/8, 10.0.0.0/8
WebUI\\UseUPnP=false
[Network]
PortForwardingEnabled=false
[BitTorrent]
Session\\Interface=lo
Session\\InterfaceAddress=${host}
Session\\Port=${port}
Session\\DHTEnabled=false
Session\\LSDEnabled=false
Session\\PeXEnabled=false
Session\\BTProtocol=TCP
Session\\IgnoreLimitsOnLAN=true
Session\\GlobalMaxRatio=-1
`,
    );
    const process = new ClientProcess('qbittorrent-nox', [`--profile=${state}`], { HOME: state });
    const ask = (path: string, init?: RequestInit): Promise<Response> =>
      fetch(`http://${host}:${webPort}/api/v2/${path}`, init);
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
      'protocol.pex.set=no',
      'protocol.encryption.set=none',
      'pieces.hash.on_completion.set=no',
      'pieces.memory.max.set=1024M',
      'system.umask.set=0022',
    ];
    const args = ['-n', ...settings.flatMap((each) => ['-o', each])];
    const process = new ClientProcess('rtorrent', args, { TERM: 'xterm', LC_ALL: 'C.UTF-8' });
    await until(process, READY_MS, () => callRtorrent(socket, 'system.client_version'));
    await callRtorrent(socket, 'load.start', '', bench.torrentFile);
    return {
      process,
      complete: async (deadlineMs) => {
        await until(process, deadlineMs, async () => {
          const answer = await callRtorrent(socket, 'd.multicall2', '', 'main', 'd.complete=', 'd.hashing=');
          const [complete, hashing] = [...(answer ?? '').matchAll(/<i8>(\d+)<\/i8>/g)].map(([, n]) => n);
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

/** One XML-RPC call over SCGI with strings for parameters; undefined while nobody answers. */
function callRtorrent(
  path: string,
  method: string,
  ...parameters: readonly string[]
): Promise<string | undefined> {
  const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const params = parameters.map((text) => `<param><value><string>${escaped(text)}</string></value></param>`);
  const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params.join('')}</params></methodCall>`;
  const head = `CONTENT_LENGTH\0${Buffer.byteLength(body)}\0SCGI\x001\0`;
  return new Promise((resolve) => {
    const socket = connect(path);
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
