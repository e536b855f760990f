/** `swarmlab get` and `swarmlab seed` where torrents, folders, trackers and peers are not as they should be. */
import { createSocket } from 'node:dgram';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { digestTree } from '../support/file-trees.ts';
import { endProcesses } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';
import {
  expectNoStackTrace,
  expectRefused,
  makeLocalTorrent,
  swarmlab,
  swarmlabHere,
  temporaryFolder,
} from './support.ts';

const SEED_HOST = '127.0.32.1';
const LEECHER_HOST = '127.0.32.2';
const OTHER_HOST = '127.0.32.3';
const DEADLINE_MS = 60_000;
const PEER = ['--peer', '127.0.32.9:6881'];

describe.skipIf(!SWARMLAB)('a torrent file', () => {
  test('cut off anywhere is refused with the place', async () => {
    const folder = temporaryFolder();
    const { torrentFile } = makeLocalTorrent(folder);
    const whole = readFileSync(torrentFile);
    const cuts = [0, 1, 7, Math.floor(whole.length / 2), whole.length - 1];
    for (const length of cuts) {
      const path = join(folder, `cut-${length}.torrent`);
      writeFileSync(path, whole.subarray(0, length));
      const ended = await swarmlabHere(['get', path, ...PEER, '--out', join(folder, 'out')]);
      expectRefused(ended, 2, `cut-${length}.torrent is not a torrent file: `, /\(at byte \d+\)\n$/);
    }
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  test.each([
    ['of another kind', 'not bencode at all', /at byte 0/],
    ['without info', 'd8:announce9:udp://x:1e', /info/],
    ['with a file of less than nothing', undefined, /length/],
  ])('%s is refused', async (_, text, message) => {
    const folder = temporaryFolder();
    const { torrentFile } = makeLocalTorrent(folder);
    const good = readFileSync(torrentFile).toString('latin1');
    writeFileSync(torrentFile, text ?? good.replace('i60000e', 'i-60000e'), 'latin1');
    const ended = await swarmlabHere(['get', torrentFile, ...PEER, '--out', folder]);
    expectRefused(ended, 2, /^error: .*made\.torrent is not a torrent file: /, message);
  });

  test.each([
    ['missing', 'nowhere.torrent', 'there is no such file'],
    ['a folder', '.', 'is a folder, not a torrent file'],
  ])('%s is refused', async (_, path, message) => {
    const folder = temporaryFolder();
    expectRefused(await swarmlabHere(['get', path, ...PEER], { cwd: folder }), 2, /^error: /, message);
    expectRefused(await swarmlabHere(['seed', path, '--data', '.'], { cwd: folder }), 2, /^error: /, message);
  });
});

describe.skipIf(!SWARMLAB)('a download is refused', () => {
  test.each<[string, string[], number, string | RegExp]>([
    [
      'without anyone to ask',
      [],
      2,
      'names no tracker, so there is nobody to ask\n  name a peer with --peer',
    ],
    [
      'with a peer without a port',
      ['--peer', '127.0.0.1'],
      2,
      /--peer 127\.0\.0\.1 is not valid\n {2}expected a host/,
    ],
    ['with a peer at port 0', ['--peer', '127.0.0.1:0'], 2, '--peer 127.0.0.1:0 is not valid'],
    ['with a host that is none', ['--peer', '300.1.1.1:80'], 2, '--peer 300.1.1.1:80 is not valid'],
    // A label of a name has at most 63 characters, so nobody is asked for this one.
    [
      'with an unknown host',
      ['--peer', `${'a'.repeat(64)}.invalid:80`],
      69,
      /--peer a+\.invalid:80: cannot resolve/,
    ],
    ['with a rate without a unit', [...PEER, '--upload-limit', '500'], 2, '--upload-limit 500 is not valid'],
    ['with a rate of nothing', [...PEER, '--download-limit', '0 KiB/s'], 2, 'a rate above 0'],
    ['with a local name', [...PEER, '--host', 'here'], 2, '--host here is not valid'],
    [
      'with an address of another machine',
      [...PEER, '--host', '192.0.2.1'],
      69,
      /192\.0\.2\.1: cannot listen/,
    ],
  ])('%s', async (_, options, code, message) => {
    const folder = temporaryFolder();
    const { torrentFile } = makeLocalTorrent(folder);
    const out = join(folder, 'out');
    const run = code === 2 ? swarmlabHere : swarmlab;
    const ended = await run(['get', torrentFile, '--out', out, ...options]);
    expectRefused(ended, code, /^error: /m, message);
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });

  test('into a folder with a file in its way', async () => {
    const folder = temporaryFolder();
    const { torrentFile } = makeLocalTorrent(folder);
    writeFileSync(join(folder, 'file'), '');
    const ended = await swarmlabHere(['get', torrentFile, ...PEER, '--out', join(folder, 'file')]);
    expectRefused(ended, 2, 'cannot write to the folder', join(folder, 'file'));
  });

  test('over a file that has the name of its folder', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const out = join(folder, 'out');
    mkdirSync(out);
    writeFileSync(join(out, torrent.name), 'mine');
    const ended = await swarmlab(['get', torrent.torrentFile, ...PEER, '--out', out]);
    expectRefused(ended, 69, /several files is not a folder/);
    expect(readFileSync(join(out, torrent.name), 'utf8')).toBe('mine');
  });

  test('when its port is taken', async () => {
    const folder = temporaryFolder();
    const { torrentFile } = makeLocalTorrent(folder);
    const taken = await listen(LEECHER_HOST, () => {});
    const where = ['--host', LEECHER_HOST, '--port', taken.split(':')[1] as string];
    const ended = await swarmlab(['get', torrentFile, ...PEER, '--out', join(folder, 'out'), ...where]);
    expectRefused(ended, 69, /cannot listen on port \d+: EADDRINUSE/);
  });
});

describe.skipIf(!SWARMLAB)('seeding is refused', () => {
  test.each<[string, (data: string) => void, string | RegExp]>([
    [
      'without the folder',
      (data) => rmSync(data, { recursive: true }),
      /there is no such file\n {2}--data names/,
    ],
    [
      'with a file missing',
      (data) => rmSync(join(data, 'several files/deep/second.bin')),
      'second.bin: there is no',
    ],
    [
      'with a file too short',
      (data) => truncateSync(join(data, 'several files/deep/second.bin'), 59_999),
      'is 59999 bytes long; the torrent says 60000 bytes',
    ],
    [
      'with a file in place of the folder',
      (data) => {
        rmSync(join(data, 'several files'), { recursive: true });
        writeFileSync(join(data, 'several files'), '');
      },
      'there is no such file',
    ],
    [
      'with other content',
      (data) => writeFileSync(join(data, 'several files/deep/second.bin'), new Uint8Array(60_000)),
      /is not that of .*made\.torrent: 9 of 13 pieces are good/,
    ],
  ])('%s', async (_, spoil, message) => {
    const folder = temporaryFolder();
    const { torrentFile, data } = makeLocalTorrent(folder);
    spoil(data);
    const args = ['seed', torrentFile, '--data', data, '--host', SEED_HOST, '--port', '0'];
    expectRefused(await swarmlabHere(args), 2, /^error: /m, message);
  });
});

describe.skipIf(!SWARMLAB)('a download completes', () => {
  afterEach(endProcesses);

  const ANSWERS: readonly (readonly [string, string, RegExp])[] = [
    [
      'garbage',
      'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\u0000\u00ff\u0003garbage',
      /tracker http:.*: \S/,
    ],
    ['no HTTP at all', '\u0001\u0002\u0003\r\n\r\n', /tracker http:.*: \S/],
    ['a server error', 'HTTP/1.1 500 Oh\r\nConnection: close\r\n\r\n', /tracker http:.*500/],
    [
      'a refusal with control characters',
      'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nd14:failure reason9:no \u001b[31m!e',
      /tracker http:.* refuses: no .\[31m!/,
    ],
  ];

  test.each(ANSWERS)('though the tracker answers %s', async (_, answer, message) => {
    const tracker = await listen(OTHER_HOST, (socket) => {
      socket.once('data', () => socket.end(answer, 'latin1'));
    });
    await completes(`http://${tracker}/announce`, message);
  });

  test('though the tracker closes without a word', async () => {
    const tracker = await listen(OTHER_HOST, (socket) => socket.destroy());
    await completes(`http://${tracker}/announce`, /tracker http:.*: \S/);
  });

  test.each<[string, (request: Buffer) => Buffer, RegExp | undefined]>([
    ['noise', () => Buffer.from('what?'), undefined],
    ['the answer to somebody else', (request) => Buffer.concat([Buffer.alloc(8, 7), request]), undefined],
    [
      'a refusal',
      (request) =>
        Buffer.concat([Buffer.from([0, 0, 0, 3]), request.subarray(12, 16), Buffer.from('go \u001baway')]),
      /tracker udp:.* refuses: go .away/,
    ],
  ])('though the tracker answers %s by UDP', async (_, answer, message) => {
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.on('message', (request, from) => socket.send(answer(request), from.port, from.address));
    await new Promise<void>((resolve) => socket.bind(0, OTHER_HOST, resolve));
    await completes(`udp://${OTHER_HOST}:${socket.address().port}/announce`, message);
  });

  test.each<[string, (infoHash: Uint8Array) => Buffer]>([
    ['garbage', () => Buffer.alloc(5_000, 0xa7)],
    [
      'a message without end',
      (infoHash) => Buffer.concat([handshake(infoHash), Buffer.from([0xff, 0xff, 0xff, 0xff, 7])]),
    ],
    ['blocks that nobody asked for', (infoHash) => Buffer.concat([handshake(infoHash), unaskedBlock()])],
    [
      'requests beyond the end',
      (infoHash) =>
        Buffer.concat([
          handshake(infoHash),
          Buffer.from([0, 0, 0, 13, 6, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0]),
        ]),
    ],
  ])('though one peer sends %s, and the seed bears the same', async (_, noise) => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const bytes = noise(torrent.infoHash);
    const bad = await listen(OTHER_HOST, (socket) => socket.write(bytes));
    const { address, process: seed } = await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST);
    const caller = connect({ ...address, localAddress: OTHER_HOST }, () => caller.write(bytes));
    caller.on('error', () => undefined);
    onTestFinished(() => void caller.destroy());
    const out = join(folder, 'out');
    const peers = ['--peer', bad, '--peer', `${address.host}:${address.port}`];
    const ended = await swarmlab([
      'get',
      torrent.torrentFile,
      '--out',
      out,
      '--host',
      LEECHER_HOST,
      ...peers,
    ]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expectNoStackTrace(ended.stderr);
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
    seed.kill('SIGINT');
    expect(await seed.ended(DEADLINE_MS), seed.transcript()).toEqual({ code: 0, signal: null });
  });

  /** From a seed that it is told of, slowly enough for the tracker to have its say, which `message` matches. */
  async function completes(announceUrl: string, message: RegExp | undefined): Promise<void> {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder, { trackers: [announceUrl] });
    // The seed reads a torrent without the tracker: same content, same info-hash.
    const plain = makeLocalTorrent(join(folder, 'plain'));
    const { address } = await startSwarmlabSeed(plain.torrentFile, plain.data, SEED_HOST);
    const out = join(folder, 'out');
    const child = startSwarmlab([
      ...['get', torrent.torrentFile, '--peer', `${address.host}:${address.port}`, '--out', out],
      ...['--host', LEECHER_HOST, '--download-limit', '128 KiB/s'],
    ]);
    if (message !== undefined) await child.line(message, DEADLINE_MS);
    expect(await child.ended(DEADLINE_MS), child.transcript()).toEqual({ code: 0, signal: null });
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
    expectNoStackTrace(child.lines.join('\n'));
    expect(child.lines.join('\n')).not.toContain('\u001b');
  }
});

/** A TCP server for the test, as host:port. */
async function listen(host: string, accept: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    accept(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `${host}:${(server.address() as AddressInfo).port}`;
}

function handshake(infoHash: Uint8Array): Buffer {
  const name = Buffer.from('\u0013BitTorrent protocol', 'latin1');
  return Buffer.concat([name, Buffer.alloc(8), infoHash, Buffer.from('-XX0000-abcdefghijkl', 'latin1')]);
}

function unaskedBlock(): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(9 + 16_384, 0);
  head[4] = 7;
  return Buffer.concat([head, Buffer.alloc(16_384, 1)]);
}
