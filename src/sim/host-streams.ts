/**
 * The ends of streams that a machine has open, in the order in which they came: a list through the rows of their
 * directions, because most of what a simulation holds are such ends. Invariant: an end is in the list of one machine at
 * most, that whose uplink its row names.
 */
import { LISTED, NEXT_END, NOTHING, PREVIOUS_END } from './direction-fields.ts';
import type { DirectionTable } from './direction-table.ts';
import type { SimulatedStream } from './simulated-stream.ts';

export class HostStreams implements Iterable<SimulatedStream> {
  readonly #table: DirectionTable;
  #first = NOTHING;
  #last = NOTHING;
  #size = 0;

  constructor(table: DirectionTable) {
    this.#table = table;
  }

  get size(): number {
    return this.#size;
  }

  /** Takes in the end that sends in the direction `row`; it must be in no list. */
  add(row: number): void {
    const table = this.#table;
    table.raise(row, LISTED);
    table.setColdInteger(row, PREVIOUS_END, this.#last);
    table.setColdInteger(row, NEXT_END, NOTHING);
    if (this.#last === NOTHING) this.#first = row;
    else table.setColdInteger(this.#last, NEXT_END, row);
    this.#last = row;
    this.#size++;
  }

  /** Lets go of an end; nothing happens when that was done before. */
  remove(row: number): void {
    const table = this.#table;
    if (!table.has(row, LISTED)) return;
    table.lower(row, LISTED);
    const previous = table.coldInteger(row, PREVIOUS_END);
    const next = table.coldInteger(row, NEXT_END);
    if (previous === NOTHING) this.#first = next;
    else table.setColdInteger(previous, NEXT_END, next);
    if (next === NOTHING) this.#last = previous;
    else table.setColdInteger(next, PREVIOUS_END, previous);
    this.#size--;
  }

  /** Those that are there when it begins: what is done to one may make others come and go. */
  [Symbol.iterator](): IterableIterator<SimulatedStream> {
    const table = this.#table;
    const streams: SimulatedStream[] = [];
    for (let row = this.#first; row !== NOTHING; row = table.coldInteger(row, NEXT_END)) {
      streams.push(table.ends[row] as SimulatedStream);
    }
    return streams.values();
  }
}
