/** From chosen files to wanted pieces: every piece with at least one byte of a chosen file. */
import { Bitfield } from '../bitfield.ts';
import type { Metainfo } from './metainfo.ts';

/** `files`: indices of the chosen ones. Undefined when every piece is wanted. */
export function wantedPieces(metainfo: Metainfo, files: Iterable<number>): Bitfield | undefined {
  const wanted = new Bitfield(metainfo.pieceCount);
  for (const file of files) {
    const { first, end } = metainfo.layout.piecesOf(file);
    for (let piece = first; piece < end; piece++) wanted.set(piece);
  }
  return wanted.isComplete ? undefined : wanted;
}

/**
 * Reads a choice of files such as "1,3-5", numbers from 1 as `inspect` shows them. The indices, from 0, each once and in
 * order; undefined where it is no such choice, or names a file that there is not.
 */
export function parseFileChoice(text: string, fileCount: number): number[] | undefined {
  const chosen = new Set<number>();
  for (const part of text.split(',')) {
    const [, low = '', high = low] = /^\s*(\d{1,7})\s*(?:-\s*(\d{1,7})\s*)?$/.exec(part) ?? [];
    const first = Number(low);
    const last = Number(high);
    if (low === '' || first < 1 || last < first || last > fileCount) return undefined;
    for (let number = first; number <= last; number++) chosen.add(number - 1);
  }
  return [...chosen].sort((a, b) => a - b);
}
