/**
 * The order of everything: a heap of events by (time, sequence number), so that events of one instant fire in the
 * order in which they were set. Four children a node, typed arrays, and an index from handle to place, so that an
 * event is moved or removed in O(log n) and no event costs an allocation.
 *
 * A handle belongs to a target and stays valid until released; it holds at most one event at a time. An event is left
 * at the root while it fires: a target that sets its own handle again (most do) pays one sift instead of two.
 */
import { invariant } from '../core/result.ts';

/** Whoever events are for. `token` is what was given with the handle, to tell the events of one target apart. */
export interface EventTarget {
  fire(token: number): void;
}

const NOWHERE = -1;
const FREE = -2;

export class EventQueue {
  /** By place in the heap. */
  #timesUs = new Float64Array(64);
  #sequences = new Float64Array(64);
  #handles = new Int32Array(64);
  /** By handle: its place in the heap, NOWHERE or FREE. */
  #places = new Int32Array(64).fill(FREE);
  #tokens = new Int32Array(64);
  readonly #targets: (EventTarget | undefined)[] = [];
  readonly #freeHandles: number[] = [];
  #length = 0;
  #firing = NOWHERE;
  #sequence = 0;

  /** Events waiting. */
  get size(): number {
    return this.#firing === NOWHERE ? this.#length : this.#length - 1;
  }

  /** Handles in use: a leak shows here. */
  get handleCount(): number {
    return this.#targets.length - this.#freeHandles.length;
  }

  /** The time of the earliest event in microseconds; Infinity when there is none. Not for use while one fires. */
  get nextUs(): number {
    return this.#length === 0 ? Number.POSITIVE_INFINITY : (this.#timesUs[0] as number);
  }

  /** A handle for events of `target`, with none set. `token` is an int32. */
  register(target: EventTarget, token = 0): number {
    let handle = this.#freeHandles.pop();
    if (handle === undefined) {
      handle = this.#targets.length;
      this.#targets.push(target);
      if (handle === this.#places.length) this.#grow();
    } else this.#targets[handle] = target;
    this.#tokens[handle] = token;
    this.#places[handle] = NOWHERE;
    return handle;
  }

  /** Forgets the handle and its event; the number may be given out again. */
  release(handle: number): void {
    this.clear(handle);
    invariant(this.#places[handle] === NOWHERE, () => `event handle ${handle} is not in use`);
    this.#places[handle] = FREE;
    this.#targets[handle] = undefined;
    this.#freeHandles.push(handle);
  }

  /** When the event of `handle` is due in microseconds, Infinity when it has none. */
  timeOf(handle: number): number {
    const place = this.#places[handle] as number;
    return place < 0 || handle === this.#firing ? Number.POSITIVE_INFINITY : (this.#timesUs[place] as number);
  }

  /** Sets or moves the event of `handle`. At equal times it fires after all that are set already. */
  set(handle: number, timeUs: number): void {
    const sequence = this.#sequence++;
    let place = this.#places[handle] as number;
    if (place === NOWHERE) {
      place = this.#length++;
      this.#siftUp(place, handle, timeUs, sequence);
    } else {
      invariant(place >= 0, () => `event handle ${handle} is not in use`);
      if (handle === this.#firing) this.#firing = NOWHERE;
      if (timeUs < (this.#timesUs[place] as number)) this.#siftUp(place, handle, timeUs, sequence);
      else this.#siftDown(place, handle, timeUs, sequence);
    }
  }

  /** Removes the event of `handle`, if it has one. */
  clear(handle: number): void {
    const place = this.#places[handle] as number;
    if (place < 0) return;
    if (handle === this.#firing) this.#firing = NOWHERE;
    this.#remove(place);
    this.#places[handle] = NOWHERE;
  }

  /** Fires the earliest event; there must be one. */
  fireNext(): void {
    const handle = this.#handles[0] as number;
    this.#firing = handle;
    (this.#targets[handle] as EventTarget).fire(this.#tokens[handle] as number);
    if (this.#firing !== NOWHERE) this.clear(handle);
  }

  #remove(place: number): void {
    const last = --this.#length;
    if (place === last) return;
    const handle = this.#handles[last] as number;
    const timeUs = this.#timesUs[last] as number;
    const sequence = this.#sequences[last] as number;
    if (place > 0 && this.#before(timeUs, sequence, (place - 1) >> 2)) {
      this.#siftUp(place, handle, timeUs, sequence);
    } else this.#siftDown(place, handle, timeUs, sequence);
  }

  #before(timeUs: number, sequence: number, place: number): boolean {
    const other = this.#timesUs[place] as number;
    return timeUs < other || (timeUs === other && sequence < (this.#sequences[place] as number));
  }

  #siftUp(from: number, handle: number, timeUs: number, sequence: number): void {
    const times = this.#timesUs;
    const sequences = this.#sequences;
    const handles = this.#handles;
    const places = this.#places;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      const parentUs = times[parent] as number;
      if (parentUs < timeUs || (parentUs === timeUs && (sequences[parent] as number) < sequence)) break;
      times[place] = parentUs;
      sequences[place] = sequences[parent] as number;
      const moved = handles[parent] as number;
      handles[place] = moved;
      places[moved] = place;
      place = parent;
    }
    times[place] = timeUs;
    sequences[place] = sequence;
    handles[place] = handle;
    places[handle] = place;
  }

  #siftDown(from: number, handle: number, timeUs: number, sequence: number): void {
    const times = this.#timesUs;
    const sequences = this.#sequences;
    const handles = this.#handles;
    const places = this.#places;
    const length = this.#length;
    let place = from;
    for (;;) {
      let least = place * 4 + 1;
      if (least >= length) break;
      let leastUs = times[least] as number;
      const end = Math.min(least + 4, length);
      for (let child = least + 1; child < end; child++) {
        const childUs = times[child] as number;
        if (
          childUs < leastUs ||
          (childUs === leastUs && (sequences[child] as number) < (sequences[least] as number))
        ) {
          least = child;
          leastUs = childUs;
        }
      }
      if (timeUs < leastUs || (timeUs === leastUs && sequence < (sequences[least] as number))) break;
      times[place] = leastUs;
      sequences[place] = sequences[least] as number;
      const moved = handles[least] as number;
      handles[place] = moved;
      places[moved] = place;
      place = least;
    }
    times[place] = timeUs;
    sequences[place] = sequence;
    handles[place] = handle;
    places[handle] = place;
  }

  #grow(): void {
    const length = this.#places.length * 2;
    this.#timesUs = enlarged(this.#timesUs, new Float64Array(length));
    this.#sequences = enlarged(this.#sequences, new Float64Array(length));
    this.#handles = enlarged(this.#handles, new Int32Array(length));
    this.#tokens = enlarged(this.#tokens, new Int32Array(length));
    this.#places = enlarged(this.#places, new Int32Array(length).fill(FREE));
  }
}

function enlarged<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
