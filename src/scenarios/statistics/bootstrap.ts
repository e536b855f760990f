/**
 * Confidence intervals by resampling (Efron's percentile method): what the statistic of the sample would be had other
 * ones of the same numbers been drawn. The draws come from a generator of whole numbers with a fixed seed, so the same
 * numbers always have the same interval.
 */
import { ascending, type Interval } from './describe.ts';

/** With fewer numbers an interval of their own resamples says nothing. */
export const BOOTSTRAP_LEAST = 5;
const RESAMPLES = 2000;

/** Marsaglia's xorshift with 32 bits: exact on every engine, and good enough to draw indices. */
export class IndexDraws {
  #state: number;

  constructor(seed = 1) {
    // Neighbouring seeds far apart; 0 is the one state that it would never leave.
    this.#state = Math.imul(seed, 0x9e3779b1) ^ 0x85ebca6b || 1;
    for (let warmUp = 0; warmUp < 16; warmUp++) this.below(2);
  }

  /** A whole number from 0, below `bound`. */
  below(bound: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return Math.floor(((state >>> 0) / 2 ** 32) * bound);
  }
}

/** Undefined below five numbers. `statistic` gets a resample, which is written over afterwards. */
export function bootstrapInterval(
  values: readonly number[],
  statistic: (resample: Float64Array) => number,
  { confidence = 0.95, resamples = RESAMPLES, seed = 1 } = {},
): Interval | undefined {
  if (values.length < BOOTSTRAP_LEAST) return undefined;
  const draws = new IndexDraws(seed);
  const resample = new Float64Array(values.length);
  const results: number[] = [];
  for (let round = 0; round < resamples; round++) {
    for (let place = 0; place < resample.length; place++) {
      resample[place] = values[draws.below(values.length)] as number;
    }
    results.push(statistic(resample));
  }
  const sorted = ascending(results);
  const tail = (1 - confidence) / 2;
  return { low: quantileOfSorted(sorted, tail), high: quantileOfSorted(sorted, 1 - tail) };
}

export function meanOf(resample: Float64Array): number {
  let sum = 0;
  for (const value of resample) sum += value;
  return sum / resample.length;
}

/** Sorts what it is given. */
export function medianOf(resample: Float64Array): number {
  resample.sort();
  const middle = resample.length >> 1;
  const upper = resample[middle] as number;
  return resample.length % 2 === 1 ? upper : (upper + (resample[middle - 1] as number)) / 2;
}

/** With linear interpolation between neighbours, as NumPy has it by default. */
function quantileOfSorted(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (place - below);
}
