/** Trackers and clients of others: ours with opentracker, theirs with our tracker. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Server } from 'bittorrent-tracker';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { formatAddress } from '../../src/core/address.ts';
import { type LocalTorrent, makeLocalTorrent, swarmlab, temporaryFolder } from '../cli/support.ts';
import { digestTree } from '../support/file-trees.ts';
import { ARIA2 } from '../support/foreign/aria2.ts';
import type { PartyOptions } from '../support/foreign/client.ts';
import { TRANSMISSION } from '../support/foreign/transmission.ts';
import { optionalComponent } from '../support/optional.ts';
import { endProcesses, freePort, startProcess } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';

const TRACKER_HOST = '127.0.31.31';
const SEED_HOST = '127.0.31.32';
const LEECHER_HOST = '127.0.31.33';
const DEADLINE_MS = 60_000;

const OPENTRACKER = optionalComponent(
  'opentracker',
  spawnSync('opentracker', ['-h']).error === undefined,
  'apt-get install opentracker',
);

const TRANSPORTS = ['http', 'udp'] as const;
/** No way to find peers but the tracker. */
const ALONE = ['--no-dht', '--no-lsd', '--no-pex'];

/** Nobody is named to `get`: who it fetches from, the torrent's tracker knows. */
async function expectDownload(torrent: LocalTorrent, folder: string): Promise<void> {
  const out = join(folder, 'out');
  const args = ['get', torrent.torrentFile, '--out', out, '--host', LEECHER_HOST, ...ALONE];
  const ended = await swarmlab(args, { deadlineMs: DEADLINE_MS });
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  expect(digestTree(out)).toEqual(digestTree(torrent.data));
}

describe.skipIf(!SWARMLAB || !OPENTRACKER)('our clients with opentracker', () => {
  afterEach(endProcesses);

  test.each(TRANSPORTS)('find each other over %s', async (transport) => {
    const folder = temporaryFolder();
    const port = await freePort(TRACKER_HOST);
    const torrent = makeLocalTorrent(folder, {
      trackers: [`${transport}://${TRACKER_HOST}:${port}/announce`],
    });
    // Debian's serves what a list names, and reads the list as "nobody".
    const list = join(folder, 'list');
    writeFileSync(list, `${Buffer.from(torrent.infoHash).toString('hex')}\n`);
    chmodSync(folder, 0o755);
    const where = ['-i', TRACKER_HOST, '-p', String(port), '-P', String(port)];
    const tracker = startProcess('opentracker', [...where, '-w', list], { cwd: folder });
    const answers = () =>
      fetch(`http://${TRACKER_HOST}:${port}/stats`).then(
        () => true,
        () => false,
      );
    await expect.poll(answers, { timeout: DEADLINE_MS, message: tracker.transcript() }).toBe(true);
    await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST);
    await expectDownload(torrent, folder);
  });
});

describe.skipIf(!SWARMLAB)('our clients with the tracker of npm', () => {
  afterEach(endProcesses);

  test.each(TRANSPORTS)('find each other over %s', async (transport) => {
    const server = new Server({ http: true, udp: true, ws: false, stats: false });
    onTestFinished(() => new Promise((resolve) => server.close(resolve)));
    const hosts = { http: TRACKER_HOST, udp: TRACKER_HOST, udp6: '::1' };
    await new Promise<void>((resolve) => server.listen({ http: 0, udp: 0 }, hosts, resolve));
    const { port } = (transport === 'http' ? server.http : server.udp4).address();
    const folder = temporaryFolder();
    const trackers = [`${transport}://${TRACKER_HOST}:${port}/announce`];
    const torrent = makeLocalTorrent(folder, { trackers });
    await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST, ['--no-dht']);
    await expectDownload(torrent, folder);
  });
});

