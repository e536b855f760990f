/**
 * Totals of pairs of peers: while a run goes on of what has no row (any more), and at the end of everything. Where all rows
 * are kept, totals are nothing but their sums, and are made from them.
 */

import { PairIndex } from './pair-index.ts';
import { emptyPairs, type PairColumns, type TransferColumns } from './transfer-columns.ts';

/** Numbers of a pair. */
const WIDTH = 5;

export class PairTotals {
  /** By pair: bytes, blocks, bytes in vain, first and last instant. */
  #sums = new Float64Array(0);

  get byteLength(): number {
    return this.#sums.byteLength;
  }

  add(pair: number, bytes: number, blocks: number, wasted: number, firstUs: number, lastUs: number): void {
    const at = pair * WIDTH;
    if (at >= this.#sums.length) {
      const sums = new Float64Array(Math.max(1024 * WIDTH, 2 * (at + WIDTH)));
      sums.set(this.#sums);
      this.#sums = sums;
    }
    const sums = this.#sums;
    const isFirst = sums[at] === 0 && sums[at + 2] === 0;
    sums[at] = (sums[at] as number) + bytes;
    sums[at + 1] = (sums[at + 1] as number) + blocks;
    sums[at + 2] = (sums[at + 2] as number) + wasted;
    sums[at + 3] = isFirst ? firstUs : Math.min(sums[at + 3] as number, firstUs);
    sums[at + 4] = Math.max(sums[at + 4] as number, lastUs);
  }

  moved(pair: number): boolean {
    const at = pair * WIDTH;
    return (this.#sums[at] ?? 0) > 0 || (this.#sums[at + 2] ?? 0) > 0;
  }

  /** Gives each pair the number that stands for it in `numbers`; what is below 0 goes. */
  renumber(numbers: Int32Array): void {
    const sums = new Float64Array(this.#sums.length);
    for (const [pair, to] of numbers.entries()) {
      if (to < 0) continue;
      sums.set(this.#sums.subarray(pair * WIDTH, (pair + 1) * WIDTH), to * WIDTH);
    }
    this.#sums = sums;
  }

  finish(pairs: PairIndex, everyNth: number): PairColumns {
    let count = 0;
    for (let pair = 0; pair < pairs.count; pair++) if (this.moved(pair)) count++;
    const columns = emptyPairs(count, everyNth);
    let row = 0;
    for (let pair = 0; pair < pairs.count; pair++) {
      if (!this.moved(pair)) continue;
      const at = pair * WIDTH;
      columns.uploader[row] = pairs.uploader(pair);
      columns.downloader[row] = pairs.downloader(pair);
      columns.bytes[row] = this.#sums[at] as number;
      columns.blocks[row] = this.#sums[at + 1] as number;
      columns.wastedBytes[row] = this.#sums[at + 2] as number;
      columns.firstUs[row] = this.#sums[at + 3] as number;
      columns.lastUs[row] = this.#sums[at + 4] as number;
      row++;
    }
    return columns;
  }
}

/** Adds all rows to the totals; pairs that have no number get one. */
export function addTransfers(totals: PairTotals, pairs: PairIndex, rows: TransferColumns): void {
  for (let row = 0; row < rows.count; row++) {
    const uploader = rows.uploader[row] as number;
    const downloader = rows.downloader[row] as number;
    const known = pairs.find(uploader, downloader);
    totals.add(
      known < 0 ? pairs.add(uploader, downloader) : known,
      rows.bytes[row] as number,
      rows.blocks[row] as number,
      rows.wastedBytes[row] as number,
      rows.firstUs[row] as number,
      rows.lastUs[row] as number,
    );
  }
}

/** The totals where every row was kept: their sums, in the order in which pairs first met. */
export function pairsOf(rows: TransferColumns): PairColumns {
  const pairs = new PairIndex();
  const totals = new PairTotals();
  addTransfers(totals, pairs, rows);
  return totals.finish(pairs, rows.everyNth);
}
