/** The same content and piece length make the same torrent here and with the makers that people use: one info-hash. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseTorrentFile } from '../../src/core/metainfo/index.ts';
import { swarmlab, temporaryFolder } from '../cli/support.ts';
import { nodeHasher } from '../support/fake-world.ts';
import { MKTORRENT, TRANSMISSION_CREATE } from '../support/foreign/torrent-makers.ts';
import { endProcesses, runToEnd } from '../support/processes.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';

const DEADLINE_MS = 30_000;

function infoHash(path: string): string {
  const parsed = parseTorrentFile(readFileSync(path), nodeHasher);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return Buffer.from(parsed.value.infoHash).toString('hex');
}

/** Names that sort differently by bytes, by letters and by numbers. */
const NAMES = ['a/x', 'a.txt', 'b.d/y', 'B/q', 'z', '.hidden', 'é', 'a/10', 'a/9', 'empty'];

function writeContent(folder: string, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), Buffer.alloc(name === 'empty' ? 0 : 70_001 + index, name));
  }
}

async function ours(path: string, out: string, ...options: readonly string[]): Promise<string> {
  const args = ['create', path, '--out', out, '--piece-length', '32 KiB', ...options];
  const ended = await swarmlab(args);
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  return infoHash(out);
}

describe.skipIf(!SWARMLAB || !MKTORRENT)('beside mktorrent', () => {
  afterEach(endProcesses);

  test.each([
    ['a folder', '', []],
    ['one file', 'z', []],
    ['a private torrent', '', ['--private']],
    ['a torrent with a source', '', ['--source', 'here']],
  ])('%s has the same info-hash', async (_, inner, options) => {
    const folder = temporaryFolder();
    const path = join(folder, 'in', inner);
    writeContent(join(folder, 'in'), NAMES);
    const flags = options.flatMap((option) =>
      option === '--private' ? ['-p'] : option === '--source' ? ['-s'] : [option],
    );
    await runToEnd('mktorrent', ['-l', '15', ...flags, '-o', join(folder, 'theirs'), path], DEADLINE_MS);
    expect(await ours(path, join(folder, 'ours'), ...options)).toBe(infoHash(join(folder, 'theirs')));
  });
});

describe.skipIf(!SWARMLAB || !TRANSMISSION_CREATE)('beside transmission-create', () => {
  afterEach(endProcesses);

  // It writes "private" into public torrents too and sorts by an order of its own, so those cannot be the same.
  test.each([
    ['a folder', ''],
    ['one file', 'z'],
  ])('%s that is private has the same info-hash', async (_, inner) => {
    const folder = temporaryFolder();
    const path = join(folder, 'in', inner);
    writeContent(join(folder, 'in'), ['a', 'b/c', 'b/d', 'z']);
    const theirs = join(folder, 'theirs');
    const flags = ['-p', '-s', '32', '-t', 'http://t.example/announce'];
    await runToEnd('transmission-create', [...flags, '-o', theirs, path], DEADLINE_MS);
    expect(await ours(path, join(folder, 'ours'), '--private')).toBe(infoHash(theirs));
  });
});
