/**
 * Writes a file whole or not at all: under another name beside its place, forced to the medium, then renamed, and the
 * folder forced too. Whoever reads it, also after a crash, finds the old bytes or the new ones.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Throws what the file system says; nothing is left behind then. `force` false: not forced to the medium, which is much
 * faster; after a crash of the machine (not of the program) there may be less than the whole file. `mode`: who may read a
 * new file, as far as the user's mask lets them; default everybody.
 */
export function replaceFile(
  path: string,
  bytes: Uint8Array,
  { force = true, mode = 0o666 }: { readonly force?: boolean; readonly mode?: number } = {},
): void {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${process.pid}.new`);
  try {
    // A link or file that somebody put there is not written through.
    rmSync(temporary, { force: true });
    const file = openSync(temporary, 'wx', mode);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      if (force) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (force) forceFolder(dirname(path));
}

/** Some systems cannot open a folder; then the rename is as safe as that system makes it. */
function forceFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // The file is written; only its name may be lost by a power failure.
  }
}
