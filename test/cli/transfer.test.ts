/** `swarmlab get` and `swarmlab seed` against each other over loopback, each on an address of its own. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { digestTree } from '../support/file-trees.ts';
import { endProcesses } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';
import {
  expectNoStackTrace,
  type LocalTorrent,
  makeLocalTorrent,
  PIECE_BYTES,
  swarmlab,
  swarmlabHere,
  temporaryFolder,
} from './support.ts';
import { startTracker } from './tracker-host.ts';

const SEED_HOST = '127.0.31.1';
const LEECHER_HOST = '127.0.31.2';
const TRACKER_HOST = '127.0.31.3';
const DEADLINE_MS = 60_000;

const ONE_FILE = { files: [['one.bin', 40 * PIECE_BYTES - 100]] as const };

async function seed({ torrentFile, data }: LocalTorrent): Promise<string> {
  const { address } = await startSwarmlabSeed(torrentFile, data, SEED_HOST);
  return `${address.host}:${address.port}`;
}

interface Got {
  readonly path: string;
  readonly totalBytes: number;
  readonly receivedBytes: number;
  readonly seconds: number;
}

/** `swarmlab get --json` to its good end. */
async function get(torrentFile: string, out: string, ...options: readonly string[]): Promise<Got> {
  const args = ['get', torrentFile, '--host', LEECHER_HOST, '--out', out, '--json', ...options];
  const ended = await swarmlab(args);
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  return JSON.parse(ended.stdout) as Got;
}

