/** Rules about when the peers of a group come, are away, and leave. */
import { z } from 'zod';
import { upperQuantile } from '../../sim/distributions.ts';
import { WEEK_US, WeeklySchedule } from '../../sim/weekly-schedule.ts';
import { complain, quote } from '../complaint.ts';
import { MAX_SESSIONS } from '../expand/absences.ts';
import { durationDistribution } from '../schema/distribution-schema.ts';
import { TRACKER_NAME } from '../schema/target-schema.ts';
import { weeklyKeys } from '../schema/weekly-schema.ts';
import type { Path } from '../source.ts';
import { parseShare } from '../units.ts';
import { weeklyWindows } from '../weekly.ts';
import { asList, asMap, atKey, atValue, isMap, microsecondsOf, type RuleFault } from './plain-data.ts';
import { weeklyTimesFaults } from './weekly-rules.ts';

const MAX_ABSENCES = 1_000_000;

const LENGTH = durationDistribution();
const WINDOW = z.strictObject(weeklyKeys());

/** The faults of the whole scenario, given as plain data. */
export function presenceFaults(root: Record<string, unknown>): RuleFault[] {
  const untilUs = microsecondsOf(asMap(root.time).until);
  const faults: RuleFault[] = [];
  let absences = 0;
  for (const [index, entry] of asList(root.peers).entries()) {
    const group = asMap(entry);
    const path: Path = ['peers', index];
    faults.push(
      ...nameFaults(group.group, path),
      ...arrivalFaults(asMap(group.arrive), untilUs, [...path, 'arrive']),
      ...offFaults(group.off, [...path, 'off']),
      ...quantileFaults(group, path),
    );
    if (untilUs === undefined) continue;
    const sessions = expectedSessions(group.sessions, untilUs);
    if (sessions > MAX_SESSIONS) {
      faults.push(atKey([...path, 'sessions'], tooManySessions(sessions)));
    }
    const before = absences;
    const count = typeof group.count === 'number' && group.count > 0 ? group.count : 1;
    absences += count * (Math.min(sessions, MAX_SESSIONS) + expectedOff(group.off, untilUs));
    if (before <= MAX_ABSENCES && absences > MAX_ABSENCES) {
      faults.push(
        atKey(
          [...path, group.sessions === undefined ? 'off' : 'sessions'],
          complain(`about ${Math.round(absences)} absences are too many`, {
            expected: `at most ${MAX_ABSENCES} of all peers in all`,
          }),
        ),
      );
    }
  }
  return faults;
}

function nameFaults(name: unknown, path: Path): RuleFault[] {
  if (name !== TRACKER_NAME) return [];
  const complaint = complain('a group cannot be called "tracker"', { expected: 'a name that is not taken' });
  return [atValue([...path, 'group'], complaint)];
}

function arrivalFaults(
  arrive: Record<string, unknown>,
  untilUs: number | undefined,
  path: Path,
): RuleFault[] {
  const atUs = microsecondsOf(arrive.at);
  if (atUs === undefined || untilUs === undefined || atUs < untilUs) return [];
  const complaint = complain('the run is over before they arrive', { expected: 'a time before "until"' });
  return [atValue([...path, 'at'], complaint)];
}

function offFaults(off: unknown, path: Path): RuleFault[] {
  const faults = asList(off).flatMap((window, index) => weeklyTimesFaults(window, [...path, index]));
  if (faults.length > 0) return faults;
  const [first] = offSchedule(off).spansUntil(WEEK_US);
  if (first === undefined || first.toUs - first.fromUs < WEEK_US) return [];
  return [atKey(path, complain('the machines are never on', { expected: 'some hours left in the week' }))];
}

/** What can be read of the windows. */
function offSchedule(off: unknown): WeeklySchedule<{ readonly fromUs: number; readonly toUs: number }> {
  const windows = asList(off).flatMap((entry) => {
    const parsed = WINDOW.safeParse(entry, { jitless: true });
    return parsed.success ? weeklyWindows(parsed.data) : [];
  });
  return new WeeklySchedule(windows, 0);
}

function expectedOff(off: unknown, untilUs: number): number {
  return off === undefined ? 0 : offSchedule(off).spansUntil(WEEK_US).length * Math.ceil(untilUs / WEEK_US);
}

/** How often the medians of a session and an absence fit into the run. */
function expectedSessions(sessions: unknown, untilUs: number): number {
  const { online, away } = asMap(sessions);
  const medians = [online, away].map((one) => {
    if (one === undefined) return undefined;
    const parsed = LENGTH.safeParse(one, { jitless: true });
    return parsed.success ? upperQuantile(parsed.data, 0.5) : undefined;
  });
  const [onlineUs, awayUs] = medians;
  if (onlineUs === undefined || awayUs === undefined) return 0;
  return untilUs / Math.max(1, onlineUs + awayUs);
}

function tooManySessions(sessions: number) {
  return complain(`about ${Math.round(sessions)} sessions of each peer are too many`, {
    expected: `at most ${MAX_SESSIONS}: longer ones or a shorter run`,
  });
}

/** The places where a length of time may be drawn. */
function quantileFaults(group: Record<string, unknown>, path: Path): RuleFault[] {
  return ['stay', 'sessions'].flatMap((key) =>
    Object.entries(asMap(group[key])).flatMap(([name, distribution]) =>
      pointFaults(asMap(distribution).quantiles, [...path, key, name, 'quantiles']),
    ),
  );
}

/** Points go from 0% to 100%, neither shares nor values fall. */
function pointFaults(points: unknown, path: Path): RuleFault[] {
  let before = { share: 0, valueUs: 0 };
  const list = asList(points).filter(isMap);
  for (const [index, { share, value }] of list.entries()) {
    const parsed = parseShare(String(share));
    const valueUs = microsecondsOf(value);
    if (!parsed.ok || valueUs === undefined) return [];
    const isEnd = index === 0 || index === list.length - 1;
    const wanted = index === 0 ? 0 : 1_000_000;
    if (isEnd && parsed.value !== wanted) {
      const complaint = complain(`${quote(share)} at the ${index === 0 ? 'first' : 'last'} point`, {
        expected: index === 0 ? '0%' : '100%',
      });
      return [atValue([...path, index, 'share'], complaint)];
    }
    if (parsed.value < before.share || valueUs < before.valueUs) {
      const key = parsed.value < before.share ? 'share' : 'value';
      const complaint = complain(`the ${key} is less than at the point before`, {
        expected: 'rising points',
      });
      return [atValue([...path, index, key], complaint)];
    }
    before = { share: parsed.value, valueUs };
  }
  return [];
}
