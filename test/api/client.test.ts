/** The library's client where something is wrong, and over several sessions; what goes well is in the examples. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../../src/api/client.ts';
import type { Client, ClientOptions } from '../../src/api/client-types.ts';
import { createTorrent } from '../../src/api/torrents.ts';
import { startTracker } from '../../src/client/tracker.ts';

let folder = '';
const clients: Client[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'swarmlab-client-'));
  mkdirSync(join(folder, 'shared'));
  writeFileSync(join(folder, 'shared/film.bin'), Buffer.alloc(600_000, 'film'));
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  rmSync(folder, { recursive: true });
});

async function open(name: string, options: ClientOptions = {}): Promise<Client> {
  const here = { host: '127.0.0.1', dht: false, lsd: false, stateFolder: join(folder, `state-${name}`) };
  const client = await openClient({ ...here, ...options });
  clients.push(client);
  return client;
}

async function film(trackers: string[][] = []) {
  return await createTorrent(join(folder, 'shared/film.bin'), { trackers });
}

const fault = (pattern: RegExp, kind = 'usage') => ({
  name: 'SwarmlabError',
  kind,
  message: expect.stringMatching(pattern),
});

test('a port that is taken is said so', async () => {
  const first = await open('a');
  await expect(open('b', { port: first.address.port })).rejects.toMatchObject(fault(/127/, 'unavailable'));
});

test.each([
  ['a port', { port: 70_000 }, /70000 is not a port/],
  ['an address', { host: 'localhost' }, /localhost is not valid/],
  ['a limit', { uploadLimitBytesPerSec: -1 }, /-1 is not a limit/],
])('%s that is none is refused', async (_title, options, message) => {
  await expect(open('a', options)).rejects.toMatchObject(fault(message));
});

test('what is no torrent, is there already, or has no such file is refused', async () => {
  const client = await open('a');
  const { bytes } = await film();
  const here = { folder: join(folder, 'fetched') };
  await expect(client.add(new Uint8Array(3), here)).rejects.toMatchObject(fault(/not a torrent file/));
  await expect(client.add('none.torrent', here)).rejects.toMatchObject(fault(/no such file/));
  await expect(client.add('magnet:?dn=x', here)).rejects.toMatchObject(fault(/not a usable magnet link/));
  await expect(client.add(bytes, { ...here, peers: ['nowhere'] })).rejects.toMatchObject(fault(/"nowhere"/));
  const torrent = await client.add(bytes, { ...here, files: [2] });
  await expect(torrent.completed()).rejects.toMatchObject(fault(/no file 2\n.*from 1 to 1/));
  expect(torrent.status().state).toBe('failed');
  await expect(client.add(bytes, here)).rejects.toMatchObject(fault(/already/));
  await torrent.remove();
  expect(client.torrents).toEqual([]);
  expect(existsSync(join(folder, 'fetched/film.bin'))).toBe(false);
});

test('wrong data is not served, and what is not the torrent is left alone', async () => {
  const client = await open('a');
  const { bytes } = await film();
  const path = join(folder, 'shared/film.bin');
  writeFileSync(path, Buffer.alloc(600_000, 'other'));
  const shared = { folder: join(folder, 'shared') };
  await expect(client.seed(bytes, shared)).rejects.toMatchObject(fault(/0 of \d+ pieces are good/));
  const torrent = await client.add(bytes, shared);
  await expect(torrent.completed()).rejects.toMatchObject(fault(/holds nothing of this torrent/));
  expect(readFileSync(path).equals(Buffer.alloc(600_000, 'other'))).toBe(true);
});

test('a download goes on in the next session, and after a pause; the tracker hears that it is complete', async () => {
  const tracker = await startTracker({ host: '127.0.0.1' });
  const { bytes } = await film([[tracker.urls.http]]);
  const seeder = await open('seeder');
  await seeder.seed(bytes, { folder: join(folder, 'shared') });
  const first = await open('leecher', { downloadLimitBytesPerSec: 200_000 });
  let received = 0;
  const begun = new Promise<void>((resolve) => {
    const onProgress = (status: { verifiedPieces: number; receivedBytes: number }): void => {
      received = status.receivedBytes;
      if (status.verifiedPieces > 0) resolve();
    };
    void first.add(bytes, { folder: join(folder, 'fetched'), onProgress });
  });
  await begun;
  expect(received).toBeLessThan(600_000);
  await first.close();

  const second = await open('leecher');
  const torrent = await second.add(bytes, { folder: join(folder, 'fetched') });
  await torrent.pause();
  expect(torrent.status().state).toBe('paused');
  torrent.resume();
  await torrent.completed();
  expect(torrent.status()).toMatchObject({ state: 'seeding', leftBytes: 0 });
  expect(torrent.status().receivedBytes).toBeLessThan(600_000);
  await second.close();
  expect(tracker.statistics().downloaded).toBe(1);
  tracker.close();
  expect(readFileSync(join(folder, 'fetched/film.bin')).equals(Buffer.alloc(600_000, 'film'))).toBe(true);
});

/** Three files of ten pieces of 16 KiB each, which share none. */
async function album() {
  const path = join(folder, 'shared/album');
  mkdirSync(path);
  for (const name of ['a', 'b', 'c']) writeFileSync(join(path, name), Buffer.alloc(10 * 16_384 + 5, name));
  return await createTorrent(path, { pieceLength: 16_384 });
}

