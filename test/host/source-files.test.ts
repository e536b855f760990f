/** Listing and hashing what a new torrent is made of, and writing a file whole. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HashedPart, hashPieces, SourceError } from '../../src/host/hash-pieces.ts';
import { replaceFile } from '../../src/host/replace-file.ts';
import { listSourceFiles } from '../../src/host/source-files.ts';

function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'swarmlab-source-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

function listed(path: string) {
  const content = listSourceFiles(path);
  if (!content.ok) throw new Error(content.error.message);
  return content.value;
}

describe('listSourceFiles', () => {
  test('takes files in the order of the bytes of their paths, hidden and empty ones too', () => {
    const root = folder({ 'b/1': 'x', 'b.txt': 'x', 'B/2': 'xx', a: '', '.hidden': 'x', é: 'x', 'b/é': 'x' });
    expect(listed(root).files.map(({ path }) => path.join('/'))).toEqual([
      ...['.hidden', 'B/2', 'a', 'b.txt', 'b/1', 'b/é', 'é'],
    ]);
    expect(listed(root).totalLength).toBe(7);
  });

  test('takes a single file by its name', () => {
    const root = folder({ 'one.bin': 'abc' });
    expect(listed(join(root, 'one.bin'))).toMatchObject({
      name: 'one.bin',
      isFolder: false,
      files: [{ path: ['one.bin'], length: 3 }],
    });
  });

  test.each([
    ['a symbolic link', (root: string) => symlinkSync('a', join(root, 'link')), /link is a symbolic link/],
    ['a named pipe', (root: string) => execFileSync('mkfifo', [join(root, 'pipe')]), /pipe is a named pipe/],
    [
      'a name that is no UTF-8',
      (root: string) => writeFileSync(Buffer.concat([Buffer.from(`${root}/x`), Buffer.from([0xff])]), 'x'),
      /not valid UTF-8/,
    ],
    ['no bytes', (root: string) => writeFileSync(join(root, 'a'), ''), /holds no bytes/],
    ['no files', (root: string) => rmSync(join(root, 'a')), /holds no files/],
    ['nothing there', (root: string) => rmSync(root, { recursive: true }), /no such file or folder/],
  ])('refuses %s', (_, spoil, message) => {
    const root = folder({ a: 'x' });
    spoil(root);
    const content = listSourceFiles(root);
    expect(content.ok).toBe(false);
    if (!content.ok) expect(content.error.message).toMatch(message);
  });
});

describe('hashPieces', () => {
  const signal = new AbortController().signal;

  test('hashes across files, pads and buffers as if all were one row of bytes', async () => {
    const first = Buffer.alloc(1_500_001, 'abcdefg');
    const last = Buffer.alloc(700_003, 'uvw');
    const root = folder({ '1': first, '2': '', '3': last });
    const [one, two, three] = listed(root).files as [HashedPart, HashedPart, HashedPart];
    const progress: number[] = [];
    const pieceLength = 3 * 2 ** 18;
    const hashes = await hashPieces([one, { zeros: 2_000_000 }, two, three], {
      pieceLength,
      signal,
      onProgress: (bytes) => progress.push(bytes),
    });
    const all = Buffer.concat([first, Buffer.alloc(2_000_000), last]);
    const expected: Buffer[] = [];
    for (let at = 0; at < all.length; at += pieceLength) {
      expected.push(
        createHash('sha1')
          .update(all.subarray(at, at + pieceLength))
          .digest(),
      );
    }
    expect(Buffer.from(hashes as Uint8Array).equals(Buffer.concat(expected))).toBe(true);
    expect(progress.at(-1)).toBe(all.length);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  test.each([
    ['longer', (path: string) => appendFileSync(path, 'more')],
    ['shorter', (path: string) => writeFileSync(path, 'x')],
    ['rewritten', (path: string) => writeFileSync(path, Buffer.alloc(100, 'z'))],
    ['gone', (path: string) => rmSync(path)],
  ])('ends when a file has become %s since it was listed', async (_, change) => {
    const root = folder({ a: Buffer.alloc(100) });
    const file = { ...(listed(root).files[0] as Exclude<HashedPart, { zeros: number }>), modifiedMs: 1 };
    change(join(root, 'a'));
    const hashing = hashPieces([file], { pieceLength: 32, signal, onProgress: () => {} });
    await expect(hashing).rejects.toThrow(SourceError);
  });

  test('stops when it is told to', async () => {
    const root = folder({ a: Buffer.alloc(3 * 2 ** 20) });
    const stop = new AbortController();
    const hashing = hashPieces(listed(root).files, {
      pieceLength: 2 ** 14,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(await hashing).toBeUndefined();
  });
});

describe('replaceFile', () => {
  test('puts new bytes in the place of old ones and leaves nothing else', () => {
    const root = folder({ a: 'old' });
    replaceFile(join(root, 'a'), Buffer.from('new'));
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('new');
    expect(readdirSync(root)).toEqual(['a']);
  });

  test('leaves the old bytes, and nothing else, where it fails', () => {
    const root = folder({ 'a/keep': 'old' });
    expect(() => replaceFile(join(root, 'a'), Buffer.from('new'))).toThrow();
    expect(readdirSync(root)).toEqual(['a']);
    expect(readFileSync(join(root, 'a', 'keep'), 'utf8')).toBe('old');
  });
});
