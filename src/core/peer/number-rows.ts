/**
 * Numbers of many owners side by side, so many to an owner: they take the room of numbers, not of objects, and what belongs
 * together lies in one line of the processor's cache. Whoever takes a row gives it back once.
 */

/** Large arrays begin 16 bytes behind a page: from here on rows and lines of the cache (64 bytes) begin together. */
const FIRST_ROW = 6;
const NONE = -1;

export class NumberRows {
  /** All rows; another array once it has grown, so it is not to be kept. */
  cells: Float64Array = new Float64Array(FIRST_ROW);
  readonly #length: number;
  /** The row that was given back last; its first number is the one given back before it. */
  #free = NONE;
  #end = FIRST_ROW;

  /** `length`: numbers in a row. */
  constructor(length: number) {
    this.#length = length;
  }

  /** The index of the first number of a row of zeros. */
  take(): number {
    const row = this.#free;
    if (row === NONE) return this.#append();
    this.#free = this.cells[row] as number;
    this.cells[row] = 0;
    return row;
  }

  give(row: number): void {
    this.cells.fill(0, row, row + this.#length);
    this.cells[row] = this.#free;
    this.#free = row;
  }

  #append(): number {
    const row = this.#end;
    this.#end += this.#length;
    if (this.#end > this.cells.length) {
      const rows = (row - FIRST_ROW) / this.#length;
      const grown = new Float64Array(FIRST_ROW + this.#length * (rows + Math.max(4, rows >> 4)));
      grown.set(this.cells);
      this.cells = grown;
    }
    return row;
  }
}
