/**
 * A download that is killed again and again goes on where it was, trusts nothing that is not so, and survives a disk
 * without room.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Metainfo, parseTorrentFile } from '../../src/core/metainfo/index.ts';
import { ResumeKeeper } from '../../src/host/resume-keeper.ts';
import { FakeRandom, nodeHasher } from '../support/fake-world.ts';
import { digestTree } from '../support/file-trees.ts';
import { optionalComponent } from '../support/optional.ts';
import { endProcesses, type RunningProcess } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab, startSwarmlabSeed } from '../support/swarmlab-cli.ts';
import { swarmlab, temporaryFolder } from './support.ts';

const SEED_HOST = '127.0.31.11';
const LEECHER_HOST = '127.0.31.12';
const DEADLINE_MS = 60_000;
const KILLS = 20;
const RATE = '1 MiB/s';

interface Shared {
  readonly folder: string;
  readonly torrentFile: string;
  readonly data: string;
  readonly metainfo: Metainfo;
  readonly peer: string;
}

/** Files of these sizes and their torrent, and a seed that serves them. */
async function share(sizes: readonly number[], piece: string): Promise<Shared> {
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  mkdirSync(join(data, 'x', 'inner'), { recursive: true });
  const random = new FakeRandom('content');
  for (const [index, size] of sizes.entries()) {
    const bytes = new Uint32Array(Math.ceil(size / 4)).map(() => random.uint32());
    const name = index === 0 ? 'first' : `inner/${index}`;
    writeFileSync(join(data, 'x', name), Buffer.from(bytes.buffer, 0, size));
  }
  const torrentFile = join(folder, 'x.torrent');
  const made = await swarmlab(['create', join(data, 'x'), '--out', torrentFile, '--piece-length', piece]);
  expect(made, made.stderr).toMatchObject({ code: 0 });
  const parsed = parseTorrentFile(readFileSync(torrentFile), nodeHasher);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const { address } = await startSwarmlabSeed(torrentFile, data, SEED_HOST);
  return { folder, torrentFile, data, metainfo: parsed.value, peer: `${address.host}:${address.port}` };
}

function startGet({ torrentFile, peer }: Shared, out: string, ...options: readonly string[]): RunningProcess {
  const args = ['get', torrentFile, '--peer', peer, '--out', out, '--host', LEECHER_HOST];
  return startSwarmlab([...args, ...options]);
}

function filesBelow(metainfo: Metainfo, folder: string): string[] {
  return metainfo.files.map(({ path }) => join(folder, ...path.slice(1)));
}

/** The pieces that lie in the files of `folder` as the torrent has them. */
function goodPieces(metainfo: Metainfo, folder: string): Set<number> {
  const content = Buffer.alloc(metainfo.totalLength);
  for (const [index, path] of filesBelow(metainfo, folder).entries()) {
    if (existsSync(path)) readFileSync(path).copy(content, metainfo.files[index]?.offset);
  }
  const good = new Set<number>();
  for (let piece = 0; piece < metainfo.pieceCount; piece++) {
    const start = piece * metainfo.pieceLength;
    const bytes = content.subarray(start, start + metainfo.geometry.pieceLengthOf(piece));
    if (Buffer.from(metainfo.pieceHash(piece)).equals(nodeHasher.sha1(bytes))) good.add(piece);
  }
  return good;
}

function lengthOf(metainfo: Metainfo, pieces: Iterable<number>): number {
  return [...pieces].reduce((sum, piece) => sum + metainfo.geometry.pieceLengthOf(piece), 0);
}

/** The state of the torrent; '' while there is none. */
function stateIn(folder: string): string {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.find((name) => name.endsWith('.resume')) ?? '';
}

/** Bytes that take room in the files. */
function storedBytes(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + (existsSync(file) ? statSync(file).blocks * 512 : 0), 0);
}

