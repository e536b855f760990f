/**
 * The writes that a crash would undo, oldest first: each with its instant, its place and what was there before. Whatever
 * has reached its age limit is on the medium and is forgotten, so that the ring holds no more than what is written within
 * that time.
 */
import type { Before, DiskContents } from './disk-contents.ts';

/** A row: when, where (piece, begin, length), and what was there when a number says it. */
const STRIDE = 5;

export class RecentWrites {
  readonly #unsyncedUs: number;
  /** A ring; its rows are a power of two. */
  #rows = new Float64Array(STRIDE * 16);
  /** By row: what was there before, when it takes an object to say it. */
  readonly #objects = new Map<number, object>();
  #head = 0;
  #length = 0;

  /** `unsyncedUs`: so long after it was made a write is lost in a crash. */
  constructor(unsyncedUs: number) {
    this.#unsyncedUs = unsyncedUs;
  }

  /** Writes that a crash at the instant of the latest `add` would have undone. */
  get size(): number {
    return this.#length;
  }

  /** Instants never decrease from call to call. */
  add(nowUs: number, piece: number, begin: number, length: number, before: Before): void {
    this.#forgetUntil(nowUs - this.#unsyncedUs);
    if ((this.#length + 1) * STRIDE > this.#rows.length) this.#grow();
    const row = this.#row(this.#length++);
    const at = row * STRIDE;
    this.#rows[at] = nowUs;
    this.#rows[at + 1] = piece;
    this.#rows[at + 2] = begin;
    this.#rows[at + 3] = length;
    if (typeof before === 'number') this.#rows[at + 4] = before;
    else this.#objects.set(row, before);
  }

  /** Everything is on the medium. */
  clear(): void {
    this.#objects.clear();
    this.#length = 0;
  }

  /** Undoes what is not on the medium at `nowUs`, the latest first. Returns the bytes that are free again. */
  undo(nowUs: number, contents: DiskContents): number {
    this.#forgetUntil(nowUs - this.#unsyncedUs);
    let freed = 0;
    for (let index = this.#length - 1; index >= 0; index--) {
      const row = this.#row(index);
      const [, piece, begin, length, state] = this.#rows.subarray(row * STRIDE) as unknown as Row;
      contents.restore(piece, begin, this.#objects.get(row) ?? state);
      freed += contents.missingBytes(piece, begin, length);
    }
    this.clear();
    return freed;
  }

  #row(index: number): number {
    return (this.#head + index) & (this.#rows.length / STRIDE - 1);
  }

  #forgetUntil(timeUs: number): void {
    while (this.#length > 0 && (this.#rows[this.#head * STRIDE] as number) <= timeUs) {
      if (this.#objects.size > 0) this.#objects.delete(this.#head);
      this.#head = this.#row(1);
      this.#length--;
    }
  }

  /** Twice the rows, the oldest first. */
  #grow(): void {
    const rows = new Float64Array(this.#rows.length * 2);
    const count = this.#rows.length / STRIDE;
    rows.set(this.#rows.subarray(this.#head * STRIDE));
    rows.set(this.#rows.subarray(0, this.#head * STRIDE), (count - this.#head) * STRIDE);
    const objects = [...this.#objects];
    this.#objects.clear();
    for (const [row, before] of objects) this.#objects.set((row - this.#head + count) % count, before);
    this.#rows = rows;
    this.#head = 0;
  }
}

type Row = readonly [timeUs: number, piece: number, begin: number, length: number, state: number];
