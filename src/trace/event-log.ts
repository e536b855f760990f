/**
 * The events of a run while it goes on: rows of five words, 20 bytes, in chunks that are never copied, so that memory
 * grows with the events and with nothing else. Rows keep the order of their calls. At the end they become columns, and
 * each chunk is let go as soon as it is read.
 */
import type { EventColumns } from './trace.ts';

/** A row: microseconds since the row before, with the kind above them; peer, a, b, c. */
const WORDS = 5;
const KIND_SHIFT = 24;
const LONGEST_US = 2 ** KIND_SHIFT;
/** The kind of a row that is no event: more time has passed than fits. a, b: the time of the event that follows. */
const LATER = 0;

/** Rows of a chunk: 320 KiB. */
const CHUNK_ROWS = 16_384;
const WORD_SPAN = 2 ** 32;

/** Bytes that an event takes while the run goes on. */
export const EVENT_BYTES = WORDS * Int32Array.BYTES_PER_ELEMENT;

/** Puts the next event before `beforeUs` into row 0 of `into`; false where there is none yet. */
export type EventFollower = (beforeUs: number, into: EventColumns) => boolean;

/** Columns for so many events, all of nought. */
export function emptyColumns(count: number): EventColumns {
  return {
    count,
    timeUs: new Float64Array(count),
    kind: new Uint8Array(count),
    peer: new Int32Array(count),
    a: new Int32Array(count),
    b: new Int32Array(count),
    c: new Int32Array(count),
  };
}

export class EventLog {
  #chunk = new Int32Array(CHUNK_ROWS * WORDS);
  #at = 0;
  #latestUs = 0;
  #count = 0;
  /** The chunks that are full. */
  #full: Int32Array[] = [];
  #columns: EventColumns | undefined = undefined;

  /** Events so far. */
  get count(): number {
    return this.#count;
  }

  /** Bytes that the rows take. */
  get byteLength(): number {
    return (this.#full.length + 1) * CHUNK_ROWS * EVENT_BYTES;
  }

  /** `timeUs`: a whole number, never less than at the last call. `kind`: 1 to 127. The others are int32. */
  append(timeUs: number, kind: number, peer: number, a: number, b: number, c: number): void {
    let sinceUs = timeUs - this.#latestUs;
    if (sinceUs >= LONGEST_US) {
      this.#row(LATER, 0, timeUs % WORD_SPAN, Math.floor(timeUs / WORD_SPAN), 0);
      sinceUs = 0;
    }
    this.#latestUs = timeUs;
    this.#row((kind << KIND_SHIFT) | sinceUs, peer, a, b, c);
    this.#count++;
  }

  /** Reads the events from the first one on, while more are appended; not after `finish`. */
  follow(): EventFollower {
    let chunk = 0;
    let at = 0;
    let timeUs = 0;
    return (beforeUs, into) => {
      for (;;) {
        if (at === CHUNK_ROWS * WORDS && chunk < this.#full.length) {
          at = 0;
          chunk++;
        }
        const last = chunk === this.#full.length;
        const words = last ? this.#chunk : (this.#full[chunk] as Int32Array);
        if (last && at >= this.#at) return false;
        const first = words[at] as number;
        const isLater = first === LATER;
        const nextUs = isLater ? laterTime(words, at) : timeUs + (first & (LONGEST_US - 1));
        if (nextUs >= beforeUs) return false;
        timeUs = nextUs;
        if (!isLater) readRow(words, at, timeUs, into, 0);
        at += WORDS;
        if (!isLater) return true;
      }
    };
  }

  /** All events; nothing may be appended any more. */
  finish(): EventColumns {
    this.#columns ??= this.#toColumns();
    return this.#columns;
  }

  #row(first: number, peer: number, a: number, b: number, c: number): void {
    if (this.#at === CHUNK_ROWS * WORDS) {
      this.#full.push(this.#chunk);
      this.#chunk = new Int32Array(CHUNK_ROWS * WORDS);
      this.#at = 0;
    }
    const chunk = this.#chunk;
    const at = this.#at;
    chunk[at] = first;
    chunk[at + 1] = peer;
    chunk[at + 2] = a;
    chunk[at + 3] = b;
    chunk[at + 4] = c;
    this.#at = at + WORDS;
  }

  #toColumns(): EventColumns {
    const count = this.#count;
    const columns = emptyColumns(count);
    const chunks = [...this.#full, this.#chunk.subarray(0, this.#at)].reverse();
    this.#full = [];
    this.#chunk = new Int32Array(0);
    let row = 0;
    let timeUs = 0;
    for (let chunk = chunks.pop(); chunk !== undefined; chunk = chunks.pop()) {
      for (let at = 0; at < chunk.length; at += WORDS) {
        const first = chunk[at] as number;
        if (first === LATER) {
          timeUs = laterTime(chunk, at);
          continue;
        }
        timeUs += first & (LONGEST_US - 1);
        readRow(chunk, at, timeUs, columns, row);
        row++;
      }
    }
    return columns;
  }
}

function laterTime(words: Int32Array, at: number): number {
  return ((words[at + 2] as number) >>> 0) + (words[at + 3] as number) * WORD_SPAN;
}

function readRow(words: Int32Array, at: number, timeUs: number, into: EventColumns, row: number): void {
  into.timeUs[row] = timeUs;
  into.kind[row] = (words[at] as number) >>> KIND_SHIFT;
  into.peer[row] = words[at + 1] as number;
  into.a[row] = words[at + 2] as number;
  into.b[row] = words[at + 3] as number;
  into.c[row] = words[at + 4] as number;
}