describe.skipIf(!SWARMLAB)('a download', () => {
  afterEach(endProcesses);

  test('of several files from a peer is the same, byte for byte', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const peer = await seed(torrent);
    const out = join(folder, 'new', 'folder');
    const ended = await swarmlab(['get', torrent.torrentFile, '--peer', peer, '--out', out]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
    expect(readdirSync(out)).toEqual([torrent.name]);
    expect(ended.stdout).toMatch(/^complete in \S+: /);
    expect(ended.stdout).toContain(join(out, torrent.name));
    expect(ended.stdout + ended.stderr).not.toContain('\u001b');
  });

  test('waits for a peer that was named and is not there yet', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    let [tries, port] = [0, 0];
    const nobody = createServer((socket) => {
      tries++;
      socket.resetAndDestroy();
      nobody.close();
    });
    onTestFinished(() => void nobody.close());
    await new Promise<void>((resolve) => nobody.listen(0, SEED_HOST, resolve));
    port = (nobody.address() as AddressInfo).port;
    const where = ['--host', LEECHER_HOST, '--out', join(folder, 'out'), '--no-dht'];
    const leecher = startSwarmlab(['get', torrent.torrentFile, '--peer', `${SEED_HOST}:${port}`, ...where]);
    await expect.poll(() => [tries, nobody.listening], { timeout: DEADLINE_MS }).toEqual([1, false]);
    startSwarmlab([
      'seed',
      torrent.torrentFile,
      '--data',
      torrent.data,
      '--host',
      SEED_HOST,
      '--port',
      `${port}`,
    ]);
    expect(await leecher.ended(DEADLINE_MS), leecher.transcript()).toEqual({ code: 0, signal: null });
    expect(digestTree(join(folder, 'out'))).toEqual(digestTree(torrent.data));
  });

  test('of one file puts it where it was told', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder, ONE_FILE);
    const out = join(folder, 'out');
    const got = await get(torrent.torrentFile, out, '--peer', await seed(torrent));
    expect(got).toMatchObject({
      path: join(out, 'one.bin'),
      totalBytes: torrent.content.length,
      receivedBytes: torrent.content.length,
    });
    expect(readFileSync(join(out, 'one.bin')).equals(torrent.content)).toBe(true);
  });

  test('finds a peer that is named and not numbered', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder, ONE_FILE);
    const { address } = await startSwarmlabSeed(torrent.torrentFile, torrent.data, '127.0.0.1');
    const args = ['get', torrent.torrentFile, '--out', join(folder, 'out')];
    const ended = await swarmlab([...args, '--peer', `localhost:${address.port}`]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
  });

  test.each(['http', 'udp'] as const)('finds its peer by a tracker over %s', async (transport) => {
    const folder = temporaryFolder();
    const tracker = await startTracker(transport, TRACKER_HOST);
    onTestFinished(() => tracker.close());
    const torrent = makeLocalTorrent(folder, { trackers: [tracker.announceUrl] });
    await seed(torrent);
    await expect.poll(() => tracker.peerCount(), { timeout: DEADLINE_MS }).toBe(1);
    const out = join(folder, 'out');
    await get(torrent.torrentFile, out);
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
    // The leecher has said goodbye.
    expect(tracker.peerCount()).toBe(1);
  });

  test('does not touch what is complete already', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const peer = await seed(torrent);
    const out = join(folder, 'out');
    await get(torrent.torrentFile, out, '--peer', peer);
    expect(await get(torrent.torrentFile, out, '--peer', peer)).toMatchObject({ receivedBytes: 0 });
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
  });

  test('mends what is there under its name but damaged', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder, ONE_FILE);
    const peer = await seed(torrent);
    const out = join(folder, 'out');
    const damaged = torrent.content.slice();
    damaged.fill(0, 3 * PIECE_BYTES + 5, 3 * PIECE_BYTES + 50);
    mkdirSync(out);
    writeFileSync(join(out, 'one.bin'), damaged);
    const got = await get(torrent.torrentFile, out, '--peer', peer);
    expect(got.receivedBytes).toBe(PIECE_BYTES);
    expect(readFileSync(join(out, 'one.bin')).equals(torrent.content)).toBe(true);
  });

  test('leaves alone what has the name of the torrent and nothing else of it', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder, ONE_FILE);
    const peer = await seed(torrent);
    const out = join(folder, 'out');
    mkdirSync(out);
    writeFileSync(join(out, 'one.bin'), 'my own notes');
    const ended = await swarmlab(['get', torrent.torrentFile, '--peer', peer, '--out', out]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('one.bin exists and holds nothing of this torrent');
    expect(readFileSync(join(out, 'one.bin'), 'utf8')).toBe('my own notes');
    expect(readdirSync(out)).toEqual(['one.bin']);
  });

  test.each(['SIGKILL', 'SIGINT'] as const)('goes on after %s where it was', async (signal) => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder, ONE_FILE);
    const peer = await seed(torrent);
    const out = join(folder, 'out');
    const part = join(out, 'one.bin.part');
    const args = ['get', torrent.torrentFile, '--peer', peer, '--out', out, '--host', LEECHER_HOST];
    const first = startSwarmlab([...args, '--download-limit', '64 KiB/s']);
    await expect
      .poll(() => goodBytes(part, torrent.content), { timeout: DEADLINE_MS, interval: 20 })
      .toBeGreaterThan(2 * PIECE_BYTES);
    first.kill(signal);
    const exit = await first.ended(DEADLINE_MS);
    if (signal === 'SIGINT') {
      expect(exit, first.transcript()).toEqual({ code: 130, signal: null });
      expect(first.lines.join('\n')).toContain(`what has arrived is in ${part}`);
      expectNoStackTrace(first.lines.join('\n'));
    }
    expect(readdirSync(out)).toEqual(['one.bin.part']);
    const kept = goodBytes(part, torrent.content);
    const got = await get(torrent.torrentFile, out, '--peer', peer);
    expect(got.receivedBytes).toBe(torrent.content.length - kept);
    expect(readdirSync(out)).toEqual(['one.bin']);
    expect(readFileSync(join(out, 'one.bin')).equals(torrent.content)).toBe(true);
  });

  test('of chosen files makes these and leaves nothing else', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const peer = await seed(torrent);
    const out = join(folder, 'out');
    // The third and largest shares pieces with its neighbours.
    const got = await get(torrent.torrentFile, out, '--peer', peer, '--files', '3');
    expect(got.receivedBytes).toBeLessThan(150_001 + 2 * PIECE_BYTES);
    const digests = digestTree(torrent.data);
    const [path = ''] = Object.keys(digests).filter((name) => name.endsWith('first.bin'));
    expect(digestTree(out)).toEqual({ [path]: digests[path] });
    expect(readdirSync(out)).toEqual([torrent.name]);
    // The rest, later: what is there is not fetched again, but for pieces that were shared.
    const rest = await get(torrent.torrentFile, out, '--peer', peer, '--sequential');
    expect(rest.receivedBytes).toBeLessThan(60_005 + 2 * PIECE_BYTES);
    expect(digestTree(out)).toEqual(digests);
  });

  test('of files by priority fetches what is wanted most first, and goes on so after an interruption', async () => {
    const folder = temporaryFolder();
    const files = [
      ['low.bin', 8 * PIECE_BYTES],
      ['none.bin', 4 * PIECE_BYTES],
      ['top.bin', 60 * PIECE_BYTES],
    ] as const;
    const torrent = makeLocalTorrent(folder, { files });
    const peer = await seed(torrent);
    const out = join(folder, 'out');
    const sizeOf = (name: string): number =>
      statSync(join(out, `${torrent.name}.part`, name), { throwIfNoEntry: false })?.size ?? 0;
    const args = ['get', torrent.torrentFile, '--peer', peer, '--out', out, '--host', LEECHER_HOST];
    args.push('--state', join(folder, 'state'));
    const wishes = ['--priority', 'low.*=1', '--priority', '2=0', '--priority', 'top.bin=7'];
    const first = startSwarmlab([...args, ...wishes, '--download-limit', '64 KiB/s']);
    await expect.poll(() => sizeOf('top.bin'), { timeout: DEADLINE_MS, interval: 20 }).toBeGreaterThan(0);
    expect(sizeOf('low.bin')).toBe(0);
    first.kill('SIGINT');
    await first.ended(DEADLINE_MS);
    const ended = await swarmlab([...args, '--json']);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(ended.stderr).toContain('are those of last time');
    expect(readdirSync(join(out, torrent.name)).toSorted()).toEqual(['low.bin', 'top.bin']);
    // What was wanted is there: whoever comes again without a wish wants all.
    await get(torrent.torrentFile, out, '--peer', peer);
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
  });

  test.each([
    ['*.none=3', /--priority \*\.none=3 names no file of/],
    ['9=3', /--priority 9=3 names no file of/],
    ['1=8', /--priority 1=8 is not valid\n {2}expected files and a number from 0/],
    ['1', /--priority 1 is not valid/],
    ['**=0', /leave no file with anything in it/],
  ])('with the priority %s, which is none, is refused', async (priority, message) => {
    const folder = temporaryFolder();
    const { torrentFile } = makeLocalTorrent(folder);
    const ended = await swarmlabHere(['get', torrentFile, '--peer', '127.0.0.1:1', '--priority', priority]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(message);
  });

  test('of a torrent with pads does not ask for padding and does not store it', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const padded = join(folder, 'padded.torrent');
    const source = join(torrent.data, torrent.name);
    const made = await swarmlab(['create', source, '--pad', '--piece-length', '128 KiB', '--out', padded]);
    expect(made, made.stderr).toMatchObject({ code: 0 });
    const peer = await seed({ ...torrent, torrentFile: padded });
    const out = join(folder, 'out');
    const got = await get(padded, out, '--peer', peer);
    // 5, 150,001 and 60,000 bytes, each rounded up to a block at most.
    expect(got.receivedBytes).toBeLessThan(torrent.content.length + 3 * 16_384);
    expect(got.totalBytes).toBeGreaterThan(400_000);
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
  });

  test.each(['0', '5', '1-9', 'x', '2'])('of the files %s, which are none, is refused', async (files) => {
    const folder = temporaryFolder();
    const { torrentFile } = makeLocalTorrent(folder);
    const ended = await swarmlabHere(['get', torrentFile, '--peer', '127.0.0.1:1', '--files', files]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(
      /--files \S+ (?:is not valid\n {2}expected numbers from 1 to 4|names no file)/,
    );
  });

  test('keeps the rates that it is told, to send and to fetch', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder, ONE_FILE);
    const slowSeed = startSwarmlab([
      ...['seed', torrent.torrentFile, '--data', torrent.data, '--host', SEED_HOST, '--port', '0'],
      ...['--upload-limit', '256 KiB/s'],
    ]);
    const [, slow = ''] = await slowSeed.line(/listening on (\S+)/, DEADLINE_MS);
    const fast = await seed(torrent);
    const sent = await get(torrent.torrentFile, join(folder, 'a'), '--peer', slow);
    const fetched = await get(
      ...([torrent.torrentFile, join(folder, 'b')] as const),
      ...['--peer', fast, '--download-limit', '256 KiB/s'],
    );
    // 640 KiB at 256 KiB/s are 2.5 s; what may go out in one burst is not known here, and a slow machine only adds.
    expect(sent.seconds).toBeGreaterThan(1.2);
    expect(fetched.seconds).toBeGreaterThan(1.2);
  });
});

