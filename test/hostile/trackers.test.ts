/**
 * What hostile trackers answer (rows 60 to 64 of the catalogue), on both networks: whatever the first tracker says, the
 * client goes on to an honest one in the next tier, and the download completes.
 */
import { createSocket } from 'node:dgram';
import type { lookup } from 'node:dns';
import { type AddressInfo, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeCompactAddress } from '../../src/core/address.ts';
import { encodeBencode } from '../../src/core/bencode/index.ts';
import { fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { StreamHttpServer } from '../../src/core/http/stream-server.ts';
import type { Address, Stream, StreamHandler } from '../../src/core/ports.ts';
import { encodeUdpReply } from '../../src/core/tracker/udp-replies.ts';
import { decodeUdpRequest, type UdpRequest } from '../../src/core/tracker/udp-requests.ts';
import { pollUntil } from '../contract/world.ts';
import { EngineWorld } from '../support/engine-world.ts';
import { FixedTracker } from '../support/fixed-tracker.ts';
import { startLoopbackClient } from '../support/loopback-client.ts';

/** What a hostile tracker knows when it answers. */
interface Scene {
  /** Its own host and port, as in a URL. */
  readonly authority: string;
  /** An honest peer that has everything. */
  readonly seed: Address;
}

interface Attack {
  readonly row: number;
  readonly name: string;
  /** Everything that it sends back on a connection, head and body. */
  answer(scene: Scene): string;
  /** Its URL; default: `http://AUTHORITY/announce`. */
  url?(scene: Scene): string;
  /** It names the honest peer itself, so that nobody else need be asked. */
  readonly namesSeed?: boolean;
  /** It is never to be asked at all. */
  readonly unasked?: boolean;
  /** Simulated machines have no names, and no loopback of their own. */
  readonly socketsOnly?: boolean;
}

const HOSTS = { leecher: '127.0.31.91', seed: '127.0.31.92', hostile: '127.0.31.93', honest: '127.0.31.94' };

const reply = (head: string, body = ''): string => `HTTP/1.1 200 OK\r\n${head}\r\n\r\n${body}`;
const plain = (body: string): string => reply(`Content-Length: ${body.length}`, body);
const moved = (location: string): string =>
  `HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;
const compact = (address: Address): string => toLatin1(encodeCompactAddress(address) as Uint8Array);
const peers = (text: string): string => `5:peers${text.length}:${text}`;

const BOMB = toLatin1(gzipSync(Buffer.alloc(50_000_000)));
const LONG = 'x'.repeat(3 * 1024 * 1024);

const ATTACKS: readonly Attack[] = [
  { row: 60, name: 'a body of 3 MiB', answer: () => plain(LONG) },
  { row: 60, name: 'a body without a length and without end', answer: () => reply('X: y', LONG) },
  {
    row: 60,
    name: 'chunks without end',
    answer: () => reply('Transfer-Encoding: chunked', `100000\r\n${LONG.slice(0, 0x100000)}\r\n`.repeat(3)),
  },
  {
    row: 60,
    name: 'a chunk of negative length',
    answer: () => reply('Transfer-Encoding: chunked', '-1\r\nd8:intervali60e5:peers0:e\r\n0\r\n\r\n'),
  },
  {
    row: 60,
    name: 'a compressed bomb',
    answer: () => reply(`Content-Encoding: gzip\r\nContent-Length: ${BOMB.length}`, BOMB),
  },
  {
    row: 61,
    name: 'a redirect in circles',
    answer: ({ authority }) => moved(`http://${authority}/announce`),
  },
  { row: 61, name: 'a redirect to a file', answer: () => moved('file:///etc/passwd') },
  { row: 61, name: 'a redirect to UDP', answer: ({ authority }) => moved(`udp://${authority}/announce`) },
  {
    row: 61,
    name: 'a redirect to an address that no host can have',
    answer: ({ authority }) => moved(`http://0.0.0.0:${authority.split(':')[1] ?? 80}/announce`),
  },
  {
    row: 61,
    name: 'a redirect to a service of this machine',
    answer: () => moved('http://127.0.0.1:1/admin?do=harm'),
  },
  {
    row: 62,
    name: 'the URL of a service of this machine',
    url: ({ authority }) => `http://127.0.0.1:${authority.split(':')[1] ?? 80}/admin?do=harm`,
    answer: () => plain('d8:intervali60e5:peers0:e'),
    unasked: true,
  },
  {
    row: 62,
    name: 'a name that stands for this machine',
    url: ({ authority }) => `http://harmless.test:${authority.split(':')[1]}/admin?do=harm`,
    answer: () => plain('d8:intervali60e5:peers0:e'),
    unasked: true,
    socketsOnly: true,
  },
  { row: 63, name: 'peers of the wrong kind', answer: () => plain('d8:intervali60e5:peersi7ee') },
  { row: 63, name: 'half a peer', answer: () => plain('d8:intervali60e5:peers5:aaaaae') },
  { row: 63, name: 'peers at port 0', answer: () => plain('d8:intervali60e5:peers6:aaaa\0\0e') },
  {
    row: 63,
    name: 'a peer and a half, and an interval of -1',
    answer: ({ seed }) => plain(`d8:intervali-1e${peers(`${compact(seed)}aaa`)}e`),
    namesSeed: true,
  },
  {
    row: 63,
    name: 'a peer, and an interval of 10^12 s',
    answer: ({ seed }) =>
      plain(`d8:intervali1000000000000e12:min intervali99999999999e${peers(compact(seed))}e`),
    namesSeed: true,
  },
  {
    row: 63,
    name: 'ten thousand times the same peer',
    answer: ({ seed }) => plain(`d8:intervali0e${peers(compact(seed).repeat(10_000))}e`),
    namesSeed: true,
  },
];

