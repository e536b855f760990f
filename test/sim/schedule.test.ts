/** Weekly windows on the time of a run: every boundary at its microsecond, whatever day the run starts on. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WEEK_US, WeeklySchedule } from '../../src/sim/weekly-schedule.ts';

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;

function boundaries(schedule: WeeklySchedule<{ fromUs: number; toUs: number }>, count: number): number[] {
  const times: number[] = [];
  for (let atUs = -1; times.length < count; ) {
    atUs = schedule.nextBoundaryUs(atUs);
    times.push(atUs);
  }
  return times;
}

describe('weekly schedule', () => {
  it('an evening of every day, for a run that starts on Tuesday at noon', () => {
    const evenings = Array.from({ length: 7 }, (_, day) => ({
      fromUs: day * DAY_US + 18 * HOUR_US,
      toUs: day * DAY_US + 23 * HOUR_US,
    }));
    const schedule = new WeeklySchedule(evenings, DAY_US + 12 * HOUR_US);
    expect(boundaries(schedule, 16)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((day) => [day * DAY_US + 6 * HOUR_US, day * DAY_US + 11 * HOUR_US]),
    );
    expect(schedule.windowsAt(6 * HOUR_US - 1)).toEqual([]);
    expect(schedule.windowsAt(6 * HOUR_US)).toEqual([evenings[1]]);
    expect(schedule.windowsAt(11 * HOUR_US - 1)).toEqual([evenings[1]]);
    expect(schedule.windowsAt(11 * HOUR_US)).toEqual([]);
  });

  it.each([
    [
      'in the window',
      3,
      [
        [0, 2],
        [9, 12],
        [19, 22],
        [29, 30],
      ],
    ],
    [
      'at its begin',
      2,
      [
        [0, 3],
        [10, 13],
        [20, 23],
      ],
    ],
    [
      'at its end',
      5,
      [
        [7, 10],
        [17, 20],
        [27, 30],
      ],
    ],
    [
      'before it',
      0,
      [
        [2, 5],
        [12, 15],
        [22, 25],
      ],
    ],
  ])('spans of a run that starts %s', (_name, startTenths, expected) => {
    const tenth = WEEK_US / 10;
    const schedule = new WeeklySchedule([{ fromUs: 2 * tenth, toUs: 5 * tenth }], startTenths * tenth);
    expect(schedule.spansUntil(30 * tenth)).toEqual(
      expected.map(([from, to]) => ({ fromUs: (from as number) * tenth, toUs: (to as number) * tenth })),
    );
  });

  it('a night across the end of the week is two windows and one span', () => {
    const night = [
      { fromUs: 6 * DAY_US + 23 * HOUR_US, toUs: WEEK_US },
      { fromUs: 0, toUs: 5 * HOUR_US },
    ];
    const schedule = new WeeklySchedule(night, 6 * DAY_US);
    expect(boundaries(schedule, 3)).toEqual([23 * HOUR_US, DAY_US, DAY_US + 5 * HOUR_US]);
    expect(schedule.spansUntil(2 * DAY_US)).toEqual([{ fromUs: 23 * HOUR_US, toUs: DAY_US + 5 * HOUR_US }]);
  });

  it('windows that overlap all hold', () => {
    const long = { fromUs: 0, toUs: 10 };
    const short = { fromUs: 4, toUs: 6 };
    const schedule = new WeeklySchedule([long, short], 0);
    expect([3, 4, 5, 6, 10].map((atUs) => schedule.windowsAt(atUs).length)).toEqual([1, 2, 2, 1, 0]);
    expect(schedule.spansUntil(100)).toEqual([{ fromUs: 0, toUs: 10 }]);
  });

  it('without windows nothing ever changes; with one for the whole week something always holds', () => {
    const never = new WeeklySchedule([], 0);
    expect([never.nextBoundaryUs(0), never.spansUntil(WEEK_US)]).toEqual([Number.POSITIVE_INFINITY, []]);
    const always = new WeeklySchedule([{ fromUs: 0, toUs: WEEK_US }], 17);
    expect(always.spansUntil(3 * WEEK_US)).toEqual([{ fromUs: 0, toUs: 3 * WEEK_US }]);
  });

  it('is as exact after a thousand weeks as in the first', () => {
    const schedule = new WeeklySchedule([{ fromUs: 1, toUs: 2 }], WEEK_US - 1);
    const later = 1000 * WEEK_US;
    expect([schedule.nextBoundaryUs(later), schedule.nextBoundaryUs(later + 2)]).toEqual([
      later + 2,
      later + 3,
    ]);
  });

  it.each([
    [{ fromUs: -1, toUs: 5 }, 0],
    [{ fromUs: 5, toUs: 5 }, 0],
    [{ fromUs: 0, toUs: WEEK_US + 1 }, 0],
    [{ fromUs: 0.5, toUs: 2 }, 0],
    [{ fromUs: 0, toUs: 1 }, WEEK_US],
  ])('refuses the window %o in a run that starts at %d', (window, startsAtUs) => {
    expect(() => new WeeklySchedule([window], startsAtUs)).toThrow(/week/);
  });

  it('any windows: what holds changes at the boundaries and nowhere else', () => {
    // A week of 700 steps, so that every instant can be looked at.
    const step = WEEK_US / 700;
    const window = fc
      .tuple(fc.nat({ max: 699 }), fc.integer({ min: 1, max: 700 }))
      .filter(([from, to]) => from < to)
      .map(([from, to]) => ({ fromUs: from * step, toUs: to * step }));
    fc.assert(
      fc.property(
        fc.array(window, { minLength: 1, maxLength: 5 }),
        fc.nat({ max: 699 }),
        (windows, start) => {
          const schedule = new WeeklySchedule(windows, start * step);
          const holds = (at: number): string =>
            windows
              .filter(({ fromUs, toUs }) => fromUs <= at && at < toUs)
              .map(({ fromUs, toUs }) => `${fromUs}-${toUs}`)
              .join();
          let boundary = schedule.nextBoundaryUs(-1);
          for (let at = 0; at <= 1500; at++) {
            const expected = holds(((start + at) % 700) * step);
            const seen = schedule
              .windowsAt(at * step)
              .map(({ fromUs, toUs }) => `${fromUs}-${toUs}`)
              .join();
            expect(seen).toBe(expected);
            if (at > 0 && holds(((start + at - 1) % 700) * step) !== expected)
              expect(boundary).toBe(at * step);
            if (boundary === at * step) boundary = schedule.nextBoundaryUs(boundary);
            expect(boundary).toBeGreaterThan(at * step);
          }
        },
      ),
      { numRuns: 30, seed: 5 },
    );
  });
});
