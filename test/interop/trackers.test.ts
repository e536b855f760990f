/** Trackers and clients of others: ours with opentracker, theirs with our tracker. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makeLocalTorrent, swarmlab, temporaryFolder } from '../cli/support.ts';
import { digestTree } from '../support/file-trees.ts';
import { ARIA2 } from '../support/foreign/aria2.ts';
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

describe.skipIf(!SWARMLAB || !OPENTRACKER)('our clients with opentracker', () => {
  afterEach(endProcesses);

  test.each(['http', 'udp'])('find each other over %s', async (transport) => {
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
    const out = join(folder, 'out');
    const ended = await swarmlab(['get', torrent.torrentFile, '--out', out, '--host', LEECHER_HOST], {
      deadlineMs: DEADLINE_MS,
    });
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
  });
});

describe.skipIf(!SWARMLAB || !ARIA2.present)('aria2 with our tracker', () => {
  afterEach(endProcesses);

  test('finds our seed over HTTP', async () => {
    const folder = temporaryFolder();
    const tracker = startSwarmlab(['tracker', '--host', TRACKER_HOST, '--port', '0', '--json']);
    const [line] = await tracker.line(/^\{"port".*\}$/, DEADLINE_MS);
    const { http, udp } = JSON.parse(line) as { http: string; udp: string };
    // Our seed tells the tracker by UDP, aria2 asks it by HTTP.
    const torrent = makeLocalTorrent(folder, { trackers: [udp] });
    await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST);
    const statistics = new URL('/stats.json', http);
    await expect
      .poll(async () => (await fetch(statistics)).json(), { timeout: DEADLINE_MS })
      .toMatchObject({ seeds: 1 });
    const out = join(folder, 'out');
    const options = {
      torrent: torrent.torrentFile,
      folder: out,
      state: folder,
      host: LEECHER_HOST,
      announceUrl: http,
    };
    const leecher = await ARIA2.startLeecher(options);
    await leecher.completed(DEADLINE_MS);
    expect(digestTree(join(out, torrent.name))).toEqual(digestTree(join(torrent.data, torrent.name)));
  });
});
