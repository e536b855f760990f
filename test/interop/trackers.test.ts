/**
 * Trackers and clients of others: ours with opentracker, theirs with our tracker. They mostly wait for one another, so all
 * run at a time, each on addresses of its own.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Server } from 'bittorrent-tracker';
import { afterAll, describe, type TestContext, test } from 'vitest';
import { formatAddress } from '../../src/core/address.ts';
import type { Address } from '../../src/core/ports.ts';
import { type LocalTorrent, makeLocalTorrent, swarmlab } from '../cli/support.ts';
import { digestTree } from '../support/file-trees.ts';
import { ARIA2 } from '../support/foreign/aria2.ts';
import type { PartyOptions } from '../support/foreign/client.ts';
import { TRANSMISSION } from '../support/foreign/transmission.ts';
import { optionalComponent } from '../support/optional.ts';
import { endProcesses, freePort, type RunningProcess, startProcess } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';

const DEADLINE_MS = 60_000;

const OPENTRACKER = optionalComponent(
  'opentracker',
  spawnSync('opentracker', ['-h']).error === undefined,
  'apt-get install opentracker',
);

const TRANSPORTS = ['http', 'udp'] as const;
/** No way to find peers but the tracker. */
const ALONE = ['--no-dht', '--no-lsd', '--no-pex'];

/** What a test has for itself. */
interface Place {
  readonly context: TestContext;
  readonly folder: string;
  readonly trackerHost: string;
  readonly seedHost: string;
  readonly leecherHost: string;
}

let places = 0;

