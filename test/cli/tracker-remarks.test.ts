/** What a tracker says beside naming peers: remarks for people, and our own address (BEP 24). On real sockets. */
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { openClient } from '../../src/api/client.ts';
import type { Encodable } from '../../src/core/bencode/index.ts';
import type { Address } from '../../src/core/ports.ts';
import { FixedTracker } from '../support/fixed-tracker.ts';
import { endProcesses } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';
import { makeLocalTorrent, swarmlab, temporaryFolder } from './support.ts';

const HOST = '127.0.31.51';
const SEED_HOST = '127.0.31.52';
const TRACKER_HOST = '127.0.31.53';
const ALLEGED_HOST = '127.0.31.54';
const DEADLINE_MS = 60_000;
const REMARK = 'the tracker closes on Friday\u001b[2J';
/** As it may be shown: what commands a terminal is no text. */
const SHOWN = /the tracker closes on Friday(?!\p{Cc})/u;

async function tracker(peers: readonly Address[], fields: Readonly<Record<string, Encodable>>) {
  const started = await FixedTracker.start(TRACKER_HOST, peers, fields);
  onTestFinished(() => started.close());
  return started;
}

describe.skipIf(!SWARMLAB)('what trackers say', () => {
  afterEach(endProcesses);

  test('get shows a remark once, gives it to programs, and counts as complete before it leaves', async () => {
    const folder = temporaryFolder();
    const plain = makeLocalTorrent(join(folder, 'plain'));
    const seed = await startSwarmlabSeed(plain.torrentFile, plain.data, SEED_HOST);
    const remarking = await tracker([seed.address], { 'warning message': REMARK });
    const torrent = makeLocalTorrent(join(folder, 'tracked'), { trackers: [remarking.announceUrl] });
    const where = ['--host', HOST, '--out', join(folder, 'out'), '--no-dht', '--json'];
    const ended = await swarmlab(['get', torrent.torrentFile, ...where]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    const said = ended.stderr.split('\n').filter((line) => SHOWN.test(line));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(`tracker ${remarking.announceUrl} says: `);
    const { trackerWarnings } = JSON.parse(ended.stdout);
    expect(trackerWarnings).toEqual([
      { tracker: remarking.announceUrl, message: expect.stringMatching(SHOWN) },
    ]);
    expect(remarking.events).toEqual(['started', 'completed', 'stopped']);
  });

  test('seed shows it too', async () => {
    const folder = temporaryFolder();
    const remarking = await tracker([], { 'warning message': REMARK });
    const torrent = makeLocalTorrent(folder, { trackers: [remarking.announceUrl] });
    const where = ['--data', torrent.data, '--host', HOST, '--port', '0', '--no-dht', '--json'];
    const seed = startSwarmlab(['seed', torrent.torrentFile, ...where]);
    await seed.line(/says: the tracker closes on Friday/, DEADLINE_MS);
    seed.kill('SIGINT');
    await seed.ended(DEADLINE_MS);
    const { trackerWarnings } = JSON.parse(seed.outputLines.at(-1) as string);
    expect(trackerWarnings).toMatchObject([{ tracker: remarking.announceUrl }]);
    expect(remarking.events).toEqual(['started', 'stopped']);
  });

  test('a client of a program has it in the status of the torrent', async () => {
    const folder = temporaryFolder();
    const remarking = await tracker([], { 'warning message': REMARK });
    const { torrentFile, data } = makeLocalTorrent(folder, { trackers: [remarking.announceUrl] });
    const client = await openClient({ host: HOST, dht: false, lsd: false, stateFolder: folder });
    onTestFinished(() => client.close());
    const torrent = await client.seed(torrentFile, { folder: data });
    await expect
      .poll(() => torrent.status().trackerWarnings, { timeout: DEADLINE_MS })
      .toEqual([{ tracker: remarking.announceUrl, message: expect.stringMatching(SHOWN) }]);
  });

  test.each([
    ['says', true, 0],
    ['does not say', false, 1],
  ])('a tracker that %s that an address is ours (%s): dialled %s times', async (_says, isTold, dials) => {
    const folder = temporaryFolder();
    const plain = makeLocalTorrent(join(folder, 'plain'));
    const seed = await startSwarmlabSeed(plain.torrentFile, plain.data, SEED_HOST);
    let dialled = 0;
    const alleged = createServer((socket) => {
      dialled++;
      socket.destroy();
    });
    onTestFinished(() => void alleged.close());
    await new Promise<void>((resolve) => alleged.listen(0, ALLEGED_HOST, resolve));
    const { port } = alleged.address() as AddressInfo;
    const external = isTold ? { 'external ip': Uint8Array.from(ALLEGED_HOST.split('.'), Number) } : {};
    const telling = await tracker([{ host: ALLEGED_HOST, port }, seed.address], external);
    const torrent = makeLocalTorrent(join(folder, 'tracked'), { trackers: [telling.announceUrl] });
    const where = ['--host', HOST, '--port', String(port), '--out', join(folder, 'out'), '--no-dht'];
    const ended = await swarmlab(['get', torrent.torrentFile, ...where]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(dialled).toBe(dials);
  });
});
