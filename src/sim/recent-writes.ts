/**
 * The writes that a crash would undo, oldest first: each with its instant, its place and what was there before. Whatever
 * has reached its age limit is on the medium and is forgotten, so that the list holds no more than what is written within
 * that time.
 */
import type { Before, DiskContents } from './disk-contents.ts';

/** Entries that are gone are cut off the front when there are so many, and more of them than of the others. */
const CUT_AT = 64;

export class RecentWrites {
  readonly #unsyncedUs: number;
  #timesUs: number[] = [];
  #pieces: number[] = [];
  #begins: number[] = [];
  #lengths: number[] = [];
  #before: (Before | undefined)[] = [];
  #head = 0;

  /** `unsyncedUs`: so long after it was made a write is lost in a crash. */
  constructor(unsyncedUs: number) {
    this.#unsyncedUs = unsyncedUs;
  }

  /** Writes that a crash at the instant of the latest `add` would have undone. */
  get size(): number {
    return this.#timesUs.length - this.#head;
  }

  /** Instants never decrease from call to call. */
  add(nowUs: number, piece: number, begin: number, length: number, before: Before): void {
    this.#forgetUntil(nowUs - this.#unsyncedUs);
    this.#timesUs.push(nowUs);
    this.#pieces.push(piece);
    this.#begins.push(begin);
    this.#lengths.push(length);
    this.#before.push(before);
  }

  /** Everything is on the medium. */
  clear(): void {
    this.#forgetUntil(Number.POSITIVE_INFINITY);
  }

  /** Undoes what is not on the medium at `nowUs`, the latest first. Returns the bytes that are free again. */
  undo(nowUs: number, contents: DiskContents): number {
    this.#forgetUntil(nowUs - this.#unsyncedUs);
    let freed = 0;
    for (let index = this.#timesUs.length - 1; index >= this.#head; index--) {
      const piece = this.#pieces[index] as number;
      const begin = this.#begins[index] as number;
      contents.restore(piece, begin, this.#before[index] as Before);
      freed += contents.missingBytes(piece, begin, this.#lengths[index] as number);
    }
    this.clear();
    return freed;
  }

  #forgetUntil(timeUs: number): void {
    while (this.#head < this.#timesUs.length && (this.#timesUs[this.#head] as number) <= timeUs) {
      this.#before[this.#head++] = undefined;
    }
    if (this.#head < CUT_AT || this.#head * 2 < this.#timesUs.length) return;
    this.#timesUs = this.#timesUs.slice(this.#head);
    this.#pieces = this.#pieces.slice(this.#head);
    this.#begins = this.#begins.slice(this.#head);
    this.#lengths = this.#lengths.slice(this.#head);
    this.#before = this.#before.slice(this.#head);
    this.#head = 0;
  }
}