/** A tracker that names one peer, as it answers over HTTP. */
const honestBody = (seed: Address): Uint8Array =>
  encodeBencode({ interval: 60, peers: encodeCompactAddress(seed) as Uint8Array });

/** Forged and true datagrams that answer a request, in order. The last says that the tracker refuses. */
function forgedReplies(request: UdpRequest, seed: Address): Uint8Array[] {
  const { transaction } = request;
  const connect = encodeUdpReply({ kind: 'connect', transaction, connectionId: { high: 0, low: 1 } });
  const counts = { intervalSeconds: 60, incomplete: 0, complete: 0 };
  const stranger = encodeUdpReply({
    kind: 'announce',
    transaction: transaction ^ 1,
    ...counts,
    peers: [seed],
  });
  const garbage = [new Uint8Array(0), connect.subarray(0, 7), new Uint8Array(60_000).fill(0xff), stranger];
  if (request.kind === 'connect') return [...garbage, connect];
  return [...garbage, connect, encodeUdpReply({ kind: 'error', transaction, message: 'go away' })];
}

describe('in simulation', () => {
  function setUp() {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const [hostile, honest] = [world.host(), world.host()] as const;
    let asked = 0;
    new StreamHttpServer(
      { clock: world.clock, network: honest.network },
      {
        port: 80,
        handle: () => {
          asked++;
          return { status: 200, contentType: 'text/plain', body: honestBody(seed.address) };
        },
      },
    );
    const complete = (url: string, seconds: number): boolean => {
      const trackers = [[url], [`http://${honest.address}/announce`]];
      const leecher = world.client({ trackers });
      return world.runUntil(() => leecher.torrent.status().state === 'seeding', seconds);
    };
    return { world, seed: seed.address, hostile, complete, asked: () => asked };
  }

  it.each(ATTACKS.filter(({ socketsOnly }) => socketsOnly !== true))('row $row: $name', (attack) => {
    const { seed, hostile, complete, asked } = setUp();
    const scene = { authority: hostile.address, seed };
    let calls = 0;
    hostile.network.listen(80, {
      onListening() {},
      onListenError(message) {
        throw new Error(message);
      },
      onAccept: (stream) => {
        calls++;
        return answering(stream, fromLatin1(attack.answer(scene)));
      },
    });
    expect(complete(attack.url?.(scene) ?? `http://${hostile.address}/announce`, 120)).toBe(true);
    expect([calls > 0, asked() > 0]).toEqual([attack.unasked !== true, attack.namesSeed !== true]);
  });

  it.each([
    ['and a refusal', 5],
    ['and nothing that is true', 120],
  ])('row 64: forged answers over UDP, %s', (_, seconds) => {
    const { seed, hostile, complete, asked } = setUp();
    let answered = 0;
    const socket = hostile.network.bindDatagrams(6969, {
      onBound() {},
      onDatagramError() {},
      onDatagram: (bytes, from) => {
        const request = decodeUdpRequest(bytes);
        if (!request.ok) throw new Error(request.error.message);
        const replies = forgedReplies(request.value, seed);
        if (seconds > 5 && request.value.kind !== 'connect') replies.pop();
        for (const each of replies) socket.send(each, from);
        answered++;
      },
    });
    expect(complete(`udp://${hostile.address}:6969/announce`, seconds)).toBe(true);
    expect([answered > 1, asked() > 0]).toEqual([true, true]);
  });
});

