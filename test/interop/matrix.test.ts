/**
 * The engine as an ordinary client on real sockets: it downloads from and seeds to clients that nobody here wrote, by
 * torrents made elsewhere, and every byte of every file is the same at the end. The rig itself is proved in rig.test.ts.
 */
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { FixedTracker } from '../support/fixed-tracker.ts';
import {
  ARIA2,
  type ForeignPeer,
  LIBTORRENT,
  MKTORRENT,
  type PartyOptions,
  startAria2Leecher,
  startAria2Seed,
  startLibtorrentLeecher,
  startLibtorrentSeed,
  type TorrentMaker,
  TRANSMISSION_CREATE,
} from '../support/foreign-clients.ts';
import { InteropTorrent } from '../support/interop-torrent.ts';
import { endProcesses, type RunningProcess } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';

const TRANSFER_DEADLINE_MS = 60_000;
const END_DEADLINE_MS = 10_000;
const SEED_HOST = '127.0.22.1';
const LEECHER_HOST = '127.0.22.2';
const TRACKER_HOST = '127.0.22.3';

/** transmission-create leaves empty files out of the torrent. */
const MAKERS: readonly { maker: TorrentMaker; present: boolean; leftOut: readonly string[] }[] = [
  { maker: 'mktorrent', present: MKTORRENT, leftOut: [] },
  { maker: 'transmission-create', present: TRANSMISSION_CREATE, leftOut: ['nothing.empty'] },
];

describe.each(MAKERS)('a torrent by $maker', ({ maker, present, leftOut }) => {
  describe.skipIf(!(SWARMLAB && present))('between swarmlab', () => {
    let torrent: InteropTorrent;
    let expected: Record<string, string>;
    beforeAll(async () => {
      torrent = await InteropTorrent.make(maker);
      expected = Object.fromEntries(
        Object.entries(torrent.digests).filter(([path]) => !leftOut.includes(path)),
      );
    });
    afterEach(endProcesses);
    afterAll(() => torrent.remove());

    test.skipIf(!LIBTORRENT)('and a libtorrent seed', () => downloadsFrom(startLibtorrentSeed));
    test.skipIf(!ARIA2)('and an aria2 seed', () => downloadsFrom(startAria2Seed));

    test.skipIf(!LIBTORRENT)('and a libtorrent leecher', async () => {
      const { torrentFile } = torrent;
      const seed = await startSwarmlabSeed(torrentFile, torrent.originals, SEED_HOST);
      const folder = torrent.emptyFolder();
      const leecher = startLibtorrentLeecher({
        torrentFile,
        folder,
        host: LEECHER_HOST,
        peers: [seed.address],
      });
      await leecher.completed(TRANSFER_DEADLINE_MS);
      expect(torrent.digestsIn(folder)).toEqual(expected);
      await endsOnInterrupt(seed.process);
    });

    test.skipIf(!ARIA2)('and an aria2 leecher', async () => {
      const { torrentFile } = torrent;
      const seed = await startSwarmlabSeed(torrentFile, torrent.originals, SEED_HOST);
      const tracker = await FixedTracker.start(TRACKER_HOST, [seed.address]);
      onTestFinished(() => tracker.close());
      const folder = torrent.emptyFolder();
      const { announceUrl } = tracker;
      const leecher = await startAria2Leecher({ torrentFile, folder, host: LEECHER_HOST, announceUrl });
      await leecher.completed(TRANSFER_DEADLINE_MS);
      expect(torrent.digestsIn(folder)).toEqual(expected);
      await endsOnInterrupt(seed.process);
    });

    async function downloadsFrom(startSeed: (options: PartyOptions) => Promise<ForeignPeer>): Promise<void> {
      const { torrentFile } = torrent;
      const { address } = await startSeed({ torrentFile, folder: torrent.originals, host: SEED_HOST });
      const folder = torrent.emptyFolder();
      const peer = `${address.host}:${address.port}`;
      const swarmlab = startSwarmlab(['get', torrentFile, '--peer', peer, '--out', folder]);
      const exit = await swarmlab.ended(TRANSFER_DEADLINE_MS);
      expect(exit, swarmlab.transcript()).toEqual({ code: 0, signal: null });
      expect(torrent.digestsIn(folder)).toEqual(expected);
    }
  });
});

/** An interrupted seed leaves by itself, not by the signal: it has the time to close what is open. */
async function endsOnInterrupt(seed: RunningProcess): Promise<void> {
  seed.kill('SIGINT');
  const exit = await seed.ended(END_DEADLINE_MS);
  expect(exit.signal, seed.transcript()).toBeNull();
}
