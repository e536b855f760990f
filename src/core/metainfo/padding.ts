/**
 * Puts pad files (BEP 47) between files, so that every file begins with a piece: a file then shares no piece with
 * another, and equal files in different torrents have equal pieces.
 */
import type { DescribedFile } from './encode-torrent-file.ts';

/** The folder that pad files are said to lie in; nothing there is ever stored. */
const PAD_FOLDER = '.pad';

/** `files` with a pad after each file but the last that does not end with a piece. Empty files need none. */
export function withPadding(files: readonly DescribedFile[], pieceLength: number): DescribedFile[] {
  const lastFull = files.findLastIndex((file) => file.length > 0);
  return files.flatMap((file, index) => {
    const rest = file.length % pieceLength;
    if (rest === 0 || index >= lastFull) return [file];
    const length = pieceLength - rest;
    return [file, { path: [PAD_FOLDER, String(length)], length, pad: true }];
  });
}