describe('on real sockets', () => {
  /** Everybody who looks for "harmless.test" finds the hostile tracker's address. */
  const lookUp = ((_name: string, _options: object, done: (...outcome: unknown[]) => void) => {
    setImmediate(() => done(null, [{ address: '127.0.0.1', family: 4 }]));
  }) as unknown as typeof lookup;

  async function setUp() {
    const seed = await startLoopbackClient({ host: HOSTS.seed, have: 'all' });
    const honest = await FixedTracker.start(HOSTS.honest, [seed.address]);
    onTestFinished(() => honest.close());
    const complete = async (url: string): Promise<void> => {
      const trackers = [url, honest.announceUrl];
      const leecher = await startLoopbackClient({ host: HOSTS.leecher, trackers, http: { lookup: lookUp } });
      await pollUntil(() => leecher.torrent.status().state === 'seeding');
    };
    return { seed: seed.address, complete, honest };
  }

  it.each(ATTACKS)('row $row: $name', async (attack) => {
    const { seed, complete, honest } = await setUp();
    let calls = 0;
    const server = createServer((socket) => {
      calls++;
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(Buffer.from(attack.answer(scene), 'latin1')));
    });
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const { port } = server.address() as AddressInfo;
    const scene = { authority: `${HOSTS.hostile}:${port}`, seed };
    await complete(attack.url?.(scene) ?? `http://${scene.authority}/announce`);
    expect([calls > 0, honest.events.length > 0]).toEqual([
      attack.unasked !== true,
      attack.namesSeed !== true,
    ]);
  });

  it('row 64: forged answers over UDP, and a refusal', async () => {
    const { seed, complete, honest } = await setUp();
    const [socket, stranger] = [createSocket('udp4'), createSocket('udp4')];
    onTestFinished(() => {
      socket.close();
      stranger.close();
    });
    let answered = 0;
    socket.on('message', (bytes, from) => {
      const request = decodeUdpRequest(bytes);
      if (!request.ok) throw new Error(request.error.message);
      answered++;
      // From another port nothing counts, the right transaction included.
      const { transaction } = request.value;
      const forged = encodeUdpReply({ kind: 'connect', transaction, connectionId: { high: 0, low: 99 } });
      stranger.send(forged, from.port, from.address, () => {
        for (const each of forgedReplies(request.value, seed)) socket.send(each, from.port, from.address);
      });
    });
    await new Promise<void>((resolve) => stranger.bind(0, HOSTS.hostile, resolve));
    await new Promise<void>((resolve) => socket.bind(0, HOSTS.hostile, resolve));
    await complete(`udp://${HOSTS.hostile}:${socket.address().port}/announce`);
    expect([answered > 1, honest.events[0]]).toEqual([true, 'started']);
  });
});

/** Says all of it at once to whoever asks, whatever is asked. */
function answering(stream: Stream, bytes: Uint8Array): StreamHandler {
  let answered = false;
  return {
    onOpen() {},
    onBytes() {
      if (!answered) stream.write(bytes, 0, bytes.length);
      answered = true;
    },
    onPayload() {},
    onWritable() {},
    onClose() {},
  };
}
