/**
 * The order of everything: events by time, and events of one time in the order in which they were set.
 *
 * Nearly every event is due within half a second, and half of them set themselves again while they fire. So events lie
 * in slots by time, unsorted, and only those of the slot that is being fired are put in order, in a small heap. Setting
 * and removing an event costs the same whether ten are waiting or a million, and nothing is allocated for it.
 *
 * Slots are lists of handles. A level has two pages of slots, the present one and the next; a slot of one level is as long
 * as a page of the level below, and what it holds moves down when that page becomes the next. So what was set first
 * stands first in its list at every level, and nothing but the heap needs numbers to keep the order.
 *
 * A handle belongs to a target and stays valid until released; it holds at most one event at a time.
 */
import { InvariantError, invariant } from '../core/result.ts';
import { type EventTarget, EventTargets } from './event-targets.ts';
import { moreRows } from './row-room.ts';
import {
  FilledSlots,
  LATEST_US,
  LEVELS,
  NONE,
  numberAt,
  PAGE_SLOTS,
  PAGE_US,
  RING_SLOTS,
  RING_US,
  SLOT_BITS,
  slotOf,
  slotUs,
} from './time-slots.ts';

export type { EventTarget } from './event-targets.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** What a handle's row holds, in 32 bits each; the first eight bytes are the time of its event, `NEVER` without one. */
const ROW = 8;
const NEXT = 2;
/** The handle before it in its list; in the heap, its place there. */
const PREVIOUS = 3;
/** The slot in whose list it is, or one of the values below. */
const WHERE = 4;
const TOKEN = 5;
/** The number of its target. */
const TARGET = 6;
/** Where the first row is, so that no row lies in two lines of the cache where the memory begins as it usually does. */
const ROWS_AT = 4;
const IN_HEAP = -1;
const NOWHERE = -2;
const FREE = -3;

/** A place in the heap: eight bytes for the time, four for the order, four for the handle. */
const PLACE = 4;
const ORDER = 2;
const HANDLE = 3;
/** The children of a place, four places after this many, share a line of the cache where the memory begins as it usually does. */
const ROOT = 2;

export class EventQueue {
  #rows = new Int32Array(ROWS_AT + 64 * ROW).fill(FREE);
  #times = new Float64Array(this.#rows.buffer);
  readonly #targets = new EventTargets();
  /** Handles that were ever given out. */
  #handlesEnd = 0;
  #freeHandle = NONE;
  #handleCount = 0;
  #size = 0;
  /** By slot, of all levels: the first and the last handle of its list. */
  readonly #lists = new Int32Array(LEVELS * RING_SLOTS * 2).fill(NONE);
  /** The slots that have one. */
  readonly #filled = new FilledSlots();
  /** When the present page of the lowest level begins, and its first slot. */
  #pageUs = 0;
  #pageSlot = 0;
  /** Events before this are in the heap, all others in lists. */
  #heapEndUs = 0;
  #heap = new Int32Array(64 * PLACE);
  #heapTimes = new Float64Array(this.#heap.buffer);
  /** The place behind the last. */
  #heapEnd = ROOT;
  /** Numbers what comes into the heap; it wraps around. */
  #order = 0;

  /** Events waiting. One that fires waits no longer. */
  get size(): number {
    return this.#size;
  }

  /** Handles in use: a leak shows here. */
  get handleCount(): number {
    return this.#handleCount;
  }

  /** The time of the earliest event in microseconds; Infinity when there is none. */
  get nextUs(): number {
    if (this.#heapEnd === ROOT) {
      if (this.#size === 0) return NEVER;
      this.#fillHeap();
    }
    return this.#heapTimes[ROOT * 2] as number;
  }

  /** Whom the earliest event is for, and its token; there must be one, and `nextUs` must have been asked. */
  get nextTarget(): EventTarget {
    return this.#targets.at(
      this.#rows[rowOf(this.#heap[ROOT * PLACE + HANDLE] as number) + TARGET] as number,
    );
  }

  get nextToken(): number {
    return this.#rows[rowOf(this.#heap[ROOT * PLACE + HANDLE] as number) + TOKEN] as number;
  }

