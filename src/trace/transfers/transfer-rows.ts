/**
 * The rows of transfers while a run goes on: in chunks that are never copied, so that memory grows with the rows and with
 * nothing else, and each row may be changed until the end. The rows of a pair form a chain.
 */
import { emptyTransfers, type TransferColumns } from './transfer-columns.ts';

/** Rows of a chunk: 352 KiB. */
const CHUNK_SHIFT = 13;
const CHUNK_ROWS = 2 ** CHUNK_SHIFT;
const IN_CHUNK = CHUNK_ROWS - 1;
const WORDS = 7;
const TIMES = 2;

export const Word = { pair: 0, piece: 1, bytes: 2, blocks: 3, wasted: 4, underWay: 5, next: 6 } as const;
type WordIndex = (typeof Word)[keyof typeof Word];

export class TransferRows {
  #words: Int32Array[] = [];
  #times: Float64Array[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#words.length * CHUNK_ROWS * (WORDS * 4 + TIMES * 8);
  }

  append(pair: number, piece: number, firstUs: number): number {
    const row = this.#count++;
    if (row >>> CHUNK_SHIFT === this.#words.length) {
      this.#words.push(new Int32Array(CHUNK_ROWS * WORDS));
      this.#times.push(new Float64Array(CHUNK_ROWS * TIMES));
    }
    const words = this.#words[row >>> CHUNK_SHIFT] as Int32Array;
    const at = (row & IN_CHUNK) * WORDS;
    words.fill(0, at, at + WORDS);
    words[at] = pair;
    words[at + Word.piece] = piece;
    words[at + Word.next] = -1;
    const times = this.#times[row >>> CHUNK_SHIFT] as Float64Array;
    times[(row & IN_CHUNK) * TIMES] = firstUs;
    times[(row & IN_CHUNK) * TIMES + 1] = firstUs;
    return row;
  }

  get(row: number, word: WordIndex): number {
    const words = this.#words[row >>> CHUNK_SHIFT] as Int32Array;
    return words[(row & IN_CHUNK) * WORDS + word] as number;
  }

  set(row: number, word: WordIndex, value: number): void {
    const words = this.#words[row >>> CHUNK_SHIFT] as Int32Array;
    words[(row & IN_CHUNK) * WORDS + word] = value;
  }

  /** Bytes of wanted blocks, beyond 2 GiB too. */
  bytes(row: number): number {
    return this.get(row, Word.bytes) >>> 0;
  }

  firstUs(row: number): number {
    return (this.#times[row >>> CHUNK_SHIFT] as Float64Array)[(row & IN_CHUNK) * TIMES] as number;
  }

  lastUs(row: number): number {
    return (this.#times[row >>> CHUNK_SHIFT] as Float64Array)[(row & IN_CHUNK) * TIMES + 1] as number;
  }

  /** A wanted block has come; how many are under way now. */
  arrived(row: number, bytes: number, timeUs: number): number {
    const words = this.#words[row >>> CHUNK_SHIFT] as Int32Array;
    const at = (row & IN_CHUNK) * WORDS;
    words[at + Word.bytes] = (words[at + Word.bytes] as number) + bytes;
    words[at + Word.blocks] = (words[at + Word.blocks] as number) + 1;
    const underWay = Math.max(0, (words[at + Word.underWay] as number) - 1);
    words[at + Word.underWay] = underWay;
    (this.#times[row >>> CHUNK_SHIFT] as Float64Array)[(row & IN_CHUNK) * TIMES + 1] = timeUs;
    return underWay;
  }

  /** Bytes have come in vain; how many blocks are under way now. */
  wasted(row: number, bytes: number, timeUs: number): number {
    const underWay = Math.max(0, this.get(row, Word.underWay) - 1);
    this.set(row, Word.underWay, underWay);
    this.set(row, Word.wasted, this.get(row, Word.wasted) + bytes);
    (this.#times[row >>> CHUNK_SHIFT] as Float64Array)[(row & IN_CHUNK) * TIMES + 1] = timeUs;
    return underWay;
  }

  /** Whether anything came of it. */
  moved(row: number): boolean {
    return this.get(row, Word.bytes) !== 0 || this.get(row, Word.wasted) !== 0;
  }

  /**
   * Lets go of every row that is not to be kept, and gives the others new numbers in the old order; chains skip what has
   * gone only where whole chains go. Returns the new number of each old row, -1 where it has gone.
   */
  thin(keeps: (row: number) => boolean): Int32Array {
    const numbers = new Int32Array(this.#count).fill(-1);
    let kept = 0;
    for (let row = 0; row < this.#count; row++) if (keeps(row)) numbers[row] = kept++;
    for (let row = 0; row < this.#count; row++) {
      const to = numbers[row] as number;
      if (to < 0) continue;
      const next = this.get(row, Word.next);
      if (next >= 0) this.set(row, Word.next, numbers[next] as number);
      if (to !== row) this.#move(row, to);
    }
    this.#count = kept;
    const chunks = Math.ceil(kept / CHUNK_ROWS);
    this.#words.length = chunks;
    this.#times.length = chunks;
    return numbers;
  }

  /** What moved something, as columns; chunks are let go as they are read, and nothing may be asked any more. */
  finish(everyNth: number, ends: (pair: number) => readonly [number, number]): TransferColumns {
    let moved = 0;
    for (let row = 0; row < this.#count; row++) if (this.moved(row)) moved++;
    const columns = emptyTransfers(moved, everyNth);
    let to = 0;
    for (let row = 0; row < this.#count; row++) {
      if (row > 0 && (row & IN_CHUNK) === 0) this.#release((row >>> CHUNK_SHIFT) - 1);
      if (!this.moved(row)) continue;
      const [uploader, downloader] = ends(this.get(row, Word.pair));
      columns.firstUs[to] = this.firstUs(row);
      columns.lastUs[to] = this.lastUs(row);
      columns.uploader[to] = uploader;
      columns.downloader[to] = downloader;
      columns.piece[to] = this.get(row, Word.piece);
      columns.bytes[to] = this.get(row, Word.bytes);
      columns.blocks[to] = this.get(row, Word.blocks);
      columns.wastedBytes[to] = this.get(row, Word.wasted);
      to++;
    }
    this.#words = [];
    this.#times = [];
    this.#count = 0;
    return columns;
  }

  #move(from: number, to: number): void {
    const words = this.#words[from >>> CHUNK_SHIFT] as Int32Array;
    const at = (from & IN_CHUNK) * WORDS;
    (this.#words[to >>> CHUNK_SHIFT] as Int32Array).set(
      words.subarray(at, at + WORDS),
      (to & IN_CHUNK) * WORDS,
    );
    const times = this.#times[to >>> CHUNK_SHIFT] as Float64Array;
    const firstUs = this.firstUs(from);
    const lastUs = this.lastUs(from);
    times[(to & IN_CHUNK) * TIMES] = firstUs;
    times[(to & IN_CHUNK) * TIMES + 1] = lastUs;
  }

  #release(chunk: number): void {
    this.#words[chunk] = new Int32Array(0);
    this.#times[chunk] = new Float64Array(0);
  }
}
