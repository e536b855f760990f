/**
 * Windows that recur every week, laid on the time of a run. All instants are whole microseconds and all arithmetic is
 * on integers, so a boundary falls on its microsecond in the first week and in the thousandth.
 */
import { invariant } from '../core/result.ts';

export const WEEK_US = 7 * 24 * 60 * 60 * 1_000_000;

/**
 * A part of every week, in microseconds since Monday 00:00: from `fromUs`, included, to `toUs`, not included;
 * 0 <= from < to <= one week. What goes on past the end of the week is two windows.
 */
export interface WeeklyWindow {
  readonly fromUs: number;
  readonly toUs: number;
}

/** A span of a run: from `fromUs`, included, to `toUs`, not included. */
export interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

export class WeeklySchedule<Window extends WeeklyWindow> {
  readonly #windows: readonly Window[];
  readonly #startsAtUs: number;
  /** Times of the week at which a window begins or ends, in order, each once. */
  readonly #boundariesUs: readonly number[];

  /** `startsAtUs`: the time of the week at the start of the run. */
  constructor(windows: readonly Window[], startsAtUs: number) {
    checkTimeOfWeek(startsAtUs);
    const boundaries = new Set<number>();
    for (const { fromUs, toUs } of windows) {
      checkTimeOfWeek(fromUs);
      invariant(
        Number.isSafeInteger(toUs) && fromUs < toUs && toUs <= WEEK_US,
        'a window ends after it begins, within the week',
      );
      boundaries.add(fromUs);
      boundaries.add(toUs % WEEK_US);
    }
    this.#windows = windows;
    this.#startsAtUs = startsAtUs;
    this.#boundariesUs = [...boundaries].sort((a, b) => a - b);
  }

  /** The windows that hold at `nowUs` of the run, in the order in which they were given. */
  windowsAt(nowUs: number): Window[] {
    const timeOfWeekUs = (this.#startsAtUs + nowUs) % WEEK_US;
    return this.#windows.filter(({ fromUs, toUs }) => fromUs <= timeOfWeekUs && timeOfWeekUs < toUs);
  }

  /** The first instant of the run after `afterUs` at which a window begins or ends; Infinity when there is none. */
  nextBoundaryUs(afterUs: number): number {
    const [first] = this.#boundariesUs;
    if (first === undefined) return Number.POSITIVE_INFINITY;
    const timeOfWeekUs = (this.#startsAtUs + afterUs) % WEEK_US;
    const weekBeganUs = afterUs - timeOfWeekUs;
    for (const boundaryUs of this.#boundariesUs) {
      if (boundaryUs > timeOfWeekUs) return weekBeganUs + boundaryUs;
    }
    return weekBeganUs + WEEK_US + first;
  }

  /** The spans of a run of `endUs` in which at least one window holds: in order, apart from each other, cut to the run. */
  spansUntil(endUs: number): Span[] {
    const spans: Span[] = [];
    let fromUs: number | undefined;
    for (let atUs = 0; atUs < endUs; atUs = this.nextBoundaryUs(atUs)) {
      const holds = this.windowsAt(atUs).length > 0;
      if (holds) fromUs ??= atUs;
      else if (fromUs !== undefined) {
        spans.push({ fromUs, toUs: atUs });
        fromUs = undefined;
      }
    }
    if (fromUs !== undefined) spans.push({ fromUs, toUs: endUs });
    return spans;
  }
}

function checkTimeOfWeek(timeUs: number): void {
  invariant(
    Number.isSafeInteger(timeUs) && timeUs >= 0 && timeUs < WEEK_US,
    'a time of the week is a whole number of microseconds since Monday 00:00',
  );
}
