/**
 * The engine as an ordinary client on real sockets, both ways with every client that people use: by a torrent file made
 * elsewhere and a tracker, and by a magnet link. Every byte of every file is the same at the end. The rig itself is proved
 * in rig.test.ts; docs/INTEROP.md is the table of these results.
 */
import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest';
import { formatAddress } from '../../src/core/address.ts';
import { startTracker, type TrackerHost } from '../cli/tracker-host.ts';
import { EMPTY_FILE } from '../support/file-trees.ts';
import { ARIA2 } from '../support/foreign/aria2.ts';
import type { ForeignClient, PartyOptions } from '../support/foreign/client.ts';
import { LIBTORRENT } from '../support/foreign/libtorrent.ts';
import { QBITTORRENT } from '../support/foreign/qbittorrent.ts';
import { RTORRENT } from '../support/foreign/rtorrent.ts';
import { MKTORRENT, TRANSMISSION_CREATE } from '../support/foreign/torrent-makers.ts';
import { TRANSMISSION } from '../support/foreign/transmission.ts';
import { WEBTORRENT } from '../support/foreign/webtorrent.ts';
import { InteropTorrent } from '../support/interop-torrent.ts';
import { endProcesses, type RunningProcess } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';

const TRANSFER_DEADLINE_MS = 60_000;
const END_DEADLINE_MS = 10_000;
/** No way to find peers but the tracker; local discovery is off in all tests. */
const ALONE = ['--no-dht', '--no-pex'];

const CLIENTS: readonly ForeignClient[] = [
  LIBTORRENT,
  TRANSMISSION,
  ARIA2,
  RTORRENT,
  QBITTORRENT,
  WEBTORRENT,
];
const WAYS = ['torrent file', 'magnet link'] as const;
type Way = (typeof WAYS)[number];

interface Cell {
  readonly tracker: TrackerHost;
  /** What the fetching party is given. */
  readonly source: string;
  /** What the seeding party is given. */
  readonly torrentFile: string;
  readonly seedHost: string;
  readonly leecherHost: string;
}

let torrent: InteropTorrent;
let cells = 0;

/** Parties of one cell know of none of another: a tracker and addresses of its own. */
async function newCell(way: Way, context: TestContext): Promise<Cell> {
  const net = `127.0.${100 + cells++}`;
  const tracker = await startTracker('http', `${net}.3`);
  context.onTestFinished(() => tracker.close());
  const torrentFile = torrent.torrentFileWith(tracker.announceUrl);
  const source = way === 'torrent file' ? torrentFile : torrent.magnetWith(tracker.announceUrl);
  return { tracker, source, torrentFile, seedHost: `${net}.1`, leecherHost: `${net}.2` };
}

function party(of: string, folder: string, host: string): PartyOptions {
  return { torrent: of, folder, host, state: torrent.emptyFolder() };
}

async function announced(context: TestContext, tracker: TrackerHost, process: RunningProcess): Promise<void> {
  await context.expect
    .poll(() => tracker.peerCount(), { timeout: TRANSFER_DEADLINE_MS, message: process.transcript() })
    .toBe(1);
}

async function ourDownload(client: ForeignClient, way: Way, context: TestContext): Promise<void> {
  const cell = await newCell(way, context);
  const seed = await client.startSeed(party(cell.torrentFile, torrent.originals, cell.seedHost));
  context.onTestFinished(() => seed.process.stop());
  await announced(context, cell.tracker, seed.process);
  const folder = torrent.emptyFolder();
  const where = ['--out', folder, '--host', cell.leecherHost, '--verbose'];
  const ours = startSwarmlab(['get', cell.source, ...where, ...ALONE]);
  context.onTestFinished(() => ours.stop());
  const exit = await ours.ended(TRANSFER_DEADLINE_MS);
  context.expect(exit, ours.transcript()).toEqual({ code: 0, signal: null });
  context.expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
}

async function theirDownload(client: ForeignClient, way: Way, context: TestContext): Promise<void> {
  const { tracker, source, torrentFile, seedHost, leecherHost } = await newCell(way, context);
  const folder = torrent.emptyFolder();
  const startSeed = async (...extra: readonly string[]): Promise<RunningProcess> => {
    const seed = await startSwarmlabSeed(torrentFile, torrent.originals, seedHost, [
      ...ALONE,
      '--verbose',
      ...extra,
    ]);
    context.onTestFinished(() => seed.process.stop());
    return seed.process;
  };
  // The party that the other one is to find comes first.
  const early = client.neverDials === undefined ? await startSeed() : undefined;
  if (early !== undefined) await announced(context, tracker, early);
  const leecher = await client.startLeecher(party(source, folder, leecherHost));
  context.onTestFinished(() => leecher.process.stop());
  if (early === undefined) await announced(context, tracker, leecher.process);
  let ours = early ?? (await startSeed());
  if (client.hangsUpWithMetadata !== undefined && way === 'magnet link') {
    await ours.line(/closed by the remote/, TRANSFER_DEADLINE_MS);
    await endsOnInterrupt(context, ours);
    ours = await startSeed('--peer', formatAddress(leecher.address));
  }
  await leecher.completed(TRANSFER_DEADLINE_MS).catch((error: unknown) => {
    throw new Error(ours.transcript(), { cause: error });
  });
  context.expect(torrent.digestsIn(folder)).toEqual(wholeFor(client));
  await endsOnInterrupt(context, ours);
}

/** What a client has to put on its disk. */
function wholeFor({ makesNoEmptyFiles }: ForeignClient): Record<string, string> {
  const files = Object.entries(torrent.digests);
  return Object.fromEntries(
    makesNoEmptyFiles === undefined ? files : files.filter(([path]) => path !== EMPTY_FILE),
  );
}

/** An interrupted seed leaves by itself, not by the signal: it has the time to close what is open. */
async function endsOnInterrupt(context: TestContext, seed: RunningProcess): Promise<void> {
  seed.kill('SIGINT');
  const exit = await seed.ended(END_DEADLINE_MS);
  context.expect(exit.signal, seed.transcript()).toBeNull();
}

describe.skipIf(!(SWARMLAB && MKTORRENT))('between swarmlab and', () => {
  beforeAll(async () => {
    torrent = await InteropTorrent.make('mktorrent');
  });
  // Also what did not start as it should, so that no test got hold of it.
  afterAll(endProcesses);
  afterAll(() => torrent.remove());

  describe.concurrent.each(CLIENTS)('$name', (client) => {
    test.skipIf(!client.present).for(WAYS)('we download from it by a %s', async (way, context) => {
      await ourDownload(client, way, context);
    });
    test.skipIf(!client.present).for(WAYS)('it downloads from us by a %s', async (way, context) => {
      await theirDownload(client, way, context);
    });
  });
});

describe.skipIf(!(SWARMLAB && TRANSMISSION_CREATE && LIBTORRENT.present))('by transmission-create', () => {
  beforeAll(async () => {
    torrent = await InteropTorrent.make('transmission-create');
  });
  // Also what did not start as it should, so that no test got hold of it.
  afterAll(endProcesses);
  afterAll(() => torrent.remove());

  test('we download a torrent from libtorrent', async (context) => {
    await ourDownload(LIBTORRENT, 'torrent file', context);
  });
  test('libtorrent downloads a torrent from us', async (context) => {
    await theirDownload(LIBTORRENT, 'torrent file', context);
  });
});
