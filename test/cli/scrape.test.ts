/** `swarmlab inspect --scrape` with a tracker of our own on loopback. */
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { endProcesses } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';
import { expectRefused, makeLocalTorrent, swarmlab, temporaryFolder } from './support.ts';

const TRACKER_HOST = '127.0.31.41';
const SEED_HOST = '127.0.31.42';
const DEADLINE_MS = 60_000;

interface Urls {
  readonly http: string;
  readonly udp: string;
}

async function startTracker(host: string): Promise<Urls> {
  const child = startSwarmlab(['tracker', '--port', '0', '--json', '--host', host]);
  const [line] = await child.line(/^\{"port".*\}$/, DEADLINE_MS);
  return JSON.parse(line) as Urls;
}

describe.skipIf(!SWARMLAB)('inspect --scrape', () => {
  afterEach(endProcesses);

  test('tells seeds, leechers and downloads by HTTP and by UDP', async () => {
    const urls = await startTracker(TRACKER_HOST);
    const dead = 'http://127.0.31.43:1/announce';
    const made = makeLocalTorrent(join(temporaryFolder(), 'x'), { trackers: [urls.http, urls.udp, dead] });
    const { torrentFile } = made;
    // It knows nothing of it yet.
    const before = await swarmlab(['inspect', torrentFile, '--scrape', '--json']);
    expect(before, before.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(before.stdout)).toMatchObject({
      swarms: [
        { url: urls.http, error: 'it does not know this torrent' },
        { url: urls.udp, seeds: 0, leechers: 0, downloads: 0 },
        { url: dead, error: 'connection refused' },
      ],
    });
    await startSwarmlabSeed(torrentFile, made.data, SEED_HOST);
    const scraped = async (): Promise<unknown> =>
      JSON.parse((await swarmlab(['inspect', torrentFile, '--scrape', '--json'])).stdout);
    const seeded = { seeds: 1, leechers: 0, downloads: 0 };
    await expect.poll(scraped, { timeout: DEADLINE_MS }).toMatchObject({
      swarms: [{ url: urls.http, ...seeded }, { url: urls.udp, ...seeded }, { url: dead }],
    });
    const shown = await swarmlab(['inspect', torrentFile, '--scrape']);
    expect(shown.stdout).toContain(`1 seed, 0 leechers, 0 downloads  (${urls.udp})`);
  });

  test('a tracker that says nothing is waited for no longer than was asked', async () => {
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    await new Promise<void>((resolve) => socket.bind(0, TRACKER_HOST, resolve));
    const silent = `udp://${TRACKER_HOST}:${socket.address().port}/announce`;
    const { torrentFile } = makeLocalTorrent(join(temporaryFolder(), 'x'), { trackers: [silent] });
    const ended = await swarmlab(['inspect', torrentFile, '--scrape', '--timeout', '1s']);
    expect(ended, ended.stderr).toMatchObject({ code: 69 });
    expect(ended.stdout).toContain(`no answer in time  (${silent})`);
  });

  test('is refused where there is nobody to ask', async () => {
    const { torrentFile } = makeLocalTorrent(join(temporaryFolder(), 'x'));
    expectRefused(await swarmlab(['inspect', torrentFile, '--scrape']), 2, /names no tracker/);
    const args = ['inspect', torrentFile, '--scrape', '--timeout', '2h'];
    expectRefused(await swarmlab(args), 2, /--timeout 2h is not valid/);
  });
});
