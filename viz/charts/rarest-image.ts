/**
 * A matrix of counts at the resolution of the screen: where there are fewer dots than cells, each dot shows the least of
 * the cells that it touches, so that what is rare is never hidden by what lies beside it.
 */
export interface FoldedCounts {
  readonly width: number;
  readonly height: number;
  /** Row by row. */
  readonly counts: Uint16Array;
}

/** @param width, height the dots of the screen; the result has no more of them than cells, and at least one */
export function foldToRarest(
  cells: Uint16Array,
  columns: number,
  rows: number,
  width: number,
  height: number,
): FoldedCounts {
  const across = Math.max(1, Math.min(columns, width));
  const down = Math.max(1, Math.min(rows, height));
  const counts = new Uint16Array(across * down).fill(65535);
  for (let y = 0; y < down; y++) {
    const lastRow = Math.ceil(((y + 1) * rows) / down);
    for (let row = Math.floor((y * rows) / down); row < lastRow; row++) {
      for (let x = 0; x < across; x++) {
        const dot = y * across + x;
        const lastColumn = Math.ceil(((x + 1) * columns) / across);
        for (let column = Math.floor((x * columns) / across); column < lastColumn; column++) {
          counts[dot] = Math.min(counts[dot] as number, cells[row * columns + column] as number);
        }
      }
    }
  }
  return { width: across, height: down, counts };
}
