/** `swarmlab tracker`, and its own clients with it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { digestTree } from '../support/file-trees.ts';
import { endProcesses, type RunningProcess } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';
import { expectRefused, makeLocalTorrent, swarmlab, swarmlabHere, temporaryFolder } from './support.ts';

const TRACKER_HOST = '127.0.31.21';
const SEED_HOST = '127.0.31.22';
const LEECHER_HOST = '127.0.31.23';
const DEADLINE_MS = 60_000;

interface Tracker {
  readonly process: RunningProcess;
  readonly urls: {
    readonly port: number;
    readonly http: string;
    readonly udp: string;
    readonly statistics: string;
  };
}

async function startTracker(...options: readonly string[]): Promise<Tracker> {
  const child = startSwarmlab(['tracker', '--port', '0', '--json', ...options]);
  const [line] = await child.line(/^\{"port".*\}$/, DEADLINE_MS);
  return { process: child, urls: JSON.parse(line) as Tracker['urls'] };
}

async function statisticsOf({ urls }: Tracker): Promise<Record<string, unknown>> {
  const response = await fetch(new URL('stats.json', urls.statistics));
  return (await response.json()) as Record<string, unknown>;
}

describe.skipIf(!SWARMLAB)('tracker', () => {
  afterEach(endProcesses);

  test('brings peers together over HTTP and UDP on one port, and ends well when interrupted', async () => {
    const tracker = await startTracker('--host', TRACKER_HOST, '--interval', '10m');
    expect(new URL(tracker.urls.http).port).toBe(new URL(tracker.urls.udp).port);
    const folder = temporaryFolder();
    // One finds it by UDP and the other by HTTP: it is one tracker.
    const [seeded, fetched] = (['udp', 'http'] as const).map((transport) =>
      makeLocalTorrent(join(folder, transport), { trackers: [tracker.urls[transport]] }),
    );
    await startSwarmlabSeed(seeded?.torrentFile as string, seeded?.data as string, SEED_HOST);
    await expect.poll(() => statisticsOf(tracker), { timeout: DEADLINE_MS }).toMatchObject({ seeds: 1 });
    const out = join(folder, 'out');
    const args = ['get', fetched?.torrentFile as string, '--host', LEECHER_HOST, '--out', out];
    const ended = await swarmlab(args);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(digestTree(out)).toEqual(digestTree(seeded?.data as string));
    // The numbers may be a second old.
    await expect
      .poll(() => statisticsOf(tracker), { timeout: DEADLINE_MS })
      .toMatchObject({ swarms: 1, peers: 1, downloaded: 1, refused: 0 });

    tracker.process.kill('SIGINT');
    const exit = await tracker.process.ended(DEADLINE_MS);
    expect(exit, tracker.process.transcript()).toEqual({ code: 0, signal: null });
    expect(JSON.parse(tracker.process.outputLines[1] as string)).toMatchObject({ downloaded: 1, refused: 0 });
    expect(tracker.process.lines.join('\n')).toMatch(/answered \d+ announces \(0 refused\) and 0 scrapes/);
  });

  test.each(['http', 'udp'] as const)('brings peers together over IPv6 (%s)', async (transport) => {
    const { urls } = await startTracker('--host', '::1');
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder, { trackers: [urls[transport]] });
    const alone = ['--host', '::1', '--port', '0', '--no-dht', '--no-pex'];
    const seed = startSwarmlab(['seed', torrent.torrentFile, '--data', torrent.data, ...alone]);
    await seed.line(/listening on \[::1\]:\d+/, DEADLINE_MS);
    const out = join(folder, 'out');
    const ended = await swarmlab(['get', torrent.torrentFile, '--out', out, '--verbose', ...alone]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(ended.stderr).toMatch(/^\[::1\]:\d+: connected/m);
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
  });

  test('listens at every address, IPv4 and IPv6', async () => {
    const { urls } = await startTracker();
    for (const host of ['127.0.0.1', '[::1]', '127.0.31.99']) {
      const response = await fetch(`http://${host}:${urls.port}/`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('<h1>Tracker</h1>');
    }
  });

  test('serves the torrents of a list and no others', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const list = join(folder, 'list');
    const hex = Buffer.from(torrent.infoHash).toString('hex').toUpperCase();
    writeFileSync(list, `# ours\n\n${hex} several files\n`);
    const { urls } = await startTracker('--host', TRACKER_HOST, '--whitelist', list);
    const announce = async (infoHash: Uint8Array): Promise<string> => {
      const escaped = [...infoHash].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      const query = `info_hash=${escaped}&peer_id=${'p'.repeat(20)}&port=5&left=0&compact=1`;
      return await (await fetch(`${urls.http}?${query}`)).text();
    };
    expect(await announce(torrent.infoHash)).toContain('8:completei1e');
    expect(await announce(new Uint8Array(20))).toContain('failure reason');
  });

  test('a port that is taken is said so', async () => {
    const { urls } = await startTracker('--host', TRACKER_HOST);
    const ended = await swarmlab(['tracker', '--host', TRACKER_HOST, '--port', String(urls.port)]);
    expectRefused(ended, 69, /EADDRINUSE/, /choose another port with --port/);
  });

  test.each([
    [['--interval', '5'], /--interval 5 is not valid/],
    [['--interval', '2d'], /expected a time from 1s to 1d/],
    [['--host', 'here'], /expected an IP address/],
    [['--port', '70000'], /at most 65535/],
    [['--whitelist', 'missing'], /missing cannot be read \(ENOENT\)/],
    [['--whitelist', 'list'], /list:2: this is no info-hash/],
  ])('%j is refused', async (options, message) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'list'), '# good\nbad\n');
    expectRefused(await swarmlabHere(['tracker', ...options], { cwd: folder }), 2, message);
  });
});
