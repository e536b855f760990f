/** The interop rig itself: the foreign programs transfer a torrent among themselves, so a red matrix means our end. */
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { FixedTracker } from '../support/fixed-tracker.ts';
import {
  ARIA2,
  LIBTORRENT,
  MKTORRENT,
  startAria2Leecher,
  startAria2Seed,
  startLibtorrentLeecher,
  startLibtorrentSeed,
  TRANSMISSION_CREATE,
} from '../support/foreign-clients.ts';
import { InteropTorrent } from '../support/interop-torrent.ts';
import { endProcesses } from '../support/processes.ts';

const TRANSFER_DEADLINE_MS = 60_000;
const SEED_HOST = '127.0.21.1';
const LEECHER_HOST = '127.0.21.2';
const TRACKER_HOST = '127.0.21.3';

describe.skipIf(!(MKTORRENT && LIBTORRENT && ARIA2))('foreign clients among themselves', () => {
  let torrent: InteropTorrent;
  beforeAll(async () => {
    torrent = await InteropTorrent.make('mktorrent');
  });
  afterEach(endProcesses);
  afterAll(() => torrent.remove());

  test('libtorrent downloads from aria2', async () => {
    const { torrentFile, originals } = torrent;
    const seed = await startAria2Seed({ torrentFile, folder: originals, host: SEED_HOST });
    const folder = torrent.emptyFolder();
    const leecher = startLibtorrentLeecher({
      torrentFile,
      folder,
      host: LEECHER_HOST,
      peers: [seed.address],
    });
    await leecher.completed(TRANSFER_DEADLINE_MS);
    expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
  });

  test('aria2 downloads from libtorrent', async () => {
    const { torrentFile, originals } = torrent;
    const seed = await startLibtorrentSeed({ torrentFile, folder: originals, host: SEED_HOST });
    const tracker = await FixedTracker.start(TRACKER_HOST, [seed.address]);
    onTestFinished(() => tracker.close());
    const folder = torrent.emptyFolder();
    const { announceUrl } = tracker;
    const leecher = await startAria2Leecher({ torrentFile, folder, host: LEECHER_HOST, announceUrl });
    await leecher.completed(TRANSFER_DEADLINE_MS);
    expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
  });
});

describe.skipIf(!(TRANSMISSION_CREATE && LIBTORRENT))('a torrent by transmission-create', () => {
  let torrent: InteropTorrent;
  beforeAll(async () => {
    torrent = await InteropTorrent.make('transmission-create');
  });
  afterEach(endProcesses);
  afterAll(() => torrent.remove());

  test('is downloaded by libtorrent from libtorrent, but for the empty file, which is not in it', async () => {
    const { torrentFile, originals } = torrent;
    const seed = await startLibtorrentSeed({ torrentFile, folder: originals, host: SEED_HOST });
    const folder = torrent.emptyFolder();
    const leecher = startLibtorrentLeecher({
      torrentFile,
      folder,
      host: LEECHER_HOST,
      peers: [seed.address],
    });
    await leecher.completed(TRANSFER_DEADLINE_MS);
    const { 'nothing.empty': empty, ...others } = torrent.digests;
    expect(empty).toBeDefined();
    expect(torrent.digestsIn(folder)).toEqual(others);
  });

  test('a seed that lacks data is refused by the rig', async () => {
    const folder = torrent.emptyFolder();
    const options = { torrentFile: torrent.torrentFile, folder, host: SEED_HOST };
    await expect(startLibtorrentSeed(options)).rejects.toThrow(/incomplete/);
  });
});
