/**
 * Magnet links that name a peer (`x.pe`, BEP 9) and nothing else, with clients that nobody here wrote: metadata and content
 * both come from that peer. Theirs are asked where they follow such links; the others (rTorrent, aria2, Transmission 3.00)
 * pass the peer over.
 */
import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest';
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
import { endProcesses } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';

const DEADLINE_MS = 60_000;
/** No way to find peers but the link. */
const ALONE = ['--no-dht', '--no-pex', '--verbose'];

const SEEDS: readonly ForeignClient[] = [LIBTORRENT, TRANSMISSION, ARIA2, RTORRENT, QBITTORRENT, WEBTORRENT];
const FOLLOWERS: readonly ForeignClient[] = [LIBTORRENT, QBITTORRENT, WEBTORRENT];
const numbered = (clients: readonly ForeignClient[]) =>
  clients.map((client, index) => ({ name: client.name, client, index }));

describe.skipIf(!(SWARMLAB && MKTORRENT))('by a magnet link that names a peer', () => {
  let torrent: InteropTorrent;
  beforeAll(async () => {
    torrent = await InteropTorrent.make('mktorrent');
  });
  // Also what did not start as it should, so that no test got hold of it.
  afterAll(endProcesses);
  afterAll(() => torrent.remove());

  test.concurrent.for(numbered(SEEDS))('we download from $name', async ({ client, index }, context) => {
    if (!client.present) context.skip(`${client.name} is missing`);
    const net = `127.0.${160 + index}`;
    const seed = await client.startSeed(await party(context, net, torrent.originals));
    context.onTestFinished(() => seed.process.stop());
    const folder = torrent.emptyFolder();
    const where = ['--host', `${net}.2`, '--out', folder];
    const ours = startSwarmlab(['get', torrent.magnetOfPeer(seed.address), ...where, ...ALONE]);
    context.onTestFinished(() => ours.stop());
    const exit = await ours.ended(DEADLINE_MS);
    context.expect(exit, ours.transcript()).toEqual({ code: 0, signal: null });
    context.expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
  });

  test.concurrent.for(numbered(FOLLOWERS))('$name downloads from us', async ({ client, index }, context) => {
    if (!client.present) context.skip(`${client.name} is missing`);
    const net = `127.0.${170 + index}`;
    const seed = await startSwarmlabSeed(torrent.torrentFile, torrent.originals, `${net}.2`, ALONE);
    context.onTestFinished(() => seed.process.stop());
    const folder = torrent.emptyFolder();
    const link = torrent.magnetOfPeer(seed.address);
    const host = `${net}.1`;
    const leecher = await client.startLeecher({ torrent: link, folder, host, state: torrent.emptyFolder() });
    context.onTestFinished(() => leecher.process.stop());
    await leecher.completed(DEADLINE_MS).catch((error: unknown) => {
      throw new Error(seed.process.transcript(), { cause: error });
    });
    context.expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
  });

  /** rTorrent loads no torrent that is to find no peers, so there is a tracker of nobody. */
  async function party(context: TestContext, net: string, folder: string): Promise<PartyOptions> {
    const tracker = await FixedTracker.start(`${net}.4`, []);
    context.onTestFinished(() => tracker.close());
    const file = torrent.torrentFileWith(tracker.announceUrl);
    return { torrent: file, folder, host: `${net}.1`, state: torrent.emptyFolder() };
  }
});
