/**
 * Bytes received and sent per sample interval and peer, while a run goes on. Its size is bounded: when the run outgrows
 * the rows, neighbouring rows are merged and the interval doubles, so a long run keeps all its bytes at a coarser grain.
 * Row `s` covers (s * intervalUs, (s + 1) * intervalUs]; row 0 also holds instant 0.
 */
import type { SampleColumns } from './trace.ts';

/** Most rows that a trace holds. */
export const MAX_SAMPLE_ROWS = 4096;
/** Most cells (rows * peers) of one column; wins over `MAX_SAMPLE_ROWS`, but two rows are always kept. */
export const MAX_SAMPLE_CELLS = 2 ** 21;

export class SampleGrid {
  readonly #peers: number;
  readonly #maxRows: number;
  #intervalUs: number;
  #offset = 0;
  #rowEndUs: number;
  /** By row and peer: bytes received, bytes sent. */
  #cells: Float64Array;

  /** @param intervalUs the finest interval, a positive whole number of microseconds */
  constructor(peers: number, intervalUs: number, maxRows: number = MAX_SAMPLE_ROWS) {
    this.#peers = peers;
    const affordable = Math.floor(MAX_SAMPLE_CELLS / Math.max(1, peers));
    this.#maxRows = Math.max(2, Math.min(maxRows, affordable));
    this.#intervalUs = intervalUs;
    this.#rowEndUs = intervalUs;
    this.#cells = new Float64Array(2 * peers * Math.min(16, this.#maxRows));
  }

  /** `timeUs` must not decrease from call to call; the same holds for `addSent` and `finish`. */
  addReceived(timeUs: number, peer: number, bytes: number): void {
    if (timeUs > this.#rowEndUs) this.#advance(timeUs);
    const cell = (this.#offset + peer) * 2;
    this.#cells[cell] = (this.#cells[cell] as number) + bytes;
  }

  addSent(timeUs: number, peer: number, bytes: number): void {
    if (timeUs > this.#rowEndUs) this.#advance(timeUs);
    const cell = (this.#offset + peer) * 2 + 1;
    this.#cells[cell] = (this.#cells[cell] as number) + bytes;
  }

  /** The columns up to `endUs`; the last row may cover less than a whole interval. */
  finish(endUs: number): SampleColumns {
    if (endUs > this.#rowEndUs) this.#advance(endUs);
    const count = this.#offset + this.#peers;
    const received = new Float64Array(count);
    const sent = new Float64Array(count);
    for (let cell = 0; cell < count; cell++) {
      received[cell] = this.#cells[2 * cell] as number;
      sent[cell] = this.#cells[2 * cell + 1] as number;
    }
    return { rows: this.#rowEndUs / this.#intervalUs, intervalUs: this.#intervalUs, received, sent };
  }

  #advance(timeUs: number): void {
    while (Math.ceil(timeUs / this.#intervalUs) > this.#maxRows) {
      mergePairs(this.#cells, 2 * this.#peers);
      this.#intervalUs *= 2;
    }
    const row = Math.ceil(timeUs / this.#intervalUs) - 1;
    this.#offset = row * this.#peers;
    this.#rowEndUs = (row + 1) * this.#intervalUs;
    const needed = 2 * (this.#offset + this.#peers);
    if (needed <= this.#cells.length) return;
    const most = 2 * this.#maxRows * this.#peers;
    const cells = new Float64Array(Math.min(Math.max(needed, this.#cells.length * 2), most));
    cells.set(this.#cells);
    this.#cells = cells;
  }
}

/** Adds row 2k + 1 to row 2k and moves the sum to row k, in place; the rows freed become zero. */
function mergePairs(cells: Float64Array, width: number): void {
  const rows = width === 0 ? 0 : cells.length / width;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      const first = cells[2 * row * width + column] ?? 0;
      const second = cells[(2 * row + 1) * width + column] ?? 0;
      cells[row * width + column] = first + second;
    }
  }
}