describe.skipIf(!SWARMLAB)('with our tracker', () => {
  afterEach(endProcesses);

  test.each(TRANSPORTS)('the tracker client of npm finds our seed over %s', async (transport) => {
    const tracker = await OurTracker.start();
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder, { trackers: [tracker.http] });
    const seed = await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST, ['--no-dht']);
    await tracker.knows({ seeds: 1 });
    const found: string[] = [];
    const { infoHash } = torrent;
    const peerId = Buffer.from('-XX0001-abcdefghijkl');
    const client = new Client({ infoHash, peerId, announce: [tracker[transport]], port: 4242 });
    onTestFinished(() => new Promise((resolve) => client.destroy(resolve)));
    const problems: string[] = [];
    client.on('peer', (address) => found.push(address));
    for (const event of ['error', 'warning'] as const) {
      client.on(event, ({ message }) => problems.push(message));
    }
    const updated = new Promise<{ complete: number }>((resolve) => client.once('update', resolve));
    client.start({ left: 1 });
    expect(await updated).toMatchObject({ complete: 1 });
    await expect.poll(() => found, { timeout: DEADLINE_MS }).toEqual([formatAddress(seed.address)]);
    await tracker.knows({ seeds: 1, peers: 2 });
    const scraped = new Promise<{ complete: number }>((resolve) => client.once('scrape', resolve));
    client.scrape();
    expect(await scraped).toMatchObject({ complete: 1 });
    expect(problems).toEqual([]);
  });

  describe.each([ARIA2, TRANSMISSION])('$name', (client) => {
    test.skipIf(!client.present).for(TRANSPORTS)('is found by us over %s', async (transport) => {
      const tracker = await OurTracker.start();
      const folder = temporaryFolder();
      const torrent = makeLocalTorrent(folder, { trackers: [tracker[transport]] });
      await client.startSeed(party(torrent, torrent.data, SEED_HOST, transport));
      await tracker.knows({ seeds: 1 });
      await expectDownload(torrent, folder);
    });
  });

  test.skipIf(!ARIA2.present).for(TRANSPORTS)('aria2 finds our seed over %s', async (transport) => {
    const folder = temporaryFolder();
    const tracker = await OurTracker.start();
    // Our seed tells the tracker by UDP, whatever aria2 asks it by.
    const torrent = makeLocalTorrent(folder, { trackers: [tracker.udp] });
    await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST, ['--no-dht']);
    await tracker.knows({ seeds: 1 });
    const asked = makeLocalTorrent(temporaryFolder(), { trackers: [tracker[transport]] });
    const out = join(folder, 'out');
    const leecher = await ARIA2.startLeecher(party(asked, out, LEECHER_HOST, transport));
    await leecher.completed(DEADLINE_MS);
    expect(digestTree(join(out, torrent.name))).toEqual(digestTree(join(torrent.data, torrent.name)));
  });
});

/** `swarmlab tracker` as a user starts it. */
class OurTracker {
  readonly http: string;
  readonly udp: string;

  constructor(http: string, udp: string) {
    this.http = http;
    this.udp = udp;
  }

  static async start(): Promise<OurTracker> {
    const tracker = startSwarmlab(['tracker', '--host', TRACKER_HOST, '--port', '0', '--json']);
    const [line] = await tracker.line(/^\{"port".*\}$/, DEADLINE_MS);
    const { http, udp } = JSON.parse(line) as { http: string; udp: string };
    return new OurTracker(http, udp);
  }

  async knows(counts: { readonly seeds: number; readonly peers?: number }): Promise<void> {
    const statistics = new URL('/stats.json', this.http);
    const ask = async () => (await fetch(statistics)).json();
    await expect.poll(ask, { timeout: DEADLINE_MS }).toMatchObject(counts);
  }
}

function party(
  torrent: LocalTorrent,
  folder: string,
  host: string,
  transport: (typeof TRANSPORTS)[number],
): PartyOptions {
  const { torrentFile } = torrent;
  return { torrent: torrentFile, folder, host, state: temporaryFolder(), udpTrackers: transport === 'udp' };
}
