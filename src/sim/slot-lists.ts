/**
 * The events that lie in slots: for each slot a list of handles and times, in the order in which they were appended.
 *
 * A list is a chain of chunks, two lines of the cache each, so that appending touches one line and reading a list goes
 * from line to line of its own; no handle's row is needed for either. What is removed leaves a gap, which is skipped and
 * dropped when its list is read: whoever removes sees to it that gaps do not gather (`gapCount`).
 */
import { FilledSlots, LEVELS, RING_SLOTS } from './time-slots.ts';

/** The place of what is in no list. */
export const NO_PLACE = 0;

/** Places of a chunk. The first has no entry, but the number of the next chunk; a chunk's number is that of its first place. */
const CHUNK = 8;
const IN_CHUNK = CHUNK - 1;
/** A place in 32 bits each: the time in the first eight bytes, the handle; or the next chunk. */
const PLACE = 4;
const HANDLE = 2;
const NEXT = 0;
/** Where the first place is, so that chunks begin with lines of the cache where the memory begins as it usually does. */
const PLACES_AT = 3 * PLACE;
/** In place of a handle: a gap, and what follows the last entry of a list. */
const GAP = -1;
const END = -2;

export class SlotLists {
  /** By slot: the first chunk of its list, and the place behind its last entry. */
  readonly #ends = new Int32Array(LEVELS * RING_SLOTS * 2);
  readonly #filled = new FilledSlots();
  #places = new Int32Array(PLACES_AT + 64 * CHUNK * PLACE);
  #times = new Float64Array(this.#places.buffer);
  #freeChunk = NO_PLACE;
  /** Behind the last chunk that was ever in use. The first is none, so that no entry has `NO_PLACE`. */
  #chunksEnd = CHUNK;
  #gapCount = 0;

  /** Entries that were removed and still take room. */
  get gapCount(): number {
    return this.#gapCount;
  }

  /** How far from slot `from` of a level, around its ring, the first of `count` is that is not empty; NONE when all are. */
  firstFrom(level: number, from: number, count: number): number {
    return this.#filled.firstFrom(level, from, count);
  }

  /** Returns the place of the new entry, which stays until it is removed or its list is taken. */
  append(slot: number, handle: number, timeUs: number): number {
    let place = this.#ends[slot * 2 + 1] as number;
    if ((place & IN_CHUNK) === 0) place = this.#extend(slot, place);
    this.#ends[slot * 2 + 1] = place + 1;
    const at = PLACES_AT + place * PLACE;
    this.#times[at >> 1] = timeUs;
    this.#places[at + HANDLE] = handle;
    return place;
  }

  remove(place: number): void {
    this.#places[PLACES_AT + place * PLACE + HANDLE] = GAP;
    this.#gapCount++;
  }

  handleAt(place: number): number {
    return this.#places[PLACES_AT + place * PLACE + HANDLE] as number;
  }

  timeAt(place: number): number {
    return this.#times[(PLACES_AT + place * PLACE) >> 1] as number;
  }

  /**
   * Empties the list of a slot and returns the place of its first entry, NO_PLACE when there is none. The entries can
   * be read one after the other, each until `after` is asked for the next; all must be.
   */
  take(slot: number): number {
    const first = this.#ends[slot * 2] as number;
    if (first === NO_PLACE) return NO_PLACE;
    const end = this.#ends[slot * 2 + 1] as number;
    if ((end & IN_CHUNK) !== 0) this.#places[PLACES_AT + end * PLACE + HANDLE] = END;
    this.#ends[slot * 2] = NO_PLACE;
    this.#ends[slot * 2 + 1] = NO_PLACE;
    this.#filled.remove(slot);
    return this.after(first);
  }

  /** The place behind `previous` in a list that was taken, NO_PLACE behind its last. */
  after(previous: number): number {
    const places = this.#places;
    let place = previous;
    for (;;) {
      place++;
      if ((place & IN_CHUNK) === 0) {
        const chunk = place - CHUNK;
        const next = places[PLACES_AT + chunk * PLACE + NEXT] as number;
        this.#release(chunk);
        if (next === NO_PLACE) return NO_PLACE;
        place = next + 1;
      }
      const handle = places[PLACES_AT + place * PLACE + HANDLE] as number;
      if (handle >= 0) return place;
      if (handle === END) {
        this.#release(place - (place & IN_CHUNK));
        return NO_PLACE;
      }
      this.#gapCount--;
    }
  }

  /** The first place of a new chunk behind the list of a slot, which ends before `place`. */
  #extend(slot: number, place: number): number {
    const chunk = this.#takeChunk();
    if (place === NO_PLACE) {
      this.#ends[slot * 2] = chunk;
      this.#filled.add(slot);
    } else this.#places[PLACES_AT + (place - CHUNK) * PLACE + NEXT] = chunk;
    return chunk + 1;
  }

  #takeChunk(): number {
    let chunk = this.#freeChunk;
    if (chunk === NO_PLACE) {
      chunk = this.#chunksEnd;
      this.#chunksEnd += CHUNK;
      if (PLACES_AT + this.#chunksEnd * PLACE > this.#places.length) this.#grow();
    } else this.#freeChunk = this.#places[PLACES_AT + chunk * PLACE + NEXT] as number;
    this.#places[PLACES_AT + chunk * PLACE + NEXT] = NO_PLACE;
    return chunk;
  }

  #release(chunk: number): void {
    this.#places[PLACES_AT + chunk * PLACE + NEXT] = this.#freeChunk;
    this.#freeChunk = chunk;
  }

  #grow(): void {
    const places = new Int32Array(PLACES_AT + (this.#places.length - PLACES_AT) * 2);
    places.set(this.#places);
    this.#places = places;
    this.#times = new Float64Array(places.buffer);
  }
}
