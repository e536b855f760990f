/** `swarmlab seed` whose file shrinks while it serves (BEP 54): it says so in one line, goes on, and serves what is left. */
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { digestTree } from '../support/file-trees.ts';
import { endProcesses } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';
import { makeLocalTorrent, PIECE_BYTES, temporaryFolder } from './support.ts';

const SHRUNK_HOST = '127.0.31.95';
const WHOLE_HOST = '127.0.31.96';
const LEECHER_HOST = '127.0.31.97';
const DEADLINE_MS = 60_000;
const FILE = { files: [['one.bin', 20 * PIECE_BYTES]] as const };

describe.skipIf(!SWARMLAB)('a seed that loses pieces', () => {
  afterEach(endProcesses);

  test('tells of them together, and others give what it cannot', async () => {
    const folder = temporaryFolder();
    const [whole, shrunk] = ['whole', 'shrunk'].map((name) => makeLocalTorrent(join(folder, name), FILE));
    if (whole === undefined || shrunk === undefined) throw new Error('no torrents');
    const seed = await startSwarmlabSeed(shrunk.torrentFile, shrunk.data, SHRUNK_HOST);
    truncateSync(join(shrunk.data, 'one.bin'), 5 * PIECE_BYTES);
    const out = join(folder, 'out');
    const peers = ['--peer', `${SHRUNK_HOST}:${seed.address.port}`];
    const get = ['get', whole.torrentFile, '--host', LEECHER_HOST, '--port', '0', '--out', out, '--no-dht'];
    const leecher = startSwarmlab([...get, ...peers, '--verbose']);
    await seed.process.line(/damaged or missing on the disk; peers are told so/, DEADLINE_MS);
    const [, port] = await leecher.line(/listening on \S+:(\d+)/, DEADLINE_MS);
    await startSwarmlabSeed(whole.torrentFile, whole.data, WHOLE_HOST, [
      '--no-dht',
      '--peer',
      `${LEECHER_HOST}:${port}`,
    ]);
    expect(await leecher.ended(DEADLINE_MS), leecher.transcript()).toEqual({ code: 0, signal: null });
    expect(digestTree(out)).toEqual(digestTree(whole.data));
    const told = (): number[] =>
      seed.process.lines.flatMap((line) => {
        const [, count] = /(?:(\d+) pieces are|piece \d+ is) damaged or missing/.exec(line) ?? [];
        return line.includes('damaged or missing') ? [Number(count ?? 1)] : [];
      });
    const sum = (): number => told().reduce((total, each) => total + each, 0);
    await expect.poll(sum, { timeout: DEADLINE_MS }).toBe(15);
    expect(told().length).toBeLessThan(15);
    expect(seed.process.exit).toBeUndefined();
  });
});