  /** A handle for events of `target`, with none set. `token` is an int32. */
  register(target: EventTarget, token = 0): number {
    let handle = this.#freeHandle;
    if (handle === NONE) {
      handle = this.#handlesEnd++;
      if (rowOf(handle) === this.#rows.length) this.#growRows();
    } else this.#freeHandle = this.#rows[rowOf(handle) + NEXT] as number;
    const row = rowOf(handle);
    this.#handleCount++;
    this.#times[row >> 1] = NEVER;
    this.#rows[row + WHERE] = NOWHERE;
    this.#rows[row + TARGET] = this.#targets.take(target);
    this.#rows[row + TOKEN] = token;
    return handle;
  }

  /** Forgets the handle and its event; the number may be given out again. */
  release(handle: number): void {
    this.clear(handle);
    const row = rowOf(handle);
    invariant(this.#rows[row + WHERE] === NOWHERE, () => `event handle ${handle} is not in use`);
    this.#rows[row + WHERE] = FREE;
    this.#rows[row + NEXT] = this.#freeHandle;
    this.#freeHandle = handle;
    this.#handleCount--;
    this.#targets.release(this.#rows[row + TARGET] as number);
  }

  /** When the event of `handle` is due in microseconds, Infinity when it has none. */
  timeOf(handle: number): number {
    return this.#times[rowOf(handle) >> 1] as number;
  }

  /** Sets or moves the event of `handle`; Infinity clears it. At equal times it fires after all that are set already. */
  set(handle: number, timeUs: number): void {
    const row = rowOf(handle);
    const where = this.#rows[row + WHERE] as number;
    if (where === NOWHERE) this.#size++;
    else {
      invariant(where > FREE, () => `event handle ${handle} is not in use`);
      this.#detach(row, where);
    }
    this.#times[row >> 1] = timeUs;
    this.#place(handle, timeUs);
  }

  /** Removes the event of `handle`, if it has one. */
  clear(handle: number): void {
    const row = rowOf(handle);
    const where = this.#rows[row + WHERE] as number;
    if (where <= NOWHERE) return;
    this.#detach(row, where);
    this.#rows[row + WHERE] = NOWHERE;
    this.#times[row >> 1] = NEVER;
    this.#size--;
  }

  /** Fires the earliest event, which there must be; what its target sets is a new one. */
  fireNext(): void {
    if (this.#heapEnd === ROOT) this.#fillHeap();
    const handle = this.#heap[ROOT * PLACE + HANDLE] as number;
    const row = rowOf(handle);
    this.#removeAt(ROOT);
    this.#rows[row + WHERE] = NOWHERE;
    this.#times[row >> 1] = NEVER;
    this.#size--;
    this.#targets.at(this.#rows[row + TARGET] as number).fire(this.#rows[row + TOKEN] as number);
  }

  /** Puts a handle that is nowhere where its time belongs. */
  #place(handle: number, timeUs: number): void {
    if (timeUs < this.#heapEndUs) {
      if (this.#heapEnd * PLACE === this.#heap.length) this.#growHeap();
      this.#rows[rowOf(handle) + WHERE] = IN_HEAP;
      this.#siftUp(this.#heapEnd++, handle, timeUs, this.#order);
      this.#order = (this.#order + 1) | 0;
      return;
    }
    const aheadUs = timeUs - this.#pageUs;
    if (aheadUs < RING_US) this.#append(handle, (this.#pageSlot + (aheadUs >> SLOT_BITS)) & (RING_SLOTS - 1));
    else if (timeUs === NEVER) {
      this.#rows[rowOf(handle) + WHERE] = NOWHERE;
      this.#size--;
    } else this.#append(handle, this.#slotAbove(timeUs));
  }

  #slotAbove(timeUs: number): number {
    invariant(timeUs < LATEST_US, () => `an event at ${timeUs} us`);
    let level = 1;
    while (numberAt(level + 1, timeUs) - numberAt(level + 1, this.#pageUs) > 1) level++;
    return slotOf(level, numberAt(level, timeUs));
  }

  #append(handle: number, slot: number): void {
    const rows = this.#rows;
    const lists = this.#lists;
    const last = lists[slot * 2 + 1] as number;
    if (last === NONE) {
      lists[slot * 2] = handle;
      this.#filled.add(slot);
    } else rows[rowOf(last) + NEXT] = handle;
    lists[slot * 2 + 1] = handle;
    const row = rowOf(handle);
    rows[row + NEXT] = NONE;
    rows[row + PREVIOUS] = last;
    rows[row + WHERE] = slot;
  }

  /** Takes a handle out of the heap or out of its list. */
  #detach(row: number, where: number): void {
    const rows = this.#rows;
    const previous = rows[row + PREVIOUS] as number;
    if (where === IN_HEAP) {
      this.#removeAt(previous);
      return;
    }
    const lists = this.#lists;
    const next = rows[row + NEXT] as number;
    if (previous === NONE) lists[where * 2] = next;
    else rows[rowOf(previous) + NEXT] = next;
    if (next === NONE) lists[where * 2 + 1] = previous;
    else rows[rowOf(next) + PREVIOUS] = previous;
    if (next === previous) this.#filled.remove(where);
  }

  /** Puts everything of a slot where it belongs now, in order. */
  #spill(slot: number): void {
    const lists = this.#lists;
    let handle = lists[slot * 2] as number;
    if (handle === NONE) return;
    lists[slot * 2] = NONE;
    lists[slot * 2 + 1] = NONE;
    this.#filled.remove(slot);
    while (handle !== NONE) {
      const row = rowOf(handle);
      const next = this.#rows[row + NEXT] as number;
      this.#place(handle, this.#times[row >> 1] as number);
      handle = next;
    }
  }

  /** The heap is empty, and there are events: brings those of the next slot into it. */
  #fillHeap(): void {
    for (;;) {
      const passed = (this.#heapEndUs - this.#pageUs) >> SLOT_BITS;
      const ahead = this.#filled.firstFrom(0, this.#pageSlot + passed, RING_SLOTS - passed);
      if (ahead !== NONE) {
        let number = passed + ahead;
        if (number >= PAGE_SLOTS) {
          this.#enterPage(this.#pageUs + PAGE_US);
          number -= PAGE_SLOTS;
        }
        this.#heapEndUs = this.#pageUs + ((number + 1) << SLOT_BITS);
        this.#spill(this.#pageSlot + number);
        return;
      }
      this.#enterPage(this.#nextPageUs());
      this.#heapEndUs = this.#pageUs;
    }
  }

  /** When nothing is left at the lowest level: the first page that may have something. */
  #nextPageUs(): number {
    for (let level = 1; level < LEVELS; level++) {
      const present = numberAt(level, this.#pageUs);
      const ahead = this.#filled.firstFrom(level, present % RING_SLOTS, RING_SLOTS - (present % PAGE_SLOTS));
      if (ahead !== NONE) return (present + ahead) * slotUs(level);
    }
    throw new InvariantError(`${this.#size} events are in no slot`);
  }

  #enterPage(pageUs: number): void {
    const leftUs = this.#pageUs;
    this.#pageUs = pageUs;
    this.#pageSlot = (numberAt(1, pageUs) % 2) * PAGE_SLOTS;
    for (let level = LEVELS - 1; level > 0; level--) {
      const number = numberAt(level, pageUs);
      if (number === numberAt(level, leftUs)) continue;
      this.#spill(slotOf(level, number));
      this.#spill(slotOf(level, number + 1));
    }
  }

