/**
 * Things in the order in which they were last seen, as a list linked through the things themselves: moving one to the
 * end and taking the oldest are O(1). Invariant: `lastSeenUs` never decreases from the oldest to the newest, as long
 * as the caller's clock does not go backwards.
 */
import type { Microseconds } from '../ports.ts';

export interface Recent<T> {
  lastSeenUs: Microseconds;
  older: T | undefined;
  newer: T | undefined;
}

export class RecencyList<T extends Recent<T>> {
  #oldest: T | undefined;
  #newest: T | undefined;

  get oldest(): T | undefined {
    return this.#oldest;
  }

  /** Adds an item that is in no list. */
  add(item: T, nowUs: Microseconds): void {
    item.lastSeenUs = nowUs;
    item.older = this.#newest;
    item.newer = undefined;
    if (this.#newest === undefined) this.#oldest = item;
    else this.#newest.newer = item;
    this.#newest = item;
  }

  remove(item: T): void {
    if (item.older === undefined) this.#oldest = item.newer;
    else item.older.newer = item.newer;
    if (item.newer === undefined) this.#newest = item.older;
    else item.newer.older = item.older;
    item.older = undefined;
    item.newer = undefined;
  }

  /** Moves an item of this list to the end. */
  touch(item: T, nowUs: Microseconds): void {
    this.remove(item);
    this.add(item, nowUs);
  }

  /** The oldest item when it was last seen before `deadlineUs`. */
  expired(deadlineUs: Microseconds): T | undefined {
    return this.#oldest !== undefined && this.#oldest.lastSeenUs < deadlineUs ? this.#oldest : undefined;
  }
}
