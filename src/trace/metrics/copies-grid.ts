/**
 * Copies of each piece at the end of each of a number of equal time slices: the matrix behind the piece × time heat map.
 * Long piece lists are folded: a row then stands for several neighbouring pieces and shows the rarest of them.
 */
import type { Trace } from '../trace.ts';
import { Holdings } from './holdings.ts';

export interface CopiesGrid {
  readonly rows: number;
  readonly slices: number;
  /** Neighbouring pieces in one row. */
  readonly piecesPerRow: number;
  /** Slice `t` ends at (t + 1) * sliceUs; the last one at the end of what is shown. */
  readonly sliceUs: number;
  /** Row-major: row `r`, slice `t` is at `r * slices + t`. */
  readonly copies: Uint16Array;
}

/** @param endUs where the last slice ends: the end of the run or before */
export function foldCopiesGrid(
  trace: Trace,
  slices: number,
  maxRows: number,
  endUs: number = trace.endUs,
): CopiesGrid {
  const pieceCount = trace.header.torrent.pieceCount;
  const piecesPerRow = Math.max(1, Math.ceil(pieceCount / maxRows));
  const rows = Math.ceil(pieceCount / piecesPerRow);
  const sliceUs = endUs / slices;
  const copies = new Uint16Array(rows * slices);
  const holdings = new Holdings(trace);
  const { events } = trace;
  let event = 0;
  for (let slice = 0; slice < slices; slice++) {
    const untilUs = slice === slices - 1 ? endUs : (slice + 1) * sliceUs;
    while (event < events.count && (events.timeUs[event] as number) <= untilUs) holdings.apply(event++);
    for (let row = 0; row < rows; row++) {
      let rarest = 65535;
      const end = Math.min(pieceCount, (row + 1) * piecesPerRow);
      for (let piece = row * piecesPerRow; piece < end; piece++) {
        rarest = Math.min(rarest, holdings.copies[piece] as number);
      }
      copies[row * slices + slice] = rarest;
    }
  }
  return { rows, slices, piecesPerRow, sliceUs, copies };
}