function newPlace(context: TestContext): Place {
  const net = `127.0.${190 + places++}`;
  const folder = mkdtempSync(join(tmpdir(), 'swarmlab-trackers-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { context, folder, trackerHost: `${net}.1`, seedHost: `${net}.2`, leecherHost: `${net}.3` };
}

function endsWith({ context }: Place, process: RunningProcess): void {
  context.onTestFinished(() => process.stop());
}

/** Nobody is named to `get`: who it fetches from, the torrent's tracker knows. */
async function expectDownload(place: Place, torrent: LocalTorrent): Promise<void> {
  const { expect } = place.context;
  const out = join(place.folder, 'out');
  const args = ['get', torrent.torrentFile, '--out', out, '--host', place.leecherHost, ...ALONE];
  const ended = await swarmlab(args, { deadlineMs: DEADLINE_MS });
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  expect(digestTree(out)).toEqual(digestTree(torrent.data));
}

/** Our seed of it; its address. */
async function seed(place: Place, torrent: LocalTorrent): Promise<Address> {
  const started = await startSwarmlabSeed(torrent.torrentFile, torrent.data, place.seedHost, ['--no-dht']);
  endsWith(place, started.process);
  return started.address;
}

// Also what did not start as it should, so that no test got hold of it.
afterAll(endProcesses);

describe.skipIf(!SWARMLAB || !OPENTRACKER)('our clients with opentracker', () => {
  test.concurrent.for(TRANSPORTS)('find each other over %s', async (transport, context) => {
    const place = newPlace(context);
    const { folder, trackerHost } = place;
    const port = await freePort(trackerHost);
    const torrent = makeLocalTorrent(folder, {
      trackers: [`${transport}://${trackerHost}:${port}/announce`],
    });
    // Debian's serves what a list names, and reads the list as "nobody".
    const list = join(folder, 'list');
    writeFileSync(list, `${Buffer.from(torrent.infoHash).toString('hex')}\n`);
    chmodSync(folder, 0o755);
    const where = ['-i', trackerHost, '-p', String(port), '-P', String(port)];
    const tracker = startProcess('opentracker', [...where, '-w', list], { cwd: folder });
    endsWith(place, tracker);
    const answers = () =>
      fetch(`http://${trackerHost}:${port}/stats`).then(
        () => true,
        () => false,
      );
    await context.expect.poll(answers, { timeout: DEADLINE_MS, message: tracker.transcript() }).toBe(true);
    await seed(place, torrent);
    await expectDownload(place, torrent);
  });
});

describe.skipIf(!SWARMLAB)('our clients with the tracker of npm', () => {
  test.concurrent.for(TRANSPORTS)('find each other over %s', async (transport, context) => {
    const place = newPlace(context);
    const { folder, trackerHost } = place;
    const server = new Server({ http: true, udp: true, ws: false, stats: false });
    context.onTestFinished(() => new Promise((resolve) => server.close(resolve)));
    const hosts = { http: trackerHost, udp: trackerHost, udp6: '::1' };
    await new Promise<void>((resolve) => server.listen({ http: 0, udp: 0 }, hosts, resolve));
    const { port } = (transport === 'http' ? server.http : server.udp4).address();
    const trackers = [`${transport}://${trackerHost}:${port}/announce`];
    const torrent = makeLocalTorrent(folder, { trackers });
    await seed(place, torrent);
    await expectDownload(place, torrent);
  });
});

describe.skipIf(!SWARMLAB)('with our tracker', () => {
  test.concurrent.for(TRANSPORTS)(
    'the tracker client of npm finds our seed over %s',
    async (transport, context) => {
      const { expect } = context;
      const place = newPlace(context);
      const tracker = await OurTracker.start(place);
      const torrent = makeLocalTorrent(place.folder, { trackers: [tracker.http] });
      const address = await seed(place, torrent);
      await tracker.knows({ seeds: 1 });
      const found: string[] = [];
      const { infoHash } = torrent;
      const peerId = Buffer.from('-XX0001-abcdefghijkl');
      const client = new Client({ infoHash, peerId, announce: [tracker[transport]], port: 4242 });
      context.onTestFinished(() => new Promise((resolve) => client.destroy(resolve)));
      const problems: string[] = [];
      client.on('peer', (peer) => found.push(peer));
      for (const event of ['error', 'warning'] as const) {
        client.on(event, ({ message }) => problems.push(message));
      }
      const updated = new Promise<{ complete: number }>((resolve) => client.once('update', resolve));
      client.start({ left: 1 });
      expect(await updated).toMatchObject({ complete: 1 });
      await expect.poll(() => found, { timeout: DEADLINE_MS }).toEqual([formatAddress(address)]);
      await tracker.knows({ seeds: 1, peers: 2 });
      const scraped = new Promise<{ complete: number }>((resolve) => client.once('scrape', resolve));
      client.scrape();
      expect(await scraped).toMatchObject({ complete: 1 });
      expect(problems).toEqual([]);
    },
  );

  describe.each([ARIA2, TRANSMISSION])('$name', (client) => {
    test.concurrent.for(TRANSPORTS)('is found by us over %s', async (transport, context) => {
      if (!client.present) context.skip(`${client.name} is missing`);
      const place = newPlace(context);
      const tracker = await OurTracker.start(place);
      const torrent = makeLocalTorrent(place.folder, { trackers: [tracker[transport]] });
      const theirs = await client.startSeed(party(place, torrent, torrent.data, place.seedHost, transport));
      endsWith(place, theirs.process);
      await tracker.knows({ seeds: 1 });
      await expectDownload(place, torrent);
    });
  });

  test.concurrent.for(TRANSPORTS)('aria2 finds our seed over %s', async (transport, context) => {
    if (!ARIA2.present) context.skip('aria2 is missing');
    const place = newPlace(context);
    const { folder, leecherHost } = place;
    const tracker = await OurTracker.start(place);
    // Our seed tells the tracker by UDP, whatever aria2 asks it by.
    const torrent = makeLocalTorrent(folder, { trackers: [tracker.udp] });
    await seed(place, torrent);
    await tracker.knows({ seeds: 1 });
    const asked = makeLocalTorrent(join(folder, 'asked'), { trackers: [tracker[transport]] });
    const out = join(folder, 'out');
    const leecher = await ARIA2.startLeecher(party(place, asked, out, leecherHost, transport));
    endsWith(place, leecher.process);
    await leecher.completed(DEADLINE_MS);
    context.expect(digestTree(join(out, torrent.name))).toEqual(digestTree(join(torrent.data, torrent.name)));
  });
});

/** `swarmlab tracker` as a user starts it. */
class OurTracker {
  readonly http: string;
  readonly udp: string;
  readonly #context: TestContext;

  constructor(http: string, udp: string, context: TestContext) {
    this.http = http;
    this.udp = udp;
    this.#context = context;
  }

  static async start(place: Place): Promise<OurTracker> {
    const tracker = startSwarmlab(['tracker', '--host', place.trackerHost, '--port', '0', '--json']);
    endsWith(place, tracker);
    const [line] = await tracker.line(/^\{"port".*\}$/, DEADLINE_MS);
    const { http, udp } = JSON.parse(line) as { http: string; udp: string };
    return new OurTracker(http, udp, place.context);
  }

  async knows(counts: { readonly seeds: number; readonly peers?: number }): Promise<void> {
    const statistics = new URL('/stats.json', this.http);
    const ask = async () => (await fetch(statistics)).json();
    await this.#context.expect.poll(ask, { timeout: DEADLINE_MS }).toMatchObject(counts);
  }
}

function party(
  place: Place,
  { torrentFile }: LocalTorrent,
  folder: string,
  host: string,
  transport: (typeof TRANSPORTS)[number],
): PartyOptions {
  const state = mkdtempSync(join(place.folder, 'state-'));
  return { torrent: torrentFile, folder, host, state, udpTrackers: transport === 'udp' };
}
