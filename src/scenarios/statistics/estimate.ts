/** What some repetitions of one measurement say of it: mean, median, and how sure one can be of each. */
import { bootstrapInterval, medianOf } from './bootstrap.ts';
import { type Interval, mean, median, standardDeviation } from './describe.ts';
import { studentQuantile } from './student-t.ts';

export const CONFIDENCE = 0.95;

export interface Estimate {
  /** How many values there were. */
  readonly n: number;
  readonly mean: number | undefined;
  /** By Student's t; undefined below two values. */
  readonly meanInterval: Interval | undefined;
  readonly sd: number | undefined;
  readonly median: number | undefined;
  /** By resampling; undefined below five values. */
  readonly medianInterval: Interval | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

export function estimateOf(values: readonly number[], confidence = CONFIDENCE): Estimate {
  return {
    n: values.length,
    mean: mean(values),
    meanInterval: meanInterval(values, confidence),
    sd: standardDeviation(values),
    median: median(values),
    medianInterval: bootstrapInterval(values, medianOf, { confidence }),
    min: values.length === 0 ? undefined : Math.min(...values),
    max: values.length === 0 ? undefined : Math.max(...values),
  };
}

/** The interval that Student's t gives for the mean; undefined below two values. */
export function meanInterval(values: readonly number[], confidence = CONFIDENCE): Interval | undefined {
  const centre = mean(values);
  const sd = standardDeviation(values);
  if (centre === undefined || sd === undefined) return undefined;
  const half = studentQuantile((1 + confidence) / 2, values.length - 1) * (sd / Math.sqrt(values.length));
  return { low: centre - half, high: centre + half };
}
