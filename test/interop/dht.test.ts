/**
 * Our DHT node among nodes that nobody here wrote: with libtorrent's, peers are found both ways through each other's nodes,
 * and bytes follow. Every party has one loopback address; BEP 42 exempts them.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeLocalTorrent, temporaryFolder } from '../cli/support.ts';
import { LIBTORRENT, PYTHON } from '../support/foreign/libtorrent.ts';
import { MKTORRENT } from '../support/foreign/torrent-makers.ts';
import { InteropTorrent } from '../support/interop-torrent.ts';
import { endProcesses, freePort, type RunningProcess, startProcess } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab } from '../support/swarmlab-cli.ts';

const SCRIPT = fileURLToPath(new URL('libtorrent_dht.py', import.meta.url));
const READY_DEADLINE_MS = 30_000;
const TRANSFER_DEADLINE_MS = 90_000;
const OUR_HOST = '127.0.25.1';
const THEIR_HOST = '127.0.25.2';
const ROUTER_HOST = '127.0.25.3';

interface Node {
  /** Host and port, of the DHT too. */
  readonly name: string;
  readonly process: RunningProcess;
}

describe.skipIf(!(SWARMLAB && LIBTORRENT.present && MKTORRENT))('the DHT with libtorrent', () => {
  let torrent: InteropTorrent;
  beforeAll(async () => {
    torrent = await InteropTorrent.make('mktorrent');
  });
  afterEach(endProcesses);
  afterAll(() => torrent.remove());

  test('our download finds their seed through their node', async () => {
    const router = await libtorrent(ROUTER_HOST, []);
    const seed = await libtorrent(THEIR_HOST, [router.name], torrent.originals);
    await seed.process.line(/"event": "nodes", "count": [1-9]/, READY_DEADLINE_MS);
    const folder = torrent.emptyFolder();
    await get(folder, router.name);
    expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
  });

  test('their download finds our seed through their node', async () => {
    const router = await libtorrent(ROUTER_HOST, []);
    await seedOf([router.name]);
    const folder = torrent.emptyFolder();
    const leecher = await libtorrent(THEIR_HOST, [router.name], folder);
    await leecher.process.line(/"event": "done"/, TRANSFER_DEADLINE_MS);
    expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
  });

  test('their download finds their seed through our node', async () => {
    const router = await ourRouter();
    const seed = await libtorrent(THEIR_HOST, [router.name], torrent.originals);
    await seed.process.line(/"event": "nodes", "count": [1-9]/, READY_DEADLINE_MS);
    const folder = torrent.emptyFolder();
    const leecher = await libtorrent(OUR_HOST, [router.name], folder);
    await leecher.process.line(/"event": "done"/, TRANSFER_DEADLINE_MS);
    expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
  });

  test('our download finds their seed through our node', async () => {
    const router = await ourRouter();
    const seed = await libtorrent(THEIR_HOST, [router.name], torrent.originals);
    await seed.process.line(/"event": "nodes", "count": [1-9]/, READY_DEADLINE_MS);
    const folder = torrent.emptyFolder();
    await get(folder, router.name);
    expect(torrent.digestsIn(folder)).toEqual(torrent.digests);
  });

  async function libtorrent(host: string, nodes: readonly string[], folder?: string): Promise<Node> {
    const what = folder === undefined ? [] : ['--torrent', torrent.torrentFile, '--data', folder];
    const known = nodes.flatMap((node) => ['--node', node]);
    const child = startProcess(PYTHON, [SCRIPT, '--host', host, ...what, ...known]);
    const [line] = await child.line(/^\{"event": "ready".*\}$/, READY_DEADLINE_MS);
    const { port } = JSON.parse(line) as { port: number };
    return { name: `${host}:${port}`, process: child };
  }

  /** A seed of something else, so that it is of use as a node alone. */
  async function ourRouter(): Promise<Node> {
    const other = makeLocalTorrent(temporaryFolder(), { files: [['other.bin', 1000]] });
    return await seedOf([], ROUTER_HOST, other.torrentFile, other.data);
  }

  async function seedOf(
    nodes: readonly string[],
    host = OUR_HOST,
    torrentFile = torrent.torrentFile,
    data = torrent.originals,
  ): Promise<Node> {
    const port = await freePort(host);
    const known = nodes.flatMap((node) => ['--dht-bootstrap', node]);
    const where = ['--data', data, '--host', host, '--port', String(port)];
    const child = startSwarmlab(['seed', torrentFile, '--verbose', ...where, ...known]);
    await child.line(nodes.length > 0 ? /DHT: reached/ : /listening on/, READY_DEADLINE_MS);
    return { name: `${host}:${port}`, process: child };
  }

  async function get(folder: string, node: string): Promise<void> {
    const args = ['get', torrent.torrentFile, '--host', OUR_HOST, '--out', folder, '--dht-bootstrap', node];
    const swarmlab = startSwarmlab([...args, '--verbose']);
    const exit = await swarmlab.ended(TRANSFER_DEADLINE_MS);
    expect(exit, swarmlab.transcript()).toEqual({ code: 0, signal: null });
  }
});