  #removeAt(place: number): void {
    const end = --this.#heapEnd;
    if (place === end) return;
    const heap = this.#heap;
    const handle = heap[end * PLACE + HANDLE] as number;
    const order = heap[end * PLACE + ORDER] as number;
    const timeUs = this.#heapTimes[end * 2] as number;
    if (place > ROOT && this.#isBefore(timeUs, order, parentOf(place)))
      this.#siftUp(place, handle, timeUs, order);
    else this.#siftDown(place, handle, timeUs, order);
  }

  #isBefore(timeUs: number, order: number, place: number): boolean {
    const otherUs = this.#heapTimes[place * 2] as number;
    if (timeUs !== otherUs) return timeUs < otherUs;
    return ((order - (this.#heap[place * PLACE + ORDER] as number)) | 0) < 0;
  }

  #siftUp(from: number, handle: number, timeUs: number, order: number): void {
    let place = from;
    while (place > ROOT) {
      const parent = parentOf(place);
      if (!this.#isBefore(timeUs, order, parent)) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#put(place, handle, timeUs, order);
  }

  #siftDown(from: number, handle: number, timeUs: number, order: number): void {
    const heap = this.#heap;
    const times = this.#heapTimes;
    const end = this.#heapEnd;
    let place = from;
    for (;;) {
      let least = place * 4 - 5;
      if (least >= end) break;
      let leastUs = times[least * 2] as number;
      let leastOrder = heap[least * PLACE + ORDER] as number;
      const last = Math.min(least + 4, end);
      for (let child = least + 1; child < last; child++) {
        const childUs = times[child * 2] as number;
        if (childUs > leastUs) continue;
        const childOrder = heap[child * PLACE + ORDER] as number;
        if (childUs < leastUs || ((childOrder - leastOrder) | 0) < 0) {
          least = child;
          leastUs = childUs;
          leastOrder = childOrder;
        }
      }
      if (timeUs < leastUs || (timeUs === leastUs && ((order - leastOrder) | 0) < 0)) break;
      this.#move(least, place);
      place = least;
    }
    this.#put(place, handle, timeUs, order);
  }

  #move(from: number, to: number): void {
    const heap = this.#heap;
    this.#put(
      to,
      heap[from * PLACE + HANDLE] as number,
      this.#heapTimes[from * 2] as number,
      heap[from * PLACE + ORDER] as number,
    );
  }

  #put(place: number, handle: number, timeUs: number, order: number): void {
    this.#heapTimes[place * 2] = timeUs;
    this.#heap[place * PLACE + ORDER] = order;
    this.#heap[place * PLACE + HANDLE] = handle;
    this.#rows[rowOf(handle) + PREVIOUS] = place;
  }

  #growRows(): void {
    const count = moreRows((this.#rows.length - ROWS_AT) / ROW);
    const rows = new Int32Array(ROWS_AT + count * ROW).fill(FREE, this.#rows.length);
    rows.set(this.#rows);
    this.#rows = rows;
    this.#times = new Float64Array(rows.buffer);
  }

  #growHeap(): void {
    const heap = new Int32Array(this.#heap.length * 2);
    heap.set(this.#heap);
    this.#heap = heap;
    this.#heapTimes = new Float64Array(heap.buffer);
  }
}

function rowOf(handle: number): number {
  return ROWS_AT + handle * ROW;
}

function parentOf(place: number): number {
  return ((place - 3) >> 2) + 2;
}
