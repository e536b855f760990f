/**
 * Rows of 32-bit words with an instant each, while a run goes on: in chunks that are never copied, so that memory grows with
 * the rows and with nothing else. Made into columns at the end.
 */

/** Rows of a chunk. */
const CHUNK_ROWS = 8_192;

export class RowLog {
  readonly #width: number;
  #words: Int32Array[] = [];
  #times: Float64Array[] = [];
  #count = 0;

  /** `width`: words of a row, up to 6. */
  constructor(width: number) {
    this.#width = width;
  }

  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#words.length * CHUNK_ROWS * (this.#width * 4 + 8);
  }

  /** Words beyond the width are ignored. */
  append(timeUs: number, a: number, b: number, c: number, d: number, e = 0, f = 0): void {
    const row = this.#count++ % CHUNK_ROWS;
    if (row === 0) {
      this.#words.push(new Int32Array(CHUNK_ROWS * this.#width));
      this.#times.push(new Float64Array(CHUNK_ROWS));
    }
    const words = this.#words[this.#words.length - 1] as Int32Array;
    (this.#times[this.#times.length - 1] as Float64Array)[row] = timeUs;
    const width = this.#width;
    const at = row * width;
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    words[at + 3] = d;
    if (width > 4) words[at + 4] = e;
    if (width > 5) words[at + 5] = f;
  }

  get(row: number, word: number): number {
    const words = this.#words[Math.floor(row / CHUNK_ROWS)] as Int32Array;
    return words[(row % CHUNK_ROWS) * this.#width + word] as number;
  }

  set(row: number, word: number, value: number): void {
    const words = this.#words[Math.floor(row / CHUNK_ROWS)] as Int32Array;
    words[(row % CHUNK_ROWS) * this.#width + word] = value;
  }

  /** Lets go of every row whose first word is not to be kept. */
  thin(keeps: (first: number) => boolean): void {
    const words = this.#words;
    const times = this.#times;
    const count = this.#count;
    const kept = new RowLog(this.#width);
    for (let row = 0; row < count; row++) {
      const chunk = Math.floor(row / CHUNK_ROWS);
      const from = words[chunk] as Int32Array;
      const at = (row % CHUNK_ROWS) * this.#width;
      if (keeps(from[at] as number)) {
        const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = from.subarray(at, at + this.#width);
        kept.append((times[chunk] as Float64Array)[row % CHUNK_ROWS] as number, a, b, c, d, e, f);
      }
    }
    this.#words = kept.#words;
    this.#times = kept.#times;
    this.#count = kept.#count;
  }

  /** Lets go of all rows. */
  clear(): void {
    this.#words = [];
    this.#times = [];
    this.#count = 0;
  }

  times(): Float64Array {
    const all = new Float64Array(this.#count);
    for (const [chunk, times] of this.#times.entries()) {
      const start = chunk * CHUNK_ROWS;
      all.set(times.subarray(0, Math.min(CHUNK_ROWS, this.#count - start)), start);
    }
    return all;
  }

  /** One word of every row. */
  column(word: number): Int32Array {
    const all = new Int32Array(this.#count);
    for (let row = 0; row < all.length; row++) all[row] = this.get(row, word);
    return all;
  }
}