test('files that were not wanted are fetched when they are, in their place, and priorities are remembered', async () => {
  const { bytes } = await album();
  const seeder = await open('seeder');
  await seeder.seed(bytes, { folder: join(folder, 'shared') });
  const peers = [`127.0.0.1:${seeder.address.port}`];
  const fetched = join(folder, 'fetched/album');
  const isWhole = (name: string): boolean =>
    readFileSync(join(fetched, name)).equals(readFileSync(join(folder, 'shared/album', name)));

  const first = await open('leecher');
  const torrent = await first.add(bytes, {
    folder: join(folder, 'fetched'),
    peers,
    priorities: { 1: 0, 3: 0 },
  });
  await torrent.completed();
  expect(torrent.priorities).toEqual([0, 4, 0]);
  expect(isWhole('b')).toBe(true);
  // Its pieces hold the end of the first file and the beginning of the third, which are kept apart.
  expect([existsSync(join(fetched, 'a')), existsSync(join(fetched, 'c'))]).toEqual([false, false]);

  torrent.setPriorities({ 1: 7 });
  expect(torrent.status().state).toBe('downloading');
  await torrent.completed();
  expect([isWhole('a'), isWhole('b'), existsSync(join(fetched, 'c'))]).toEqual([true, true, false]);
  await first.close();

  const second = await open('leecher');
  const again = await second.add(bytes, { folder: join(folder, 'fetched'), peers });
  await again.completed();
  expect(again.priorities).toEqual([7, 4, 0]);
  expect(again.status()).toMatchObject({ receivedBytes: 0, leftBytes: 0 });
  await again.pause();
  again.setPriorities({ 3: 1 });
  again.resume();
  await again.completed();
  expect(isWhole('c')).toBe(true);
  expect(again.status().receivedBytes).toBeLessThanOrEqual(11 * 16_384);
});

test('priorities that make no sense are refused, and change nothing', async () => {
  const { bytes } = await album();
  const client = await open('a');
  const torrent = await client.add(bytes, { folder: join(folder, 'fetched') });
  expect(() => torrent.setPriorities({ 4: 1 })).toThrow(/no file 4\n.*from 1 to 3/);
  expect(() => torrent.setPriorities({ 1: 8 })).toThrow(/8 is not a priority/);
  expect(() => torrent.setPriorities({ 1: 0, 2: 0, 3: 0 })).toThrow(/no file with anything in it/);
  expect(torrent.priorities).toEqual([4, 4, 4]);
  const seeder = await open('seeder');
  const served = await seeder.seed(bytes, { folder: join(folder, 'shared') });
  expect(() => served.setPriorities({ 1: 1 })).toThrow(/only served/);
});

test('checking again finds damage, in a paused torrent and in one that is only served', async () => {
  const { bytes, info } = await film();
  const path = join(folder, 'shared/film.bin');
  const client = await open('a');
  const served = await client.seed(bytes, { folder: join(folder, 'shared') });
  await served.recheck();
  expect(served.status()).toMatchObject({ state: 'seeding', leftBytes: 0 });
  await served.pause();
  const damaged = readFileSync(path);
  damaged.fill(0, 300_000, 300_100);
  writeFileSync(path, damaged);
  await expect(served.recheck()).rejects.toMatchObject(fault(/36 of 37 pieces are good/));
  expect(served.status().state).toBe('failed');
  writeFileSync(path, Buffer.alloc(600_000, 'film'));
  await served.recheck();
  await served.completed();
  expect(served.status().state).toBe('seeding');
  await served.remove();
  await expect(served.recheck()).rejects.toMatchObject(fault(/was removed/));
  const unknown = await client.add(info.magnet, { folder });
  await expect(unknown.recheck()).rejects.toMatchObject(fault(/no metadata yet/));
});

test('checking again is given up where the torrent is stopped', async () => {
  const { bytes } = await film();
  const client = await open('a');
  const torrent = await client.add(bytes, { folder: join(folder, 'shared') });
  await torrent.completed();
  const checked = torrent.recheck();
  const paused = torrent.pause();
  await expect(checked).rejects.toMatchObject(fault(/stopped before all of it was checked/));
  await paused;
  torrent.resume();
  await torrent.completed();
  expect(torrent.status().state).toBe('seeding');
});

test('a promise that nobody answers any more is rejected by removing', async () => {
  const client = await open('a');
  const { info } = await film();
  const torrent = await client.add(info.magnet, { folder });
  expect(torrent.status().state).toBe('metadata');
  const waiting = torrent.metadata();
  await torrent.remove();
  await expect(waiting).rejects.toMatchObject(fault(/was removed/));
});

test('two torrents of one name do not write to the same files', async () => {
  const client = await open('a');
  const folderOfBoth = join(folder, 'fetched');
  const one = await film();
  const other = await createTorrent(join(folder, 'shared/film.bin'), { trackers: [], pieceLength: 32_768 });
  const first = await client.add(one.bytes, { folder: folderOfBoth });
  await first.metadata();
  const second = await client.add(other.bytes, { folder: folderOfBoth });
  await expect(second.completed()).rejects.toMatchObject(fault(/another torrent of this client goes/));
  expect([first.status().state, second.status().state]).toEqual(['downloading', 'failed']);
  // Elsewhere it may, and here too once the first is gone.
  await Promise.all([first.remove(), second.remove()]);
  const third = await client.add(other.bytes, { folder: folderOfBoth });
  await expect.poll(() => third.status().state).toBe('downloading');
});
