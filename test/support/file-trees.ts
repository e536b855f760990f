/**
 * Folders of files for transfer tests: a seeded tree of awkward files, and digests that compare one tree with another
 * byte for byte.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

export const EMPTY_FILE = 'nothing.empty';

/**
 * Odd sizes, so that pieces span files and the last piece is short; nested folders; names with a space and with
 * letters outside ASCII; an empty file. 32 MiB in all.
 */
export const AWKWARD_FILES: readonly { readonly path: string; readonly lengthBytes: number }[] = [
  { path: 'a tiny one.txt', lengthBytes: 1 },
  { path: 'large/first.bin', lengthBytes: 16_777_343 },
  { path: 'large/deeper/second.bin', lengthBytes: 12_654_321 },
  { path: 'large/deeper/still/exactly-one-block.bin', lengthBytes: 16_384 },
  { path: EMPTY_FILE, lengthBytes: 0 },
  { path: 'schließlich/über.bin', lengthBytes: 4_200_007 },
];

/** Writes the files of `AWKWARD_FILES` below `folder`; equal seeds give equal bytes. */
export function writeAwkwardTree(folder: string, seed: number): void {
  for (const [index, file] of AWKWARD_FILES.entries()) {
    const path = join(folder, ...file.path.split('/'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, pseudoRandomBytes(file.lengthBytes, `${seed}/${index}`));
  }
}

/** The SHA-256 digest of every file below `folder` by its path with forward slashes. */
export function digestTree(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => (a < b ? -1 : 1));
  return Object.fromEntries(
    paths.map((path) => [
      relative(folder, path).split(sep).join('/'),
      createHash('sha256').update(readFileSync(path)).digest('hex'),
    ]),
  );
}

function pseudoRandomBytes(length: number, name: string): Buffer {
  return createHash('shake256', { outputLength: Math.max(length, 1) })
    .update(name)
    .digest()
    .subarray(0, length);
}
