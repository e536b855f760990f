/** Goes through the changes of one series and keeps the values of its rows as they are at the time that it has come to. */
import type { Series, SeriesChange } from './metric-source.ts';

/** Is told of every row that has another value. */
export interface RowWatcher {
  changed(row: number): void;
}

export class SeriesCursor {
  /** NaN: the row has none. */
  readonly values: Float64Array;
  /** The series begins here; infinite when there is none. */
  readonly startUs: number;
  readonly untilUs: number;
  readonly #changes: Iterator<SeriesChange>;
  readonly #watchers: RowWatcher[] = [];
  #next: SeriesChange | undefined;

  constructor({ rows, changes, startUs, untilUs, initial = 0 }: Series) {
    this.values = new Float64Array(rows).fill(initial);
    this.#changes = changes[Symbol.iterator]();
    this.startUs = startUs ?? Number.POSITIVE_INFINITY;
    this.untilUs = untilUs;
  }

  watch(watcher: RowWatcher): void {
    this.#watchers.push(watcher);
  }

  /** When the series next changes; undefined at its end, or where a run that goes on has come to. */
  get nextUs(): number | undefined {
    if (this.#next === undefined) this.#step();
    return this.#next?.timeUs;
  }

  /** Applies every change up to this instant. */
  advanceTo(timeUs: number): void {
    for (let nextUs = this.nextUs; nextUs !== undefined && nextUs <= timeUs; nextUs = this.nextUs) {
      const { index, value } = this.#next as SeriesChange;
      this.values[index] = value;
      for (const watcher of this.#watchers) watcher.changed(index);
      this.#next = undefined;
    }
  }

  #step(): void {
    const { done, value } = this.#changes.next();
    this.#next = done === true || value.timeUs > this.untilUs ? undefined : value;
  }
}
