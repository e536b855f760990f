/** What a panel of a picture shows, and how its numbers and its axes are written. Values are microseconds and bytes. */
import {
  formatDuration,
  formatNumber,
  formatPercentage,
  formatRate,
  formatSize,
} from '../../src/scenarios/unit-text.ts';

export type Unit = 'time' | 'size' | 'rate' | 'share' | 'number';

/** A line over time, in the language of expectations. */
export interface LineSpec {
  readonly label: string;
  readonly of: string;
}

/** A dashed line across a panel. */
export interface LimitSpec {
  readonly label: string;
  readonly of: string;
}

export type PanelSpec =
  /** The share of the downloaders that are complete, of each group, beside the least time that any protocol needs. */
  | { readonly kind: 'complete'; readonly groups?: readonly string[] }
  | {
      readonly kind: 'lines';
      readonly title: string;
      readonly unit: Unit;
      readonly lines: readonly LineSpec[];
    }
  | {
      readonly kind: 'bars';
      readonly title: string;
      readonly unit: Unit;
      readonly bars: readonly LineSpec[];
      readonly limit?: LimitSpec;
    }
  /** One bar for each cell of the scenario's sweep. */
  | {
      readonly kind: 'cells';
      readonly title: string;
      readonly unit: Unit;
      readonly of: string;
      /** What stands before the value that varies. */
      readonly label: string;
      readonly limit?: LimitSpec;
    };

/** An instant that matters, as a vertical line. */
export interface MarkSpec {
  readonly atUs: number;
  readonly label: string;
}

export interface PictureSpec {
  /** The claim in one line. */
  readonly title: string;
  readonly panels: readonly [PanelSpec, PanelSpec];
  readonly marks?: readonly MarkSpec[];
  /** The panels end here where nothing happens any more; the end of the run where absent. */
  readonly untilUs?: number;
  /** Names of the expectations that prove it, shown with their numbers. */
  readonly proof: readonly string[];
}

export function formatValue(value: number, unit: Unit): string {
  switch (unit) {
    case 'time':
      return formatDuration(value);
    case 'size':
      return formatSize(value);
    case 'rate':
      return formatRate(value * 1e6);
    case 'share':
      return formatPercentage(value);
    case 'number':
      return formatNumber(Number(value.toPrecision(3)));
  }
}

const TIME_STEPS_S = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
  172_800,
] as const;

/** Instants on the axis of time: at most five beside the start. */
export function timeTicks(untilUs: number): number[] {
  return ticks(untilUs, TIME_STEPS_S.find((step) => untilUs / (step * 1e6) <= 5) ?? 604_800, 1e6);
}

/** Values on the upright axis, in round numbers of its unit: at most four beside nought. */
export function valueTicks(most: number, unit: Unit): number[] {
  if (unit === 'time') return timeTicks(most);
  const mebi = 1024 * 1024;
  const one =
    unit === 'size'
      ? most < 2048 * mebi
        ? mebi
        : 1024 * mebi
      : unit === 'rate'
        ? 0.125
        : unit === 'share'
          ? 0.01
          : 1;
  const wanted = most / one / 4;
  let power = 1;
  while (power * 10 <= wanted) power *= 10;
  while (power > wanted) power /= 10;
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= wanted) ?? power;
  return ticks(most, unit === 'number' ? Math.max(1, step) : step, one);
}

function ticks(most: number, step: number, one: number): number[] {
  const count = Math.floor(most / one / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => index * step * one);
}
