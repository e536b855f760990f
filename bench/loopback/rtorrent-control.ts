/** How rTorrent is told what to do: the settings that it starts with, and XML-RPC over its SCGI socket. */
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ClientPlace } from './client-place.ts';

export interface RtorrentProcess {
  readonly command: 'rtorrent';
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where it answers `callRtorrent`. */
  readonly socket: string;
}

/** It runs without a screen and finds peers by trackers alone. `more`: settings that differ, as "name=value". */
export function rtorrentProcess(place: ClientPlace, more: readonly string[]): RtorrentProcess {
  const { host, port, folder, state, peerExchange = false } = place;
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
    'system.umask.set=0022',
    ...more,
  ];
  return {
    command: 'rtorrent',
    args: ['-n', ...settings.flatMap((each) => ['-o', each])],
    env: { TERM: 'xterm', LC_ALL: 'C.UTF-8' },
    socket,
  };
}

/** One XML-RPC call with strings for parameters; undefined while nobody answers. */
export function callRtorrent(
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

/** The whole numbers of an answer, in its order. */
export function numbersOf(answer: string | undefined): readonly (string | undefined)[] {
  return [...(answer ?? '').matchAll(/<i8>(\d+)<\/i8>/g)].map(([, digits]) => digits);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
