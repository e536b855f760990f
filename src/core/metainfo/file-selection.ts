/**
 * What is fetched of a torrent, and what of it first. A file has a priority from 0 (not wanted) over 1 (low) to 7 (high); a
 * piece has the highest of the files that it holds a byte of.
 */
import type { Metainfo } from './metainfo.ts';

export const PRIORITY_MAX = 7;
/** Of a file that nothing is said about. */
export const PRIORITY_DEFAULT = 4;

/** By piece. `files`: by file; padding goes with the file before it. Undefined when all pieces are wanted alike. */
export function piecePriorities(metainfo: Metainfo, files: Uint8Array): Uint8Array | undefined {
  const pieces = new Uint8Array(metainfo.pieceCount);
  let priority = 0;
  for (const [index, file] of metainfo.files.entries()) {
    if (!file.pad) priority = files[index] as number;
    const { first, end } = metainfo.layout.piecesOf(index);
    for (let piece = first; piece < end; piece++) {
      if (priority > (pieces[piece] as number)) pieces[piece] = priority;
    }
  }
  const [one = 0] = pieces;
  return one > 0 && pieces.every((each) => each === one) ? undefined : pieces;
}

/** Whether there is anything to fetch: a file with a priority and with something in it. */
export function wantsAnything(metainfo: Metainfo, priorities: Uint8Array): boolean {
  return metainfo.files.some(({ pad, length }, index) => !pad && length > 0 && priorities[index] !== 0);
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

/**
 * The indices of the files that a pattern means: numbers as `parseFileChoice` reads them, or a name in which `*` stands for
 * anything, `**` for folders too, and `?` for one character. A pattern without "/" is about the names of files alone, one
 * with it about their paths, with the torrent's own folder or without. Undefined when it means none.
 */
export function matchFiles(pattern: string, { files }: Pick<Metainfo, 'files'>): number[] | undefined {
  if (/^[\d\s,-]+$/.test(pattern)) return parseFileChoice(pattern, files.length);
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*|\*|\?/g, (sign) => (sign === '**' ? '.*' : sign === '*' ? '[^/]*' : '[^/]'));
  const named = new RegExp(`^${source}$`, 'su');
  const isMeant = (path: readonly string[]): boolean =>
    pattern.includes('/')
      ? named.test(path.join('/')) || named.test(path.slice(1).join('/'))
      : named.test(path.at(-1) ?? '');
  const found = files.flatMap(({ path, pad }, index) => (!pad && isMeant(path) ? [index] : []));
  return found.length === 0 ? undefined : found;
}
