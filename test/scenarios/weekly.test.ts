/** Times of the week: what each text means in microseconds since Monday 00:00, and what is said about wrong ones. */
import { describe, expect, it } from 'vitest';
import type { Checked } from '../../src/scenarios/complaint.ts';
import { parseDayHours, parseWeekDays, parseWeekTime, weeklyWindows } from '../../src/scenarios/weekly.ts';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

function value<T>(parsed: Checked<T>): T {
  if (!parsed.ok) throw new Error(parsed.complaint.message);
  return parsed.value;
}

function complaint(parsed: Checked<unknown>) {
  if (parsed.ok) throw new Error(`accepted as ${JSON.stringify(parsed.value)}`);
  return parsed.complaint;
}

const hours = (text: string) => value(parseDayHours(text));
const days = (text: string) => value(parseWeekDays(text));

describe('hours of the day', () => {
  it.each([
    ['18:00-23:00', 18 * HOUR, 23 * HOUR],
    ['1:30 - 2:00', 1.5 * HOUR, 2 * HOUR],
    ['22:00-06:00', 22 * HOUR, 6 * HOUR],
    ['00:00-24:00', 0, DAY],
    ['24:00-06:00', 0, 6 * HOUR],
    ['12:00:01-12:00:02', 12 * HOUR + 1_000_000, 12 * HOUR + 2_000_000],
  ])('%s', (text, fromUs, toUs) => expect(hours(text)).toEqual({ fromUs, toUs }));

  it.each([
    ['18:00', '"18:00" is not a span of the day', 0],
    ['18-23', '"18" is not a time of the day', 0],
    ['18:00-23:60', '"23:60" is not a time of the day', 6],
    ['18:00-25:00', '"25:00" is not a time of the day', 6],
    ['24:01-25:00', '"24:01" is not a time of the day', 0],
    ['18:00- 6pm', '"6pm" is not a time of the day', 7],
    ['07:00-07:00', '"07:00-07:00" begins where it ends', 0],
    ['00:00-00:00', '"00:00-00:00" begins where it ends', 0],
  ])('refuse %s', (text, message, offset) =>
    expect(complaint(parseDayHours(text))).toMatchObject({ message, offset }),
  );
});

describe('days', () => {
  it.each([
    ['mon', [0]],
    ['sun', [6]],
    ['mon-fri', [0, 1, 2, 3, 4]],
    ['fri-mon', [4, 5, 6, 0]],
    ['wed - wed', [2]],
  ])('%s', (text, expected) => expect(days(text)).toEqual(expected));

  it.each([
    ['monday', '"monday" is not a day of the week', 'mon', 0],
    ['Tue', '"Tue" is not a day of the week', 'tue', 0],
    ['mon-frid', '"frid" is not a day of the week', 'fri', 4],
    ['8', '"8" is not a day of the week', undefined, 0],
  ])('refuse %s', (text, message, suggestion, offset) =>
    expect(complaint(parseWeekDays(text))).toMatchObject({ message, suggestion, offset }),
  );
});

describe('times of the week', () => {
  it.each([
    ['mon 00:00', 0],
    ['mon 18:00', 18 * HOUR],
    ['sun 23:59', 6 * DAY + 23 * HOUR + 59 * 60_000_000],
    ['sat', 5 * DAY],
    ['sun 24:00', 0],
  ])('%s', (text, us) => expect(value(parseWeekTime(text))).toBe(us));

  it.each([
    ['18:00', '"18:00" is not a day of the week', 0],
    ['mon 6 pm', '"6 pm" is not a time of the day', 4],
    ['', '"" is not a time of the week', 0],
  ])('refuse "%s"', (text, message, offset) =>
    expect(complaint(parseWeekTime(text))).toMatchObject({ message, offset }),
  );
});

describe('weekly windows', () => {
  it('come every day', () => {
    const windows = weeklyWindows({ daily: hours('01:00-07:00') });
    expect(windows).toHaveLength(7);
    expect(windows[0]).toEqual({ fromUs: HOUR, toUs: 7 * HOUR });
    expect(windows[6]).toEqual({ fromUs: 6 * DAY + HOUR, toUs: 6 * DAY + 7 * HOUR });
  });

  it('go past midnight, and from Sunday to Monday', () => {
    const windows = weeklyWindows({ daily: hours('22:00-06:00') });
    expect(windows).toHaveLength(8);
    expect(windows[0]).toEqual({ fromUs: 0, toUs: 6 * HOUR });
    expect(windows[1]).toEqual({ fromUs: 22 * HOUR, toUs: 30 * HOUR });
    expect(windows[7]).toEqual({ fromUs: WEEK - 2 * HOUR, toUs: WEEK });
  });

  it('belong to the day on which they begin', () => {
    expect(weeklyWindows({ days: days('sun'), hours: hours('22:00-06:00') })).toEqual([
      { fromUs: 0, toUs: 6 * HOUR },
      { fromUs: WEEK - 2 * HOUR, toUs: WEEK },
    ]);
    expect(weeklyWindows({ days: days('fri'), hours: hours('22:00-06:00') })).toEqual([
      { fromUs: 4 * DAY + 22 * HOUR, toUs: 5 * DAY + 6 * HOUR },
    ]);
  });

  it('are joined where they touch, up to the whole week', () => {
    expect(weeklyWindows({ days: days('sat-sun') })).toEqual([{ fromUs: 5 * DAY, toUs: WEEK }]);
    expect(weeklyWindows({ daily: hours('00:00-24:00') })).toEqual([{ fromUs: 0, toUs: WEEK }]);
    expect(weeklyWindows({ days: days('tue'), hours: hours('00:00-24:00') })).toEqual([
      { fromUs: DAY, toUs: 2 * DAY },
    ]);
  });
});
