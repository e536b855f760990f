/**
 * Under which names the files of a torrent lie in a folder. A download of ours has names that every system can keep; the
 * originals, and downloads of other programs, have those of the torrent, where this system can keep them.
 */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { decodeUtf8 } from '../core/bytes.ts';
import type { Metainfo } from '../core/metainfo/index.ts';

/** The path of each file below `folder`: that of a download of ours unless only the other is there. */
export function namesOnDisk({ files }: Metainfo, folder: string): readonly (readonly string[])[] {
  return files.map(({ path, originalPath, pad }) => {
    const original = originalPath.map(decodeUtf8);
    if (pad || original.join('/') === path.join('/') || !original.every(isElement)) return path;
    return !isThere(folder, path) && isThere(folder, original) ? original : path;
  });
}

/** Names a file or folder in the one above it, and nothing else. */
function isElement(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
}

function isThere(folder: string, path: readonly string[]): boolean {
  try {
    return lstatSync(join(folder, ...path)).isFile();
  } catch {
    return false;
  }
}
