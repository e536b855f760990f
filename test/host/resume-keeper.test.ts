/** What is remembered of a torrent on a real disk, and what it is worth when the files have changed since. */
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Bitfield } from '../../src/core/bitfield.ts';
import { encodeTorrentFile, type Metainfo, parseTorrentFile } from '../../src/core/metainfo/index.ts';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { ResumeKeeper, type ResumeSnapshot } from '../../src/host/resume-keeper.ts';

const PIECE = 16_384;

/** Two pieces in "a", two in "b", none in a third file. */
function torrent(): Metainfo {
  const parsed = parseTorrentFile(
    encodeTorrentFile({
      name: 'x',
      files: [
        { path: ['a'], length: 2 * PIECE },
        { path: ['b'], length: 2 * PIECE },
        { path: ['c'], length: 0 },
      ],
      pieceLength: PIECE,
      pieceHashes: new Uint8Array(80),
    }),
    new NodeHasher(),
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

function bench() {
  const root = mkdtempSync(join(tmpdir(), 'swarmlab-resume-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const metainfo = torrent();
  const files = ['a', 'b', 'c'].map((name) => join(root, name));
  for (const file of files.slice(0, 2)) writeFileSync(file, Buffer.alloc(2 * PIECE, file));
  const path = join(root, 'state', 'x.resume');
  const troubles: string[] = [];
  return {
    root,
    files,
    path,
    troubles,
    keeper: (times: { checkpointMs?: number; syncMs?: number } = {}) =>
      new ResumeKeeper({ metainfo, path, files, onTrouble: (message) => troubles.push(message), ...times }),
  };
}

function snapshot(...pieces: readonly number[]): ResumeSnapshot {
  const verified = new Bitfield(4);
  for (const piece of pieces) verified.set(piece);
  return { verified, partial: [] };
}

function listOf(set: Bitfield | undefined): number[] {
  return [0, 1, 2, 3].filter((piece) => set?.has(piece));
}

describe('what was remembered at an orderly end', () => {
  async function remembered(...pieces: readonly number[]) {
    const all = bench();
    const keeper = all.keeper();
    keeper.start(
      () => undefined,
      () => [],
    );
    await keeper.finish(snapshot(...pieces));
    return all;
  }

  test('is trusted while the files are as they were', async () => {
    const { keeper, troubles, root } = await remembered(0, 3);
    const content = keeper().load();
    expect(listOf(content?.trusted)).toEqual([0, 3]);
    expect(listOf(content?.inDoubt)).toEqual([]);
    expect(troubles).toEqual([]);
    expect(readdirSync(join(root, 'state'))).toEqual(['x.resume']);
  });

  test.each([
    ['was written to', (file: string) => writeFileSync(file, Buffer.alloc(2 * PIECE, 1))],
    ['has grown', (file: string) => appendFileSync(file, 'x')],
    ['has shrunk', (file: string) => truncateSync(file, PIECE)],
    ['is gone', (file: string) => rmSync(file)],
    [
      'is another one with the same size and time',
      (file: string) => {
        writeFileSync(`${file}.new`, Buffer.alloc(2 * PIECE, 1));
        utimesSync(`${file}.new`, 1, 1);
        renameSync(`${file}.new`, file);
      },
    ],
    [
      'was changed and given its old time again',
      (file: string) => {
        writeFileSync(file, Buffer.alloc(2 * PIECE, 1));
        utimesSync(file, 1, 1);
      },
    ],
  ])('is in doubt where a file %s', async (_, change) => {
    const { keeper, files } = await remembered(0, 1, 2, 3);
    change(files[0] as string);
    const content = keeper().load();
    expect(listOf(content?.trusted)).toEqual([2, 3]);
    expect(listOf(content?.inDoubt)).toEqual([0, 1]);
  });

  test.each([
    ['is cut off', (path: string) => truncateSync(path, 50)],
    ['is empty', (path: string) => truncateSync(path, 0)],
    ['is gone', (path: string) => rmSync(path)],
    ['is longer than any state', (path: string) => writeFileSync(path, new Uint8Array(2 ** 22))],
  ])('is nothing where the state %s', async (_, change) => {
    const { keeper, path } = await remembered(0, 1, 2, 3);
    change(path);
    expect(keeper().load()).toBeUndefined();
  });

  test('goes along when the files are given other names', async () => {
    const all = bench();
    const keeper = all.keeper();
    keeper.start(
      () => undefined,
      () => [],
    );
    await keeper.finish(snapshot(0, 1));
    const files = all.files.map((file) => `${file}.final`);
    for (const [index, file] of files.slice(0, 2).entries()) renameSync(all.files[index] as string, file);
    const path = join(all.root, 'state', 'y.resume');
    await keeper.move(path, files, snapshot(0, 1));
    expect(readdirSync(join(all.root, 'state'))).toEqual(['y.resume']);
    const later = new ResumeKeeper({ metainfo: torrent(), path, files });
    expect(listOf(later.load()?.trusted)).toEqual([0, 1]);
  });
});

describe('checkpoints', () => {
  test('do not call synced what was not forced to the medium', async () => {
    const { keeper, path } = bench();
    let known = snapshot(0);
    const running = keeper({ checkpointMs: 5, syncMs: 1e9 });
    running.start(
      () => known,
      () => (known.verified.has(1) ? [0] : []),
    );
    await expect.poll(() => listOf(keeper().load()?.inDoubt)).toEqual([0]);
    known = snapshot(0, 1);
    await expect.poll(() => listOf(keeper().load()?.inDoubt)).toEqual([0, 1]);
    expect(listOf(keeper().load()?.trusted)).toEqual([]);
    await running.finish(known);
    expect(listOf(keeper().load()?.trusted)).toEqual([0, 1]);
    expect(readFileSync(path).length).toBeGreaterThan(100);
  });

  test('call synced what was verified before the files were forced', async () => {
    const { keeper } = bench();
    const running = keeper({ checkpointMs: 5, syncMs: 0 });
    running.start(
      () => snapshot(2),
      () => [],
    );
    await expect.poll(() => listOf(keeper().load()?.trusted)).toEqual([2]);
    await running.finish(undefined);
  });

  test('write nothing while the files are being hashed', async () => {
    const { keeper, root } = bench();
    const running = keeper({ checkpointMs: 1 });
    let asked = 0;
    running.start(
      () => {
        asked++;
        return undefined;
      },
      () => [],
    );
    await expect.poll(() => asked).toBeGreaterThan(3);
    await running.finish(undefined);
    expect(readdirSync(root)).not.toContain('state');
  });

  test('that cannot be written are told of once, and are no end', async () => {
    const { keeper, root, troubles } = bench();
    writeFileSync(join(root, 'state'), 'a file where the folder should be');
    let asked = 0;
    const running = keeper({ checkpointMs: 1 });
    running.start(
      () => {
        asked++;
        return snapshot(0);
      },
      () => [],
    );
    await expect.poll(() => asked).toBeGreaterThan(6);
    await running.finish(snapshot(0));
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toContain('the next start has to check it');
  });
});
