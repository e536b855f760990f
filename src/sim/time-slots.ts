/**
 * How time is divided into slots, for the event queue, and which of the slots hold something.
 *
 * A level has a ring of two pages of slots, the present page and the next. A slot of the lowest level has 512 us, a slot
 * of the others as much as a page of the level below: pages of half a second, 9 minutes, 6 days, 17 years.
 */

export const NONE = -1;
export const SLOT_BITS = 9;
const PAGE_BITS = 10;
export const PAGE_SLOTS = 1 << PAGE_BITS;
export const RING_SLOTS = 2 * PAGE_SLOTS;
const RING_WORDS = RING_SLOTS >> 5;
export const PAGE_US = PAGE_SLOTS << SLOT_BITS;
export const RING_US = 2 * PAGE_US;
export const LATEST_US = Number.MAX_SAFE_INTEGER;
/** Enough for all times up to the latest. */
export const LEVELS = 5;
const SLOT_US: readonly number[] = [2 ** 9, 2 ** 19, 2 ** 29, 2 ** 39, 2 ** 49, 2 ** 59];

/** How long a slot of a level is, in microseconds; for the level above the highest, how long a page of that is. */
export function slotUs(level: number): number {
  return SLOT_US[level] as number;
}

/** The number of the slot of a level in which a time lies, counted from the beginning of time. */
export function numberAt(level: number, timeUs: number): number {
  return Math.floor(timeUs / slotUs(level));
}

/** The slot with a number, among those of all levels. */
export function slotOf(level: number, number: number): number {
  return level * RING_SLOTS + (number % RING_SLOTS);
}

/** A set of slots of all levels: a bit for each. */
export class FilledSlots {
  readonly #bits = new Int32Array(LEVELS * RING_WORDS);

  add(slot: number): void {
    (this.#bits[slot >> 5] as number) |= 1 << (slot & 31);
  }

  remove(slot: number): void {
    (this.#bits[slot >> 5] as number) &= ~(1 << (slot & 31));
  }

  /** How far from slot `from` of a level, around its ring, the first of `count` is that is in the set; NONE when none is. */
  firstFrom(level: number, from: number, count: number): number {
    let passed = 0;
    while (passed < count) {
      const slot = (from + passed) & (RING_SLOTS - 1);
      const bits = (this.#bits[level * RING_WORDS + (slot >> 5)] as number) >>> (slot & 31);
      if (bits !== 0) {
        passed += 31 - Math.clz32(bits & -bits);
        return passed < count ? passed : NONE;
      }
      passed += 32 - (slot & 31);
    }
    return NONE;
  }
}
