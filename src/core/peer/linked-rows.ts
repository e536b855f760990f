/**
 * Queues of many owners in one array: what waits in them takes rows of a few integers, each with the row behind it, so that
 * a queue takes room for what is in it and none for what might come. The first integer of a row is that link; the others,
 * and the ends of its queue, are its owner's business, and so is the link while the row is taken. Whoever takes a row gives it back once.
 */

/** In place of a row. */
export const NO_ROW = -1;
const LEAST_ROWS = 8;

export class LinkedRows {
  /** All rows; another array once it has grown, so it is not to be kept. */
  cells = new Int32Array(0);
  readonly #length: number;
  /** The row that was given back last; its link is the one given back before it. */
  #free = NO_ROW;
  #end = 0;

  /** `length`: integers in a row, the link included. */
  constructor(length: number) {
    this.#length = length;
  }

  /** The index of the link of a row, which is `NO_ROW`; what the others are is chance. */
  take(): number {
    const row = this.#free;
    if (row === NO_ROW) return this.#append();
    this.#free = this.cells[row] as number;
    this.cells[row] = NO_ROW;
    return row;
  }

  give(row: number): void {
    this.cells[row] = this.#free;
    this.#free = row;
  }

  /** Gives back a row and all that are behind it. */
  giveAll(row: number): void {
    let next = row;
    while (next !== NO_ROW) {
      const given = next;
      next = this.cells[given] as number;
      this.give(given);
    }
  }

  #append(): number {
    const row = this.#end;
    this.#end += this.#length;
    if (this.#end > this.cells.length) {
      const rows = row / this.#length;
      const grown = new Int32Array(this.#length * (rows + Math.max(LEAST_ROWS, rows >> 4)));
      grown.set(this.cells);
      this.cells = grown;
    }
    this.cells[row] = NO_ROW;
    return row;
  }
}
