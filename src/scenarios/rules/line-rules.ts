/** Rules about what the peers of a group are connected by and run on. */
import { complain, quote } from '../complaint.ts';
import { lineProfileNames } from '../profiles.ts';
import type { Path } from '../source.ts';
import { asList, asMap, atKey, isMap, microsecondsOf, type RuleFault } from './plain-data.ts';
import { regionFaults } from './region-rules.ts';
import { sharesFaults } from './share-rules.ts';
import { weeklyTimesFaults } from './weekly-rules.ts';

/** A shorter period would be an event for each of its beginnings and no home line. */
const MIN_CAP_PERIOD_US = 1_000_000;

/** The faults of the whole scenario, given as plain data. */
export function lineFaults(root: Record<string, unknown>): RuleFault[] {
  const groups = asList(root.peers).flatMap((group, index) => {
    const { link, nat, cap, behaviour } = asMap(group);
    const path: Path = ['peers', index];
    return [
      ...linkFaults(link, [...path, 'link']),
      ...sharesFaults(nat, [...path, 'nat']),
      ...sharesFaults(behaviour, [...path, 'behaviour']),
      ...oneOrMore(cap, [...path, 'cap'], capFaults),
    ];
  });
  return [...groups, ...regionFaults(root)];
}

function linkFaults(link: unknown, path: Path): RuleFault[] {
  if (!isMap(link)) return [];
  const isMixture = Object.keys(link).some((key) => (lineProfileNames as string[]).includes(key));
  return [
    ...(isMixture ? sharesFaults(link, path) : []),
    ...sharesFaults(link.mix, [...path, 'mix']),
    ...oneOrMore(link.schedule, [...path, 'schedule'], slowHoursFaults),
  ];
}

function slowHoursFaults(entry: Record<string, unknown>, path: Path): RuleFault[] {
  const faults = weeklyTimesFaults(entry, path);
  const expected = '"share" for both directions, or "down", "up" or both';
  const direction = entry.down !== undefined ? 'down' : entry.up !== undefined ? 'up' : undefined;
  if (entry.share !== undefined && direction !== undefined) {
    faults.push(
      atKey([...path, direction], complain(`"${direction}" does not go with "share"`, { expected })),
    );
  }
  if (entry.share === undefined && direction === undefined) {
    faults.push(atKey(path, complain('nothing says how slow the line is', { expected })));
  }
  return faults;
}

function capFaults(cap: Record<string, unknown>, path: Path): RuleFault[] {
  const faults: RuleFault[] = [];
  const [first, second] = ['up', 'down', 'both'].filter((direction) => cap[direction] !== undefined);
  if (first === undefined) {
    faults.push(
      atKey(path, complain('the cap has no volume', { expected: 'one of the keys "up", "down", "both"' })),
    );
  }
  if (second !== undefined) {
    faults.push(
      atKey(
        [...path, second],
        complain(`the cap has both "${first}" and "${second}"`, {
          expected: 'one of them; a list takes several caps',
        }),
      ),
    );
  }
  const period = microsecondsOf(cap.per);
  if (period !== undefined && period > 0 && period < MIN_CAP_PERIOD_US) {
    faults.push(
      atKey(
        [...path, 'per'],
        complain(`${quote(cap.per)} is too short a period`, { expected: 'at least 1s' }),
      ),
    );
  }
  return faults;
}

/** The faults of a map, or of each map in a list. */
function oneOrMore(
  value: unknown,
  path: Path,
  faultsOf: (entry: Record<string, unknown>, path: Path) => RuleFault[],
): RuleFault[] {
  if (isMap(value)) return faultsOf(value, path);
  return asList(value).flatMap((entry, index) => (isMap(entry) ? faultsOf(entry, [...path, index]) : []));
}
