/**
 * A bag of numbers that change one at a time, and the aggregates over it. Its cost goes with the number of different
 * values, not with the number of entries. Times, sizes and counts are integers, so sums do not depend on their order.
 */
import type { Aggregate } from './expectation.ts';

export class Bag {
  readonly #counts = new Map<number, number>();
  #size = 0;

  /** Entries in the bag. */
  get size(): number {
    return this.#size;
  }

  add(value: number, times = 1): void {
    if (times === 0) return;
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + times);
    this.#size += times;
  }

  /** Takes out an entry that is there. */
  remove(value: number): void {
    const left = (this.#counts.get(value) ?? 0) - 1;
    if (left > 0) this.#counts.set(value, left);
    else this.#counts.delete(value);
    this.#size--;
  }

  /**
   * The aggregate over the entries and over `missing` more that have no value. A missing value stands for one later
   * than all others: order statistics that would fall on one, and sums and means over one, are undefined. So is
   * everything but the count of an empty bag.
   */
  aggregate(aggregate: Aggregate, missing = 0): number | undefined {
    const total = this.#size + missing;
    if (total === 0) return undefined;
    switch (aggregate.kind) {
      case 'count':
        return this.#size;
      case 'min':
        return this.#ranked(1);
      case 'max':
        return this.#ranked(total);
      case 'percentile':
        return this.#ranked(Math.max(1, Math.ceil((aggregate.percent * total) / 100)));
      case 'sum':
        return missing > 0 ? undefined : this.#sum();
      case 'mean':
        return missing > 0 ? undefined : this.#sum() / total;
      case 'fraction':
        return missing > 0 ? undefined : (this.#size - (this.#counts.get(0) ?? 0)) / total;
    }
  }

  #sum(): number {
    let sum = 0;
    for (const [value, times] of this.#counts) sum += value * times;
    return sum;
  }

  /** The entry at a rank from 1, counted from the smallest. */
  #ranked(rank: number): number | undefined {
    if (rank > this.#size) return undefined;
    if (rank === 1) return this.#extreme((value, best) => value < best);
    if (rank === this.#size) return this.#extreme((value, best) => value > best);
    let passed = 0;
    for (const value of Float64Array.from(this.#counts.keys()).sort()) {
      passed += this.#counts.get(value) ?? 0;
      if (passed >= rank) return value;
    }
    return undefined;
  }

  #extreme(better: (value: number, best: number) => boolean): number | undefined {
    let best: number | undefined;
    for (const value of this.#counts.keys()) if (best === undefined || better(value, best)) best = value;
    return best;
  }
}
