/** Rules about parts of the week: either every day, or on certain days. */
import { complain } from '../complaint.ts';
import type { Path } from '../source.ts';
import { atKey, isMap, type RuleFault } from './plain-data.ts';

/** The faults of a map that takes the keys `daily`, or `days` and `hours`, and stands at `path`. */
export function weeklyTimesFaults(map: unknown, path: Path): RuleFault[] {
  if (!isMap(map)) return [];
  const expected = '"daily", or "days" with or without "hours"';
  const { daily, days, hours } = map;
  if (daily !== undefined) {
    const other = days !== undefined ? 'days' : hours !== undefined ? 'hours' : undefined;
    if (other === undefined) return [];
    return [atKey([...path, other], complain(`"${other}" does not go with "daily"`, { expected }))];
  }
  if (days !== undefined) return [];
  const message = hours === undefined ? 'nothing says when' : '"hours" without "days"';
  return [atKey(hours === undefined ? path : [...path, 'hours'], complain(message, { expected }))];
}
