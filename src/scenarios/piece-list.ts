/** Sets of pieces as text, as plans have them: "0-9,12,15-20", in order, ranges apart from each other. */
import { Bitfield } from '../core/bitfield.ts';
import { invariant } from '../core/result.ts';

/** First and last piece of a range. */
export type PieceRange = readonly [first: number, last: number];

/** The ranges of a text; undefined where it is none: whatever it is, it may come from a file. */
export function parsePieceList(text: string): readonly PieceRange[] | undefined {
  const ranges: PieceRange[] = [];
  for (const part of text.split(',')) {
    const match = /^\s*(\d{1,8})(?:\s*-\s*(\d{1,8}))?\s*$/.exec(part);
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first) return undefined;
    ranges.push([first, last]);
  }
  return ranges;
}

export function formatPieceList(held: Bitfield): string {
  const parts: string[] = [];
  for (let piece = 0; piece < held.length; piece++) {
    if (!held.has(piece)) continue;
    const first = piece;
    while (piece + 1 < held.length && held.has(piece + 1)) piece++;
    parts.push(first === piece ? String(first) : `${first}-${piece}`);
  }
  return parts.join(',');
}

/** The pieces of a list, of `pieceCount`; those beyond are not there. */
export function piecesOf(ranges: readonly PieceRange[], pieceCount: number): Bitfield {
  const held = new Bitfield(pieceCount);
  for (const [first, last] of ranges) {
    for (let piece = first; piece <= Math.min(last, pieceCount - 1); piece++) held.set(piece);
  }
  return held;
}

/** The set that a plan names by its text. */
export function plannedPieces(text: string, pieceCount: number): Bitfield {
  const ranges = parsePieceList(text);
  invariant(ranges !== undefined, () => `"${text}" is no list of pieces`);
  return piecesOf(ranges, pieceCount);
}
