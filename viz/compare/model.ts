/** What the page of a sweep or a comparison shows: numbers to draw, and the words beside them. Plain JSON data. */

import type { RaceModel } from './race-model.ts';

export type ValueUnit = 'us' | 'bytes' | 'bytes/us' | 'share' | 'plain';

export interface CompareModel {
  readonly title: string;
  readonly eyebrow: string;
  /** What a reader has to know before the numbers. */
  readonly notes: readonly string[];
  /** What was found, a sentence each: first those of the most telling metric, as many as `headlines`. */
  readonly findings: readonly { readonly text: string; readonly verdict: string }[];
  readonly headlines: number;
  /** Metrics that are the same in every run, in words; they are not drawn. */
  readonly constant: readonly string[];
  readonly command: string | null;
  readonly version: string;
  readonly metrics: readonly { readonly name: string; readonly words: string; readonly unit: ValueUnit }[];
  /** What is compared; each has a colour. */
  readonly series: readonly string[];
  /** What the series have in common: one for each combination of everything else. */
  readonly places: readonly string[];
  /** Places beyond these are in the tables only. */
  readonly placesLeft: number;
  readonly means: readonly MeanMark[];
  readonly differences: readonly DifferenceMark[];
  readonly curves: readonly CurveMark[];
  /** One run of either side, where both are there to be shown; absent in the page of a sweep, which keeps no traces. */
  readonly race?: RaceModel;
}

/** Indices of `metrics`, `places` and `series`. */
interface Mark {
  readonly place: number;
  readonly series: number;
}

export interface MeanMark extends Mark {
  readonly metric: number;
  readonly n: number;
  readonly mean: number;
  /** The values of single runs, in ascending order: how far seeds spread them. */
  readonly runs: readonly number[];
  /** Of these runs, with n - 1; null below two. */
  readonly deviation: number | null;
  /** Of the mean, 95 %. Null below two runs. */
  readonly low: number | null;
  readonly high: number | null;
}

/** `series` against `against`. */
export interface DifferenceMark extends Mark {
  readonly metric: number;
  readonly against: number;
  /** As parts of the mean of the other side where `relative`, else in the unit of the metric; one for each pair. */
  readonly changes: readonly number[];
  readonly relative: boolean;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: string;
  readonly text: string;
}

export interface CurveMark extends Mark {
  /** Download times at equal steps of the share of downloaders; null where that share never completed. */
  readonly middle: readonly (number | null)[];
  /** The same of single runs. */
  readonly runs: readonly (readonly (number | null)[])[];
}