describe.skipIf(!SWARMLAB)('a seed', () => {
  afterEach(endProcesses);

  test('serves originals whose names no download has, because not every system can keep them', async () => {
    const folder = temporaryFolder();
    const data = join(folder, 'talks: part 1');
    mkdirSync(data);
    writeFileSync(join(data, 'why?.txt'), 'because '.repeat(10_000));
    writeFileSync(join(data, 'plain.txt'), 'plain '.repeat(10_000));
    const torrentFile = join(folder, 'talks.torrent');
    const made = await swarmlab(['create', data, '--out', torrentFile]);
    expect(made, made.stderr).toMatchObject({ code: 0 });
    const { address } = await startSwarmlabSeed(torrentFile, folder, SEED_HOST);
    const out = join(folder, 'out');
    const got = await get(torrentFile, out, '--peer', `${address.host}:${address.port}`);
    expect(readFileSync(join(got.path, 'why_.txt'), 'utf8')).toBe('because '.repeat(10_000));
    // Another serves what that one has stored, under the names that it has there.
    await startSwarmlabSeed(torrentFile, out, '127.0.31.4');
  });

  test('serves until it is interrupted, which is its good end', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const { process: child } = await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST);
    child.kill('SIGINT');
    expect(await child.ended(DEADLINE_MS), child.transcript()).toEqual({ code: 0, signal: null });
    expect(child.outputLines).toEqual([]);
    expect(child.lines.at(-1)).toBe('sent 0 B');
  });

  test('leaves its data as they are', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const before = digestTree(torrent.data);
    await get(torrent.torrentFile, join(folder, 'out'), '--peer', await seed(torrent));
    expect(digestTree(torrent.data)).toEqual(before);
  });
});

/** How much of the content a file holds in whole pieces. */
function goodBytes(path: string, content: Uint8Array): number {
  if (!existsSync(path)) return 0;
  const bytes = readFileSync(path);
  let good = 0;
  for (let start = 0; start < content.length; start += PIECE_BYTES) {
    const end = Math.min(content.length, start + PIECE_BYTES);
    if (bytes.length >= end && bytes.subarray(start, end).equals(content.subarray(start, end)))
      good += end - start;
  }
  return good;
}
