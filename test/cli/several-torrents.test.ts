/** Several torrents in one command: one client, one port, and each torrent for itself in all else. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { toHex } from '../../src/core/bytes.ts';
import { digestTree } from '../support/file-trees.ts';
import { endProcesses } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab } from '../support/swarmlab-cli.ts';
import { type LocalTorrent, makeLocalTorrent, PIECE_BYTES, swarmlab, temporaryFolder } from './support.ts';

const SEED_HOST = '127.0.35.1';
const LEECHER_HOST = '127.0.35.2';
const DEADLINE_MS = 60_000;

interface Several {
  readonly torrents: readonly LocalTorrent[];
  readonly files: readonly string[];
  readonly folder: string;
  readonly out: string;
}

/** Torrents "1.bin", "2.bin" and "3.bin", each with a folder of its own. */
function makeSeveral(pieces = 20): Several {
  const folder = temporaryFolder();
  const torrents = ['1', '2', '3'].map((name) => {
    const own = join(folder, name);
    mkdirSync(own);
    return makeLocalTorrent(own, { files: [[`${name}.bin`, pieces * PIECE_BYTES - Number(name)]] });
  });
  return {
    folder,
    torrents,
    files: torrents.map(({ torrentFile }) => torrentFile),
    out: join(folder, 'out'),
  };
}

/** One client that serves them all. */
async function seedAll({ torrents, files }: Several) {
  const seed = startSwarmlab([
    ...['seed', ...files, ...torrents.flatMap(({ data }) => ['--data', data]), '--json'],
    ...['--host', SEED_HOST, '--port', '0'],
  ]);
  const [, peer = ''] = await seed.line(/^3\.bin: listening on (\S+)/, DEADLINE_MS);
  return { seed, peer };
}

function results(stdout: string) {
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe.skipIf(!SWARMLAB)('several torrents', () => {
  afterEach(endProcesses);

  test('are fetched from one client by another, a magnet link among them; each result names its own', async () => {
    const several = makeSeveral();
    const [first, second, third] = several.torrents as [LocalTorrent, LocalTorrent, LocalTorrent];
    const { seed, peer } = await seedAll(several);
    const named = [first.torrentFile, `magnet:?xt=urn:btih:${toHex(second.infoHash)}`, third.torrentFile];
    const at = ['--host', LEECHER_HOST, '--out', several.out, '--peer', peer, '--json'];
    const got = await swarmlab(['get', ...named, ...at]);
    expect(got, got.stderr).toMatchObject({ code: 0 });
    expect(results(got.stdout)).toHaveLength(3);
    for (const { name, infoHash, content } of several.torrents) {
      expect(results(got.stdout)).toContainEqual(
        expect.objectContaining({
          name,
          infoHash: toHex(infoHash),
          state: 'complete',
          path: join(several.out, name),
        }),
      );
      expect(readFileSync(join(several.out, name)).equals(content)).toBe(true);
      expect(got.stderr).toMatch(new RegExp(`^${name}: complete in `, 'm'));
    }
    seed.kill('SIGINT');
    expect(await seed.ended(DEADLINE_MS)).toEqual({ code: 0, signal: null });
    const served = seed.lines.filter((line) => line.startsWith('{'));
    expect(
      results(served.join('\n'))
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['1.bin', '2.bin', '3.bin']);
  });

  test('end with the code of the worst of them; the others are fetched all the same', async () => {
    const several = makeSeveral();
    const { peer } = await seedAll(several);
    mkdirSync(several.out);
    writeFileSync(join(several.out, '2.bin'), 'my own notes');
    const at = ['--host', LEECHER_HOST, '--out', several.out, '--peer', peer, '--json'];
    const got = await swarmlab(['get', ...several.files, ...at]);
    expect(got, got.stderr).toMatchObject({ code: 2 });
    expect(got.stderr).toMatch(/^error: 2\.bin: .*2\.bin exists and holds nothing of this torrent$/m);
    expect(
      results(got.stdout)
        .map(({ name, state }) => `${name} ${state}`)
        .toSorted(),
    ).toEqual(['1.bin complete', '2.bin failed', '3.bin complete']);
    expect(readFileSync(join(several.out, '2.bin'), 'utf8')).toBe('my own notes');
  });

  test('can all be gone on with after an interruption, and keep one limit together', async () => {
    const several = makeSeveral();
    const { peer } = await seedAll(several);
    const at = ['--host', LEECHER_HOST, '--out', several.out, '--peer', peer];
    const first = startSwarmlab(['get', ...several.files, ...at, '--download-limit', '64 KiB/s']);
    await expect
      .poll(() => safeList(several.out), { timeout: DEADLINE_MS, interval: 20 })
      .toEqual(['1.bin.part', '2.bin.part', '3.bin.part']);
    first.kill('SIGINT');
    const exit = await first.ended(DEADLINE_MS);
    expect(exit, first.transcript()).toEqual({ code: 130, signal: null });
    expect(first.lines.filter((line) => /^\d\.bin: interrupted; what has arrived/.test(line))).toHaveLength(
      3,
    );
    const second = await swarmlab(['get', ...several.files, ...at]);
    expect(second, second.stderr).toMatchObject({ code: 0 });
    expect(Object.keys(digestTree(several.out))).toHaveLength(3);
    for (const { name, content } of several.torrents) {
      expect(readFileSync(join(several.out, name)).equals(content)).toBe(true);
    }
  });

  test.each([
    ['one of them twice', ['get', '1', '2', '1'], /is the same torrent as .*1.*\n {2}name it once/],
    ['numbers of files', ['get', '1', '2', '--files', '1'], /--files goes with one torrent only/],
    [
      'a place for one torrent file',
      ['get', '1', '2', '--save-torrent', 'x'],
      /--save-torrent goes with one/,
    ],
    [
      'too few folders',
      ['seed', '1', '2', '3', '--data', 'a', '--data', 'b'],
      /--data is given 2 times for 3/,
    ],
    [
      'two that are not there',
      ['get', 'a.torrent', 'b.torrent', '1'],
      /^error: .*a\.torrent.*no such file[\s\S]*^error: .*b\.torrent.*no such file/m,
    ],
  ])('%s: that is refused', async (_title, said, message) => {
    const { files } = makeSeveral(1);
    const args = said.map((text) => files[Number(text) - 1] ?? text);
    const ended = await swarmlab([...args, '--host', LEECHER_HOST, '--peer', '127.0.0.1:1']);
    expect(ended.code, ended.stderr).toBe(2);
    expect(ended.stderr).toMatch(message);
  });

  test('two that make the same file do not get into each other', async () => {
    const several = makeSeveral();
    const other = join(several.folder, 'other');
    mkdirSync(other);
    const twin = makeLocalTorrent(other, { files: [['1.bin', 3 * PIECE_BYTES]] });
    const { peer } = await seedAll(several);
    const at = ['--host', LEECHER_HOST, '--out', several.out, '--peer', peer];
    const got = await swarmlab(['get', several.files[0] as string, twin.torrentFile, ...at]);
    expect(got.code, got.stderr).toBe(2);
    expect(got.stderr).toContain('two of the torrents make 1.bin');
    expect(
      readFileSync(join(several.out, '1.bin')).equals((several.torrents[0] as LocalTorrent).content),
    ).toBe(true);
  });
});

function safeList(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
