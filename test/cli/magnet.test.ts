/** `swarmlab get` by magnet link and by URL, and peers found without a tracker: over loopback, files compared. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { toHex } from '../../src/core/bytes.ts';
import { formatMagnetLink } from '../../src/core/metainfo/index.ts';
import type { Address } from '../../src/core/ports.ts';
import { digestTree } from '../support/file-trees.ts';
import { endProcesses } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';
import { expectRefused, makeLocalTorrent, swarmlab, temporaryFolder } from './support.ts';

const SEED_HOST = '127.0.36.1';
const LEECHER_HOST = '127.0.36.2';
const OTHER_HOST = '127.0.36.3';
const SERVER_HOST = '127.0.36.4';
const DEADLINE_MS = 60_000;

/** Serves one answer to every GET; `location`: where it leads. */
async function serve(status: number, body: Uint8Array, location?: string): Promise<string> {
  const headers = location === undefined ? {} : { location };
  const server = createServer((_request, response) => response.writeHead(status, headers).end(body));
  onTestFinished(() => {
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, SERVER_HOST, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://${SERVER_HOST}:${address.port}/some.torrent`;
}

function link(infoHash: Uint8Array, peers: readonly Address[]): string {
  return formatMagnetLink({ infoHash, peers, name: 'several files' });
}

describe.skipIf(!SWARMLAB)('without a torrent file', () => {
  afterEach(endProcesses);

  test('a magnet link is enough, and the torrent file can be kept', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const { address } = await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST);
    const [out, saved] = [join(folder, 'out'), join(folder, 'saved.torrent')];
    const magnet = link(torrent.infoHash, [address]);
    const where = ['--host', LEECHER_HOST, '--out', out, '--save-torrent', saved];
    const ended = await swarmlab(['get', magnet, ...where]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(ended.stderr).toContain('fetching the metadata of several files');
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
    expect(readFileSync(saved).equals(readFileSync(torrent.torrentFile))).toBe(true);
    const again = await swarmlab(['get', saved, '--peer', `${address.host}:${address.port}`, '--out', out]);
    expect(again, again.stderr).toMatchObject({ code: 0 });
  });

  test('a URL of the torrent file is', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const { address } = await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST);
    const url = await serve(200, readFileSync(torrent.torrentFile));
    const out = join(folder, 'out');
    const ended = await swarmlab(['get', url, '--peer', `${address.host}:${address.port}`, '--out', out]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
  });

  test('a URL that leads to that of the torrent file is, unless it leads nowhere or nearer', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const { address } = await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST);
    const url = await serve(200, readFileSync(torrent.torrentFile));
    const redirect = await serve(302, new Uint8Array(), url);
    const out = join(folder, 'out');
    const ended = await swarmlab([
      'get',
      redirect,
      '--peer',
      `${address.host}:${address.port}`,
      '--out',
      out,
    ]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
    for (const [location, says] of [
      [
        `http://0.0.0.0:${new URL(url).port}/some.torrent`,
        /an address that no host can have is not followed/,
      ],
      [`file://${torrent.torrentFile}`, /not an http: or https: URL/],
      ['/some.torrent', /more than 5 redirects/],
    ] as const) {
      expectRefused(await swarmlab(['get', await serve(301, new Uint8Array(), location)]), 69, says);
    }
  });

  test('what cannot be had is said plainly', async () => {
    const gone = await swarmlab(['get', await serve(404, new Uint8Array())]);
    expectRefused(gone, 69, /cannot be fetched: HTTP status 404/);
    const page = await swarmlab(['get', await serve(200, Buffer.from('<html>'))]);
    expectRefused(page, 2, /is not a torrent file/);
    expectRefused(
      await swarmlab(['get', 'magnet:?dn=name']),
      2,
      /not a usable magnet link.*no torrent is named/,
    );
  });

  test('an interrupted search for metadata ends, and leaves nothing', async () => {
    const out = join(temporaryFolder(), 'out');
    const magnet = link(new Uint8Array(20).fill(7), []);
    const child = startSwarmlab(['get', magnet, '--host', LEECHER_HOST, '--out', out]);
    await child.line(/fetching the metadata/, DEADLINE_MS);
    child.kill('SIGINT');
    expect(await child.ended(DEADLINE_MS)).toEqual({ code: 130, signal: null });
    expect(digestTree(out)).toEqual({});
  });

  test('local discovery (BEP 14) finds the seed with no other help', async () => {
    const folder = temporaryFolder();
    // A torrent of this process alone: everybody on this machine hears the search.
    const torrent = makeLocalTorrent(folder, { files: [[`lsd-${process.pid}-${Date.now()}.bin`, 70_000]] });
    const where = ['--data', torrent.data, '--host', SEED_HOST, '--port', '0'];
    const seed = startSwarmlab(['seed', torrent.torrentFile, ...where], { localDiscovery: true });
    await seed.line(/listening on/, DEADLINE_MS);
    const out = join(folder, 'out');
    const magnet = formatMagnetLink({ infoHash: torrent.infoHash });
    const child = startSwarmlab(['get', magnet, '--host', LEECHER_HOST, '--out', out], {
      localDiscovery: true,
    });
    expect(await child.ended(DEADLINE_MS), child.transcript()).toEqual({ code: 0, signal: null });
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
  });

  test('peer exchange (BEP 11) finds a third peer through a second', async () => {
    const folder = temporaryFolder();
    const torrent = makeLocalTorrent(folder);
    const { address } = await startSwarmlabSeed(torrent.torrentFile, torrent.data, SEED_HOST);
    const where = ['--host', OTHER_HOST, '--out', join(folder, 'middle'), '--port', '0', '--verbose'];
    const slow = ['--download-limit', '1 KiB/s'];
    const middle = startSwarmlab(['get', link(torrent.infoHash, [address]), ...where, ...slow]);
    const middlePort = await listeningPort(middle);
    const out = join(folder, 'out');
    const third = startSwarmlab([
      ...['get', link(torrent.infoHash, [{ host: OTHER_HOST, port: middlePort }])],
      ...['--host', LEECHER_HOST, '--out', out, '--verbose'],
    ]);
    expect(await third.ended(DEADLINE_MS), third.transcript()).toEqual({ code: 0, signal: null });
    expect(third.transcript()).toContain(address.host);
    expect(digestTree(out)).toEqual(digestTree(torrent.data));
  });
});

test("the hash in a link is the torrent file's", () => {
  const torrent = makeLocalTorrent(temporaryFolder());
  expect(link(torrent.infoHash, [])).toContain(toHex(torrent.infoHash));
});

async function listeningPort(child: ReturnType<typeof startSwarmlab>): Promise<number> {
  const [, port] = await child.line(/listening on \S+:(\d+)/, DEADLINE_MS);
  return Number(port);
}
