/**
 * Times of the week as people write them ("mon 18:00", "mon-fri", "22:00-06:00") and what they are inside: microseconds
 * since Monday 00:00. The clock of a scenario has no time zone and no summer time.
 */
import { WEEK_US, type WeeklyWindow } from '../sim/weekly-schedule.ts';
import { accept, type Checked, quote, reject } from './complaint.ts';
import { nearest } from './nearest.ts';

const MINUTE_US = 60_000_000;
export const DAY_US = 1440 * MINUTE_US;

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Hours of a day, in microseconds since midnight: 0 <= from < one day, to <= one day; to <= from ends on the next day. */
export interface DayHours {
  readonly fromUs: number;
  readonly toUs: number;
}

/** What a map with the keys `daily`, or `days` and `hours`, says. */
export interface WeeklyTimes {
  readonly daily?: DayHours | undefined;
  /** Numbers of days from Monday, 0. */
  readonly days?: readonly number[] | undefined;
  readonly hours?: DayHours | undefined;
}

const WHOLE_DAY: DayHours = { fromUs: 0, toUs: DAY_US };

/** The parts of every week that are meant: in order, apart from each other. Hours belong to the day they begin on. */
export function weeklyWindows({ daily, days, hours }: WeeklyTimes): readonly WeeklyWindow[] {
  const { fromUs, toUs } = daily ?? hours ?? WHOLE_DAY;
  const lengthUs = toUs > fromUs ? toUs - fromUs : toUs - fromUs + DAY_US;
  const windows: WeeklyWindow[] = [];
  for (const day of daily === undefined && days !== undefined ? days : DAYS.keys()) {
    const startUs = day * DAY_US + fromUs;
    const endUs = startUs + lengthUs;
    windows.push({ fromUs: startUs, toUs: Math.min(endUs, WEEK_US) });
    if (endUs > WEEK_US) windows.push({ fromUs: 0, toUs: endUs - WEEK_US });
  }
  return joined(windows);
}

/** The same times as windows in order, none of which touches another. */
function joined(windows: readonly WeeklyWindow[]): WeeklyWindow[] {
  const result: WeeklyWindow[] = [];
  for (const window of windows.toSorted((a, b) => a.fromUs - b.fromUs)) {
    const last = result.at(-1);
    if (last === undefined || window.fromUs > last.toUs) result.push(window);
    else result[result.length - 1] = { fromUs: last.fromUs, toUs: Math.max(last.toUs, window.toUs) };
  }
  return result;
}

const HOURS_EXPECTED = 'two times of the day from 00:00 to 24:00, such as "18:00-23:00"';

/** "18:00-23:00"; "22:00-06:00" ends on the next day; "00:00-24:00" is the whole day. */
export function parseDayHours(text: string): Checked<DayHours> {
  const dash = text.indexOf('-');
  if (dash < 0) return reject(`${quote(text)} is not a span of the day`, { expected: HOURS_EXPECTED });
  const from = parseTimeOfDay(text.slice(0, dash));
  if (!from.ok) return from;
  const to = parseTimeOfDay(text.slice(dash + 1));
  if (!to.ok) {
    return { ok: false, complaint: { ...to.complaint, offset: to.complaint.offset + dash + 1 } };
  }
  // 24:00 may only end a span: as a beginning it is 00:00.
  const fromUs = from.value % DAY_US;
  if (fromUs === to.value) {
    return reject(`${quote(text)} begins where it ends`, { expected: '"00:00-24:00" for the whole day' });
  }
  return accept({ fromUs, toUs: to.value });
}

/** "mon" or "mon-fri" or "fri-mon": numbers of days from Monday, 0. */
export function parseWeekDays(text: string): Checked<readonly number[]> {
  const dash = text.indexOf('-');
  const first = parseDay(dash < 0 ? text : text.slice(0, dash));
  if (!first.ok || dash < 0) return first.ok ? accept([first.value]) : first;
  const last = parseDay(text.slice(dash + 1));
  if (!last.ok) {
    return { ok: false, complaint: { ...last.complaint, offset: last.complaint.offset + dash + 1 } };
  }
  const count = ((last.value - first.value + 7) % 7) + 1;
  return accept(Array.from({ length: count }, (_, index) => (first.value + index) % 7));
}

/** "mon 18:00", or a day alone for its midnight: microseconds since Monday 00:00. */
export function parseWeekTime(text: string): Checked<number> {
  const expected = 'a day and a time, such as "mon 18:00"';
  const match = /^(\s*)(\S+)(\s+(\S.*))?$/.exec(text);
  if (match === null) return reject(`${quote(text)} is not a time of the week`, { expected });
  const [, , dayText = '', , timeText] = match;
  const day = parseDay(dayText);
  if (!day.ok) {
    return { ok: false, complaint: { ...day.complaint, expected, offset: text.indexOf(dayText) } };
  }
  const time = timeText === undefined ? accept(0) : parseTimeOfDay(timeText);
  if (!time.ok) {
    const offset = text.length - (timeText as string).length + time.complaint.offset;
    return { ok: false, complaint: { ...time.complaint, expected, offset } };
  }
  return accept((day.value * DAY_US + time.value) % WEEK_US);
}

/** "07:30" or "07:30:15", from 00:00 to 24:00: microseconds since midnight. */
function parseTimeOfDay(text: string): Checked<number> {
  const trimmed = text.trim();
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(trimmed);
  const [, hours = '', minutes = '', seconds = '0'] = match ?? [];
  const inDay = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (match === null || Number(minutes) > 59 || Number(seconds) > 59 || inDay > 86_400) {
    return reject(`${quote(trimmed)} is not a time of the day`, {
      expected: HOURS_EXPECTED,
      offset: text.length - text.trimStart().length,
      length: trimmed.length,
    });
  }
  return accept(inDay * 1_000_000);
}

function parseDay(text: string): Checked<number> {
  const trimmed = text.trim();
  const index = DAYS.indexOf(trimmed as (typeof DAYS)[number]);
  if (index >= 0) return accept(index);
  const long = trimmed.toLowerCase().slice(0, 3);
  return reject(`${quote(trimmed)} is not a day of the week`, {
    expected: `one of ${DAYS.join(', ')}, or from one to another: "mon-fri"`,
    suggestion: DAYS.find((day) => day === long) ?? nearest(trimmed, DAYS),
    offset: text.length - text.trimStart().length,
    length: trimmed.length,
  });
}
