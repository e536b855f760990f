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
  #received: Float64Array;
  #sent: Float64Array;

  /** @param intervalUs the finest interval, a positive whole number of microseconds */
  constructor(peers: number, intervalUs: number, maxRows: number = MAX_SAMPLE_ROWS) {
    this.#peers = peers;
    const affordable = Math.floor(MAX_SAMPLE_CELLS / Math.max(1, peers));
    this.#maxRows = Math.max(2, Math.min(maxRows, affordable));
    this.#intervalUs = intervalUs;
    this.#rowEndUs = intervalUs;
    this.#received = new Float64Array(peers * Math.min(16, this.#maxRows));
    this.#sent = new Float64Array(this.#received.length);
  }

  /** `timeUs` must not decrease from call to call; the same holds for `addSent` and `finish`. */
  addReceived(timeUs: number, peer: number, bytes: number): void {
    if (timeUs > this.#rowEndUs) this.#advance(timeUs);
    const cell = this.#offset + peer;
    this.#received[cell] = (this.#received[cell] as number) + bytes;
  }

  addSent(timeUs: number, peer: number, bytes: number): void {
    if (timeUs > this.#rowEndUs) this.#advance(timeUs);
    const cell = this.#offset + peer;
    this.#sent[cell] = (this.#sent[cell] as number) + bytes;
  }

  /** The columns up to `endUs`; the last row may cover less than a whole interval. */
  finish(endUs: number): SampleColumns {
    if (endUs > this.#rowEndUs) this.#advance(endUs);
    const cells = this.#offset + this.#peers;
    return {
      rows: this.#rowEndUs / this.#intervalUs,
      intervalUs: this.#intervalUs,
      received: this.#received.slice(0, cells),
      sent: this.#sent.slice(0, cells),
    };
  }

  #advance(timeUs: number): void {
    while (Math.ceil(timeUs / this.#intervalUs) > this.#maxRows) {
      mergePairs(this.#received, this.#peers);
      mergePairs(this.#sent, this.#peers);
      this.#intervalUs *= 2;
    }
    const row = Math.ceil(timeUs / this.#intervalUs) - 1;
    this.#offset = row * this.#peers;
    this.#rowEndUs = (row + 1) * this.#intervalUs;
    const needed = this.#offset + this.#peers;
    if (needed <= this.#received.length) return;
    const capacity = Math.min(Math.max(needed, this.#received.length * 2), this.#maxRows * this.#peers);
    const received = new Float64Array(capacity);
    const sent = new Float64Array(capacity);
    received.set(this.#received);
    sent.set(this.#sent);
    this.#received = received;
    this.#sent = sent;
  }
}

/** Adds row 2k + 1 to row 2k and moves the sum to row k, in place; the rows freed become zero. */
function mergePairs(cells: Float64Array, peers: number): void {
  const rows = peers === 0 ? 0 : cells.length / peers;
  for (let row = 0; row < rows; row++) {
    for (let peer = 0; peer < peers; peer++) {
      const first = cells[2 * row * peers + peer] ?? 0;
      const second = cells[(2 * row + 1) * peers + peer] ?? 0;
      cells[row * peers + peer] = first + second;
    }
  }
}
