/**
 * Makes a folder and its parents. Node's own recursive form is not used: on file systems that refuse new entries with
 * ENOENT (such as /proc) it never returns.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Throws what the file system says when it cannot be made. */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}