describe.skipIf(!SWARMLAB)('a download', () => {
  afterEach(endProcesses);

  test(`that is killed at ${KILLS} moments keeps what it had and claims nothing else`, async () => {
    const shared = await share([9_000_000, 1_000_001, 7_000_000], '256 KiB');
    const { metainfo, folder } = shared;
    const out = join(folder, 'out');
    const part = join(out, 'x.part');
    const states = join(folder, 'states');
    const files = filesBelow(metainfo, part);
    const random = new FakeRandom('moments');
    let kept = new Set<number>();
    let partialsSeen = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const before = storedBytes(files);
      const more = random.below(1_300_000);
      const leecher = startGet(shared, out, '--state', states, '--download-limit', RATE);
      // Every fourth ends while it may still be starting, or looking at its files.
      if (kill % 4 === 3) await leecher.line(/./, DEADLINE_MS);
      else {
        const condition = () => storedBytes(files) - before;
        await expect.poll(condition, { timeout: DEADLINE_MS, interval: 7 }).toBeGreaterThan(more);
      }
      leecher.kill('SIGKILL');
      await leecher.ended(DEADLINE_MS);

      const good = goodPieces(metainfo, part);
      for (const piece of kept) expect(good.has(piece), `piece ${piece} after kill ${kill}`).toBe(true);
      kept = good;
      const state = stateIn(states);
      if (state === '') continue;
      const content = new ResumeKeeper({ metainfo, path: join(states, state), files }).load();
      if (content === undefined) continue;
      partialsSeen += content.partial.length;
      for (let piece = 0; piece < metainfo.pieceCount; piece++) {
        if (content.trusted.has(piece)) expect(good.has(piece), `trusted piece ${piece}`).toBe(true);
      }
    }
    expect(kept.size).toBeGreaterThan(10);
    expect(kept.size).toBeLessThan(metainfo.pieceCount);
    expect(partialsSeen).toBeGreaterThan(0);

    const last = startGet(shared, out, '--state', states, '--json');
    expect(await last.ended(DEADLINE_MS), last.transcript()).toEqual({ code: 0, signal: null });
    const { receivedBytes } = JSON.parse(last.outputLines.join('')) as { receivedBytes: number };
    expect(receivedBytes).toBeLessThanOrEqual(metainfo.totalLength - lengthOf(metainfo, kept));
    expect(digestTree(out)).toEqual(digestTree(shared.data));
  }, 180_000);

  test('that is interrupted goes on with the blocks that it had, without hashing anything', async () => {
    const shared = await share([3_000_000], '1 MiB');
    const out = join(shared.folder, 'out');
    const states = join(shared.folder, 'states');
    const files = filesBelow(shared.metainfo, join(out, 'x.part'));
    const first = startGet(shared, out, '--state', states, '--download-limit', '256 KiB/s');
    await expect
      .poll(() => storedBytes(files), { timeout: DEADLINE_MS, interval: 10 })
      .toBeGreaterThan(600_000);
    first.kill('SIGINT');
    expect(await first.ended(DEADLINE_MS), first.transcript()).toEqual({ code: 130, signal: null });
    const state = stateIn(states);
    const load = () =>
      new ResumeKeeper({ metainfo: shared.metainfo, path: join(states, state), files }).load();
    expect(load()?.inDoubt.count).toBe(0);
    expect(load()?.partial.length).toBeGreaterThan(0);
    const last = startGet(shared, out, '--state', states, '--json');
    expect(await last.ended(DEADLINE_MS), last.transcript()).toEqual({ code: 0, signal: null });
    const { receivedBytes } = JSON.parse(last.outputLines.join('')) as { receivedBytes: number };
    // What was stored was not fetched again, but for what the file system rounds up.
    expect(receivedBytes).toBeLessThan(shared.metainfo.totalLength - 600_000 + 65_536);
    expect(digestTree(out)).toEqual(digestTree(shared.data));
  });

  test('that is complete is not hashed again, unless that is asked for', async () => {
    const shared = await share([600_000], '64 KiB');
    const out = join(shared.folder, 'out');
    const states = join(shared.folder, 'states');
    const again = (...options: readonly string[]) =>
      swarmlab([
        ...['get', shared.torrentFile, '--peer', shared.peer, '--out', out, '--state', states, '--json'],
        ...options,
      ]);
    expect(await again()).toMatchObject({ code: 0 });
    const file = join(out, 'x', 'first');
    const state = stateIn(states);
    const content = new ResumeKeeper({
      metainfo: shared.metainfo,
      path: join(states, state),
      files: [file],
    }).load();
    expect(content?.trusted.count).toBe(shared.metainfo.pieceCount);
    const bytes = readFileSync(file);
    bytes.fill(0, 70_000, 70_010);
    writeFileSync(file, bytes);
    const mended = JSON.parse((await again('--check')).stdout) as { receivedBytes: number };
    expect(mended.receivedBytes).toBe(65_536);
    expect(digestTree(out)).toEqual(digestTree(shared.data));
  });

  test('of zeros and of files that are too long ends with files of the right length', async () => {
    const folder = temporaryFolder();
    const data = join(folder, 'data', 'x');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'a'), Buffer.alloc(100_000, 'a'));
    writeFileSync(join(data, 'zeros'), Buffer.alloc(200_000));
    const torrentFile = join(folder, 'x.torrent');
    await swarmlab(['create', data, '--out', torrentFile, '--piece-length', '16 KiB']);
    const { address } = await startSwarmlabSeed(torrentFile, join(folder, 'data'), SEED_HOST);
    const out = join(folder, 'out');
    mkdirSync(join(out, 'x'), { recursive: true });
    writeFileSync(join(out, 'x', 'a'), Buffer.alloc(150_000, 'a'));
    const args = ['get', torrentFile, '--out', out, '--peer', `${SEED_HOST}:${address.port}`];
    const ended = await swarmlab(args);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(digestTree(out)).toEqual(digestTree(join(folder, 'data')));
  });
});

