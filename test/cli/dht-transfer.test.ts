/** `swarmlab get` and `swarmlab seed` that find each other by the DHT alone, on loopback. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { decodeDhtState } from '../../src/core/dht/dht-state.ts';
import { digestTree } from '../support/file-trees.ts';
import { endProcesses, freePort } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';
import { expectRefused, makeLocalTorrent, swarmlab, temporaryFolder } from './support.ts';

const SEED_HOST = '127.0.38.1';
const ROUTER_HOST = '127.0.38.2';
const LEECHER_HOST = '127.0.38.3';

describe.skipIf(!SWARMLAB)('without a tracker', () => {
  afterEach(endProcesses);

  test('a download finds the seed through its node', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const { address } = await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST);
    const out = join(folder, 'out');
    const node = ['--dht-bootstrap', `${address.host}:${address.port}`];
    const ended = await swarmlab(['get', torrent.torrentFile, '--host', LEECHER_HOST, '--out', out, ...node]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
  });

  test('a download finds the seed through the node of somebody else, and remembers nodes for the next one', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const other = makeLocalTorrent(temporaryFolder(), { files: [['other.bin', 1000]] });
    const router = await startSwarmlabSeed(other.torrentFile, other.data, ROUTER_HOST);
    const node = ['--dht-bootstrap', `${ROUTER_HOST}:${router.address.port}`];
    const port = String(await freePort(SEED_HOST));
    const where = ['--data', torrent.data, '--host', SEED_HOST, '--port', port];
    const seed = startSwarmlab(['seed', torrent.torrentFile, ...where, ...node, '--verbose']);
    await seed.line(/DHT: reached/, 30_000);
    const state = join(folder, 'state');
    const get = (out: string, ...more: readonly string[]) =>
      swarmlab(['get', torrent.torrentFile, '--host', LEECHER_HOST, '--out', out, '--state', state, ...more]);
    const first = await get(join(folder, 'first'), ...node);
    expect(first, first.stderr).toMatchObject({ code: 0 });
    const kept = decodeDhtState(new Uint8Array(readFileSync(join(state, 'dht.dat'))));
    expect(kept.ipv4?.nodes.map(({ address }) => address.host)).toContain(ROUTER_HOST);
    const second = await get(join(folder, 'second'));
    expect(second, second.stderr).toMatchObject({ code: 0 });
    expect(digestTree(join(folder, 'second'))).toEqual(digestTree(torrent.data));
  });

  test('a broken file of nodes is no trouble', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const { address } = await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST);
    writeFileSync(join(folder, 'dht.dat'), 'd4:ipv4d5:nodes99999999:');
    const peer = ['--peer', `${address.host}:${address.port}`, '--state', folder];
    const ended = await swarmlab(['get', torrent.torrentFile, '--out', join(folder, 'out'), ...peer]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
  });

  test('and without the DHT there is nobody to ask', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const args = ['get', torrent.torrentFile, '--out', join(folder, 'out')];
    const nobody = /names no tracker, so there is nobody to ask\n {2}name a peer with --peer/;
    expectRefused(await swarmlab([...args, '--no-dht']), 2, nobody);
    expectRefused(await swarmlab(args), 2, nobody, /--dht-bootstrap host:port/);
    const both = [...args, '--no-dht', '--dht-bootstrap', '127.0.0.1:1'];
    expectRefused(await swarmlab(both), 2, '--dht-bootstrap does not go with --no-dht');
    const wrong = [...args, '--dht-bootstrap', '127.0.0.1'];
    expectRefused(await swarmlab(wrong), 2, '--dht-bootstrap 127.0.0.1 is not valid');
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});
