/** The interop rig itself: the foreign programs transfer a torrent among themselves, so a red matrix means our end. */
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { EMPTY_FILE } from '../support/file-trees.ts';
import { FixedTracker } from '../support/fixed-tracker.ts';
import { ARIA2 } from '../support/foreign/aria2.ts';
import type { PartyOptions } from '../support/foreign/client.ts';
import { LIBTORRENT } from '../support/foreign/libtorrent.ts';
import { MKTORRENT, TRANSMISSION_CREATE } from '../support/foreign/torrent-makers.ts';
import { InteropTorrent } from '../support/interop-torrent.ts';
import { endProcesses } from '../support/processes.ts';

const TRANSFER_DEADLINE_MS = 60_000;
const SEED_HOST = '127.0.21.1';
const LEECHER_HOST = '127.0.21.2';
const TRACKER_HOST = '127.0.21.3';

let torrent: InteropTorrent;

function party(of: string, folder: string, host: string): PartyOptions {
  return { torrent: of, folder, host, state: torrent.emptyFolder() };
}

describe.skipIf(!(MKTORRENT && LIBTORRENT.present && ARIA2.present))(
  'foreign clients among themselves',
  () => {
    beforeAll(async () => {
      torrent = await InteropTorrent.make('mktorrent');
    });
    afterEach(endProcesses);
    afterAll(() => torrent.remove());

    test('libtorrent downloads from aria2', async () => {
      const { torrentFile, originals } = torrent;
      const seed = await ARIA2.startSeed(party(torrentFile, originals, SEED_HOST));
      const folder = torrent.emptyFolder();
      const leecher = await LIBTORRENT.startLeecher({
        ...party(torrentFile, folder, LEECHER_HOST),
        peers: [seed.address],
      });
      await leecher.completed(TRANSFER_DEADLINE_MS);
      expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
    });

    test('aria2 downloads from libtorrent', async () => {
      const { torrentFile, originals } = torrent;
      const seed = await LIBTORRENT.startSeed(party(torrentFile, originals, SEED_HOST));
      const tracker = await FixedTracker.start(TRACKER_HOST, [seed.address]);
      onTestFinished(() => tracker.close());
      const folder = torrent.emptyFolder();
      const { announceUrl } = tracker;
      const leecher = await ARIA2.startLeecher({ ...party(torrentFile, folder, LEECHER_HOST), announceUrl });
      await leecher.completed(TRANSFER_DEADLINE_MS);
      expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
    });
  },
);

describe.skipIf(!(TRANSMISSION_CREATE && LIBTORRENT.present))('a torrent by transmission-create', () => {
  beforeAll(async () => {
    torrent = await InteropTorrent.make('transmission-create');
  });
  afterEach(endProcesses);
  afterAll(() => torrent.remove());

  test('is downloaded by libtorrent from libtorrent, but for the empty file, which is not in it', async () => {
    const { torrentFile, originals } = torrent;
    const seed = await LIBTORRENT.startSeed(party(torrentFile, originals, SEED_HOST));
    const folder = torrent.emptyFolder();
    const leecher = await LIBTORRENT.startLeecher({
      ...party(torrentFile, folder, LEECHER_HOST),
      peers: [seed.address],
    });
    await leecher.completed(TRANSFER_DEADLINE_MS);
    expect(torrent.digests).not.toHaveProperty([EMPTY_FILE]);
    expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
  });

  test('a seed that lacks data is refused by the rig', async () => {
    const folder = torrent.emptyFolder();
    const options = party(torrent.torrentFile, folder, SEED_HOST);
    await expect(LIBTORRENT.startSeed(options)).rejects.toThrow(/incomplete/);
  });
});