/** A file system of its own, that is soon full; the test can end only as root. */
function mountSmall(megabytes: number): string | undefined {
  const place = mkdtempSync(join(tmpdir(), 'swarmlab-small-'));
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'swarmlab', place];
  if (spawnSync('mount', options).status === 0) return place;
  rmdirSync(place);
  return undefined;
}

function unmount(place: string): void {
  spawnSync('umount', [place]);
  rmdirSync(place);
}

function canMount(): boolean {
  const place = mountSmall(1);
  if (place !== undefined) unmount(place);
  return place !== undefined;
}

const SMALL_DISK = optionalComponent(
  'a small file system (tmpfs)',
  canMount(),
  'run as root, with mount allowed',
);

describe.skipIf(!SWARMLAB || !SMALL_DISK)('a full disk', () => {
  afterEach(endProcesses);

  test('makes the download wait and say so; with room it goes on to its end', async () => {
    const shared = await share([3_000_000, 500_000], '64 KiB');
    const out = mountSmall(5) as string;
    onTestFinished(() => unmount(out));
    const filler = join(out, 'filler');
    writeFileSync(filler, Buffer.alloc(3 * 2 ** 20));
    const leecher = startGet(shared, out, '--state', join(shared.folder, 'states'), '--json');
    await leecher.line(/no space left to write .*; waiting for room/, DEADLINE_MS);
    const files = filesBelow(shared.metainfo, join(out, 'x.part'));
    expect(storedBytes(files)).toBeLessThan(2.2 * 2 ** 20);
    expect(leecher.exit).toBeUndefined();
    rmSync(filler);
    await leecher.line(/there is room again/, DEADLINE_MS);
    expect(await leecher.ended(DEADLINE_MS), leecher.transcript()).toEqual({ code: 0, signal: null });
    expect(digestTree(join(out, 'x'))).toEqual(digestTree(join(shared.data, 'x')));
  });

  test('keeps what it holds when the download is interrupted', async () => {
    const shared = await share([4_000_000], '64 KiB');
    const out = mountSmall(2) as string;
    onTestFinished(() => unmount(out));
    const leecher = startGet(shared, out);
    await leecher.line(/waiting for room/, DEADLINE_MS);
    leecher.kill('SIGINT');
    expect(await leecher.ended(DEADLINE_MS), leecher.transcript()).toEqual({ code: 130, signal: null });
    expect(goodPieces(shared.metainfo, join(out, 'x.part')).size).toBeGreaterThan(10);
  });
});
