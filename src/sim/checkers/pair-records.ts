/**
 * Records of pairs of peers, found by the two indices of the pair. The first two words of a record
 * are those indices; what stands in the others is for whoever keeps the records. The table that finds them holds record
 * numbers, open addressing, at most three quarters full; what is removed leaves no gap in it.
 */

/** Words of a record. */
export const RECORD_WORDS = 6;
const LOW = 0;
const HIGH = 1;

const EMPTY = -1;
/** Words that are added at least. */
const LEAST_MORE = 128;

export class PairRecords {
  /** All records, one after the other. Grows by replacement: do not keep it across `add`. */
  cells = new Int32Array(RECORD_WORDS * 64);
  #slots = new Int32Array(64).fill(EMPTY);
  /** Removed records, linked through their first word. */
  #free = EMPTY;
  #used = 0;
  #count = 0;

  /** Records in use. */
  get count(): number {
    return this.#count;
  }

  /** Bytes that all of it takes. */
  get byteLength(): number {
    return this.cells.byteLength + this.#slots.byteLength;
  }

  /** The record of a pair, `low` < `high`; -1 when there is none. */
  find(low: number, high: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(low, high) & mask; ; slot = (slot + 1) & mask) {
      const record = this.#slots[slot] as number;
      if (record === EMPTY || this.#isOf(record, low, high)) return record;
    }
  }

  /** A record for a pair that has none, its other words zero. */
  add(low: number, high: number): number {
    if (++this.#count * 4 > this.#slots.length * 3) this.#growTable();
    let record = this.#free;
    if (record === EMPTY) {
      record = this.#used++;
      if (this.#used * RECORD_WORDS > this.cells.length) this.cells = grown(this.cells);
    } else this.#free = this.cells[record * RECORD_WORDS] as number;
    const at = record * RECORD_WORDS;
    this.cells.fill(0, at, at + RECORD_WORDS);
    this.cells[at + LOW] = low;
    this.cells[at + HIGH] = high;
    this.#enter(record);
    return record;
  }

  remove(record: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let gap = this.#homeOf(record) & mask;
    while (slots[gap] !== record) gap = (gap + 1) & mask;
    // Whatever follows without a gap and would not be found any more moves up.
    for (let slot = (gap + 1) & mask; slots[slot] !== EMPTY; slot = (slot + 1) & mask) {
      const home = this.#homeOf(slots[slot] as number) & mask;
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      slots[gap] = slots[slot] as number;
      gap = slot;
    }
    slots[gap] = EMPTY;
    this.cells[record * RECORD_WORDS] = this.#free;
    this.#free = record;
    this.#count--;
  }

  #isOf(record: number, low: number, high: number): boolean {
    const at = record * RECORD_WORDS;
    return this.cells[at + LOW] === low && this.cells[at + HIGH] === high;
  }

  #homeOf(record: number): number {
    const at = record * RECORD_WORDS;
    return hashOf(this.cells[at + LOW] as number, this.cells[at + HIGH] as number);
  }

  #enter(record: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#homeOf(record) & mask;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#slots[slot] = record;
  }

  #growTable(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2).fill(EMPTY);
    for (const record of before) if (record !== EMPTY) this.#enter(record);
  }
}

/** The same words and room for a sixteenth as many again. */
export function grown(words: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(words.length + Math.max(LEAST_MORE, words.length >> 4));
  larger.set(words);
  return larger;
}

function hashOf(low: number, high: number): number {
  const mixed = Math.imul(Math.imul(low, 0x9e3779b1 | 0) ^ high, 0x85ebca6b | 0);
  return mixed ^ (mixed >>> 15);
}
