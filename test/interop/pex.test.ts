/**
 * Peer exchange (BEP 11) with clients that nobody here wrote. Through theirs: two of our downloads know one peer, their
 * seed, and find each other. Through ours: their download and one of ours, which takes no part in the exchange, know one
 * peer, our seed, and theirs, which comes last, dials ours. Nothing else tells of peers, and all of it is slow, so that nobody leaves early.
 */
import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest';
import { formatAddress } from '../../src/core/address.ts';
import type { Address } from '../../src/core/ports.ts';
import { FixedTracker } from '../support/fixed-tracker.ts';
import { ARIA2 } from '../support/foreign/aria2.ts';
import type { ForeignClient, PartyOptions } from '../support/foreign/client.ts';
import { LIBTORRENT } from '../support/foreign/libtorrent.ts';
import { QBITTORRENT } from '../support/foreign/qbittorrent.ts';
import { RTORRENT } from '../support/foreign/rtorrent.ts';
import { MKTORRENT } from '../support/foreign/torrent-makers.ts';
import { TRANSMISSION } from '../support/foreign/transmission.ts';
import { WEBTORRENT } from '../support/foreign/webtorrent.ts';
import { InteropTorrent } from '../support/interop-torrent.ts';
import { endProcesses, type RunningProcess } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';

/** rTorrent sends its first message after a minute and a half. */
const EXCHANGE_DEADLINE_MS = 150_000;
const TIMEOUT_MS = 2 * EXCHANGE_DEADLINE_MS;
const RATE = '8 KiB/s';

const CLIENTS: readonly ForeignClient[] = [
  LIBTORRENT,
  TRANSMISSION,
  ARIA2,
  RTORRENT,
  QBITTORRENT,
  WEBTORRENT,
];
const CASES = CLIENTS.map((client, index) => ({ name: client.name, client, index }));

describe.skipIf(!(SWARMLAB && MKTORRENT))('a third peer is found', () => {
  let torrent: InteropTorrent;
  beforeAll(async () => {
    torrent = await InteropTorrent.make('mktorrent');
  });
  // Also what did not start as it should, so that no test got hold of it.
  afterAll(endProcesses);
  afterAll(() => torrent.remove());

  test.concurrent.for(CASES)('through $name', { timeout: TIMEOUT_MS }, async ({ client, index }, context) => {
    skipUnless(context, client, client.sendsNoPeers);
    const net = `127.0.${140 + index}`;
    const middle = await client.startSeed(await party(context, net, torrent.originals));
    context.onTestFinished(() => middle.process.stop());
    const [one, other] = [`${net}.2`, `${net}.3`].map((host) =>
      download(context, host, formatAddress(middle.address)),
    ) as [RunningProcess, RunningProcess];
    await Promise.all([
      one.line(new RegExp(`^${net}.3:\\d+: connected`), EXCHANGE_DEADLINE_MS),
      other.line(new RegExp(`^${net}.2:\\d+: connected`), EXCHANGE_DEADLINE_MS),
    ]);
  });

  test.concurrent.for(CASES)(
    'through us by $name',
    { timeout: TIMEOUT_MS },
    async ({ client, index }, context) => {
      skipUnless(context, client, client.neverDials);
      const net = `127.0.${150 + index}`;
      // Whoever comes last is told of the others at once, and those who were there before a minute later.
      const slow = ['--upload-limit', RATE, '--no-dht', '--verbose'];
      const middle = await startSwarmlabSeed(torrent.torrentFile, torrent.originals, `${net}.2`, slow);
      context.onTestFinished(() => middle.process.stop());
      const ours = download(context, `${net}.3`, formatAddress(middle.address), '--no-pex');
      await middle.process.line(new RegExp(`^${net}.3:\\d+: connected`), EXCHANGE_DEADLINE_MS);
      const options = await party(context, net, torrent.emptyFolder(), [middle.address]);
      const theirs = await client.startLeecher(options);
      context.onTestFinished(() => theirs.process.stop());
      await ours.line(new RegExp(`^${net}.1:\\d+: connected`), EXCHANGE_DEADLINE_MS);
    },
  );

  function skipUnless({ skip }: TestContext, client: ForeignClient, cannot: string | undefined): void {
    if (!client.present) skip(`${client.name} is missing`);
    if (cannot !== undefined) skip(cannot);
  }

  /** Takes part in the exchange. rTorrent loads no torrent that is to find no peers, so there is a tracker, if of nobody. */
  async function party(
    context: TestContext,
    net: string,
    folder: string,
    peers: readonly Address[] = [],
  ): Promise<PartyOptions> {
    const tracker = await FixedTracker.start(`${net}.4`, peers);
    context.onTestFinished(() => tracker.close());
    const host = `${net}.1`;
    const file = torrent.torrentFileWith(tracker.announceUrl);
    return { torrent: file, folder, host, state: torrent.emptyFolder(), peerExchange: true };
  }

  function download(
    context: TestContext,
    host: string,
    peer: string,
    ...extra: readonly string[]
  ): RunningProcess {
    const where = ['--host', host, '--out', torrent.emptyFolder(), '--peer', peer];
    const slow = ['--download-limit', RATE, '--verbose', '--no-dht'];
    const ours = startSwarmlab(['get', torrent.torrentFile, ...where, ...slow, ...extra]);
    context.onTestFinished(() => ours.stop());
    return ours;
  }
});
