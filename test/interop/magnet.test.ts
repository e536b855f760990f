/**
 * Magnet links between swarmlab and clients that nobody here wrote, in both directions: metadata (BEP 9) and all of the
 * data come from the other client. And peer exchange (BEP 11): a third peer is found through one of another client.
 */
import { existsSync as exists, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { formatAddress } from '../../src/core/address.ts';
import { formatMagnetLink, parseTorrentFile } from '../../src/core/metainfo/index.ts';
import type { Address } from '../../src/core/ports.ts';
import { nodeHasher } from '../support/fake-world.ts';
import { FixedTracker } from '../support/fixed-tracker.ts';
import {
  ARIA2,
  LIBTORRENT,
  MKTORRENT,
  startAria2Leecher,
  startAria2Seed,
  startLibtorrentLeecher,
  startLibtorrentSeed,
} from '../support/foreign-clients.ts';
import { InteropTorrent } from '../support/interop-torrent.ts';
import { optionalComponent } from '../support/optional.ts';
import { endProcesses, freePort, type RunningProcess, startProcess } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';

const DEADLINE_MS = 60_000;
const SEED_HOST = '127.0.37.1';
const LEECHER_HOST = '127.0.37.2';
const TRACKER_HOST = '127.0.37.3';
const MIDDLE_HOST = '127.0.37.4';
const THIRD_HOST = '127.0.37.5';
const TRANSMISSION = optionalComponent(
  'transmission-cli',
  (process.env.PATH ?? '').split(':').some((folder) => exists(join(folder, 'transmission-cli'))),
  'apt-get install transmission-cli',
);

describe.skipIf(!(SWARMLAB && MKTORRENT))('by magnet link', () => {
  let torrent: InteropTorrent;
  let infoHash: Uint8Array;
  beforeAll(async () => {
    torrent = await InteropTorrent.make('mktorrent');
    const parsed = parseTorrentFile(new Uint8Array(readFileSync(torrent.torrentFile)), nodeHasher);
    if (!parsed.ok) throw new Error(parsed.error.message);
    infoHash = parsed.value.infoHash;
  });
  afterEach(endProcesses);
  afterAll(() => torrent.remove());

  describe('swarmlab downloads from', () => {
    test.skipIf(!LIBTORRENT)('libtorrent', async () => {
      const { torrentFile, originals } = torrent;
      await downloadsFrom(
        (await startLibtorrentSeed({ torrentFile, folder: originals, host: SEED_HOST })).address,
      );
    });

    test.skipIf(!ARIA2)('aria2', async () => {
      const { torrentFile, originals } = torrent;
      await downloadsFrom(
        (await startAria2Seed({ torrentFile, folder: originals, host: SEED_HOST })).address,
      );
    });

    test.skipIf(!TRANSMISSION)('Transmission', async () => {
      const { torrentFile, originals } = torrent;
      const { address } = await startTransmission(torrentFile, originals, SEED_HOST);
      await downloadsFrom(address);
    });

    async function downloadsFrom(address: Address): Promise<void> {
      const folder = torrent.emptyFolder();
      const link = formatMagnetLink({ infoHash, peers: [address] });
      const swarmlab = startSwarmlab(['get', link, '--host', LEECHER_HOST, '--out', folder, '--verbose']);
      const exit = await swarmlab.ended(DEADLINE_MS);
      expect(exit, swarmlab.transcript()).toEqual({ code: 0, signal: null });
      expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
      // One connection was enough for metadata and data.
      expect(swarmlab.transcript()).toContain('fetching the metadata');
    }
  });

  describe('swarmlab serves', () => {
    test.skipIf(!LIBTORRENT)('libtorrent', async () => {
      const seed = await startSwarmlabSeed(torrent.torrentFile, torrent.originals, SEED_HOST);
      const folder = torrent.emptyFolder();
      const torrentFile = formatMagnetLink({ infoHash });
      const peers = [seed.address];
      const leecher = startLibtorrentLeecher({ torrentFile, folder, host: LEECHER_HOST, peers });
      await leecher.completed(DEADLINE_MS);
      expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
    });

    test.skipIf(!ARIA2)('aria2', async () => {
      const seed = await startSwarmlabSeed(torrent.torrentFile, torrent.originals, SEED_HOST);
      const tracker = await FixedTracker.start(TRACKER_HOST, [seed.address]);
      onTestFinished(() => tracker.close());
      const folder = torrent.emptyFolder();
      const { announceUrl } = tracker;
      const torrentFile = formatMagnetLink({ infoHash, trackers: [announceUrl] });
      const leecher = await startAria2Leecher({ torrentFile, folder, host: LEECHER_HOST, announceUrl });
      await leecher.completed(DEADLINE_MS);
      expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
    });

    test.skipIf(!TRANSMISSION)('Transmission', async () => {
      const folder = torrent.emptyFolder();
      // It dials no loopback address, whoever names it: so it is dialled. Once it has the metadata it starts the torrent
      // anew and lets go of everybody; with nobody to dial it again here, a second seed does.
      const leecher = await startTransmission(formatMagnetLink({ infoHash }), folder, LEECHER_HOST);
      const dial = (): RunningProcess => {
        const where = ['--data', torrent.originals, '--host', SEED_HOST, '--port', '0', '--verbose'];
        return startSwarmlab([
          'seed',
          torrent.torrentFile,
          ...where,
          '--peer',
          formatAddress(leecher.address),
        ]);
      };
      const first = dial();
      await first.line(/closed by the remote/, DEADLINE_MS);
      first.kill('SIGINT');
      await first.ended(DEADLINE_MS);
      dial();
      // It makes no empty files.
      const { 'nothing.empty': _empty, ...expected } = torrent.digests;
      await leecher.process.line(/Seeding/, DEADLINE_MS);
      await eventually(leecher.process, () => {
        const found = torrent.digestsIn(folder);
        return Object.entries(expected).every(([path, digest]) => found[path] === digest);
      });
    });
  });

  test.skipIf(!LIBTORRENT)(
    'a third peer is found through libtorrent (BEP 11)',
    async () => {
      const { torrentFile, originals } = torrent;
      const middle = await startLibtorrentSeed({ torrentFile, folder: originals, host: MIDDLE_HOST });
      const link = formatMagnetLink({ infoHash, peers: [middle.address] });
      const slow = ['--download-limit', '8 KiB/s', '--verbose'];
      const hosts = [LEECHER_HOST, THIRD_HOST];
      const [one, other] = hosts.map((host) =>
        startSwarmlab(['get', link, '--host', host, '--out', torrent.emptyFolder(), ...slow]),
      ) as [RunningProcess, RunningProcess];
      // libtorrent sends a message a minute, the two know nobody else, and one of them dials the other.
      await Promise.all([
        one.line(new RegExp(`^${THIRD_HOST}:\\d+: connected`), 2 * DEADLINE_MS),
        other.line(new RegExp(`^${LEECHER_HOST}:\\d+: connected`), 2 * DEADLINE_MS),
      ]);
    },
    3 * DEADLINE_MS,
  );
});

/** transmission-cli with a torrent file or a magnet link: checks what lies in `folder`, fetches the rest, and seeds. */
async function startTransmission(
  source: string,
  folder: string,
  host: string,
): Promise<{ readonly address: Address; readonly process: RunningProcess }> {
  const port = await freePort(host);
  const config = join(folder, '..', `transmission-${port}`);
  mkdirSync(config);
  const settings = {
    'bind-address-ipv4': host,
    'dht-enabled': false,
    'lpd-enabled': false,
    'pex-enabled': false,
    'utp-enabled': false,
    'port-forwarding-enabled': false,
    encryption: 0,
    'peer-port': port,
  };
  writeFileSync(join(config, 'settings.json'), JSON.stringify(settings));
  const process = startProcess('transmission-cli', [
    '-g',
    config,
    '-w',
    folder,
    '-p',
    String(port),
    '-M',
    source,
  ]);
  await eventually(process, async () => await isOpen(host, port));
  return { address: { host, port }, process };
}

async function isOpen(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function eventually(
  process: RunningProcess,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not in time\n${process.transcript()}`);
    await delay(100);
  }
}
