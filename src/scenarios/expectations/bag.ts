/**
 * A bag of numbers that change one at a time, and the aggregates over it. Its cost goes with the number of different
 * values, not with the number of entries. Times, sizes and counts are integers, so sums do not depend on their order.
 */
import type { Aggregate } from './aggregates.ts';

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
   * than all others: order statistics that would fall on one, and whatever looks at every value, are undefined. So is
   * everything of an empty bag, and a measure of inequality where there is nothing to share out.
   */
  aggregate(aggregate: Aggregate, missing = 0): number | undefined {
    const total = this.#size + missing;
    if (total === 0) return undefined;
    if (aggregate.kind === 'count') return this.#size;
    if (aggregate.kind === 'min') return this.#ranked(1);
    if (aggregate.kind === 'max') return this.#ranked(total);
    if (aggregate.kind === 'percentile') return this.#ranked(rankOf(aggregate.percent, total));
    if (missing > 0) return undefined;
    switch (aggregate.kind) {
      case 'sum':
        return this.#sum();
      case 'mean':
        return this.#sum() / total;
      case 'fraction':
        return (total - (this.#counts.get(0) ?? 0)) / total;
      case 'stddev':
        return this.#deviation();
      case 'gini':
        return this.#gini();
      case 'jain': {
        const sum = this.#sum();
        const squares = this.#sumOf((value) => value * value);
        return squares === 0 ? undefined : (sum * sum) / (total * squares);
      }
    }
  }

  #sum(): number {
    return this.#sumOf((value) => value);
  }

  #sumOf(part: (value: number) => number): number {
    let sum = 0;
    for (const [value, times] of this.#counts) sum += part(value) * times;
    return sum;
  }

  #deviation(): number {
    const mean = this.#sum() / this.#size;
    return Math.sqrt(this.#sumOf((value) => (value - mean) * (value - mean)) / this.#size);
  }

  /** In order x_1 ≤ … ≤ x_n it is Σ (2i - n - 1) x_i / (n Σ x). */
  #gini(): number | undefined {
    const sum = this.#sum();
    if (sum === 0) return undefined;
    let weighted = 0;
    let passed = 0;
    for (const value of this.#sorted()) {
      const times = this.#counts.get(value) ?? 0;
      // The ranks from passed + 1 to passed + times sum to times · (2 passed + times + 1) / 2.
      weighted += value * times * (2 * passed + times - this.#size);
      passed += times;
    }
    return weighted / (this.#size * sum);
  }

  /** The entry at a rank from 1, counted from the smallest. */
  #ranked(rank: number): number | undefined {
    if (rank > this.#size) return undefined;
    if (rank === 1) return this.#extreme((value, best) => value < best);
    if (rank === this.#size) return this.#extreme((value, best) => value > best);
    let passed = 0;
    for (const value of this.#sorted()) {
      passed += this.#counts.get(value) ?? 0;
      if (passed >= rank) return value;
    }
    return undefined;
  }

  #sorted(): Float64Array {
    return Float64Array.from(this.#counts.keys()).sort();
  }

  #extreme(better: (value: number, best: number) => boolean): number | undefined {
    let best: number | undefined;
    for (const value of this.#counts.keys()) if (best === undefined || better(value, best)) best = value;
    return best;
  }
}

/** The rank of a percentile of at most one decimal, in whole numbers: 99.9 % of 1000 is 999, not a little more. */
function rankOf(percent: number, total: number): number {
  return Math.max(1, Math.ceil((Math.round(percent * 10) * total) / 1000));
}
