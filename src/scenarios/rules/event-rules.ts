/** Rules about what happens during a run: one verb an event, at times that the run has, to peers that it has. */
import { complain } from '../complaint.ts';
import type { Path } from '../source.ts';
import { asList, asMap, atKey, atValue, isMap, microsecondsOf, type RuleFault } from './plain-data.ts';
import { cutFaults, Population, targetFaults } from './target-rules.ts';

const CUTS = ['partition', 'hold'];
/** Those that last until they are over or healed. */
const FAULTS = [...CUTS, 'latency', 'loss', 'line', 'crash', 'disk', 'tracker'];
const VERBS = [...FAULTS, 'leave', 'engine'];
const OTHER_KEYS = ['at', 'every', 'times'];
const MAX_PLANNED = 100_000;

interface Times {
  readonly untilUs: number | undefined;
  readonly healUs: number | undefined;
}

/** The faults of the whole scenario, given as plain data. */
export function eventFaults(root: Record<string, unknown>): RuleFault[] {
  const time = asMap(root.time);
  const times = { untilUs: microsecondsOf(time.until), healUs: microsecondsOf(time.heal) };
  const faults = healFaults(times);
  const population = new Population(root.peers);
  let planned = 0;
  for (const [index, event] of asList(root.events).entries()) {
    if (!isMap(event)) continue;
    const path: Path = ['events', index];
    const verbs = Object.keys(event).filter((key) => VERBS.includes(key));
    const [verb] = verbs;
    const before = planned;
    planned += timesPlanned(event, times);
    if (before <= MAX_PLANNED && planned > MAX_PLANNED) {
      const complaint = complain(`${planned} events are too many`, {
        expected: `at most ${MAX_PLANNED} in all`,
      });
      faults.push(atKey([...path, 'every'], complaint));
    }
    faults.push(...verbFaults(event, verbs, path), ...timeFaults(event, verb, times, path));
    if (verb !== undefined) faults.push(...whatFaults(verb, event[verb], population, [...path, verb]));
  }
  return faults;
}

function healFaults({ untilUs, healUs }: Times): RuleFault[] {
  if (untilUs === undefined || healUs === undefined || healUs < untilUs) return [];
  const complaint = complain('the run is over before it is healed', { expected: 'a time before "until"' });
  return [atValue(['time', 'heal'], complaint)];
}

function verbFaults(event: Record<string, unknown>, verbs: readonly string[], path: Path): RuleFault[] {
  const [first, second] = verbs;
  if (second !== undefined) {
    const complaint = complain(`"${second}" does not go with "${first}"`, {
      expected: 'an event of its own for each',
    });
    return [atKey([...path, second], complaint)];
  }
  // An unknown key is a fault of its own, and probably the verb.
  const isUnknown = Object.keys(event).some((key) => ![...OTHER_KEYS, ...VERBS].includes(key));
  if (first !== undefined || isUnknown) return [];
  return [atKey(path, complain('nothing happens in this event', { expected: `one of ${VERBS.join(', ')}` }))];
}

function timeFaults(
  event: Record<string, unknown>,
  verb: string | undefined,
  { untilUs, healUs }: Times,
  path: Path,
): RuleFault[] {
  const { every, times } = event;
  if (times !== undefined && every === undefined) {
    return [
      atKey([...path, 'times'], complain('"times" without "every"', { expected: 'the time between them' })),
    ];
  }
  const atUs = microsecondsOf(event.at);
  if (atUs === undefined) return [];
  const everyUs = microsecondsOf(every);
  const repeated = everyUs !== undefined && typeof times === 'number' ? (times - 1) * everyUs : 0;
  const place = (complaint: ReturnType<typeof complain>, late: number): RuleFault =>
    atUs >= late ? atValue([...path, 'at'], complaint) : atKey([...path, 'times'], complaint);
  if (untilUs !== undefined && atUs + repeated >= untilUs) {
    return [place(complain('the run is over by then', { expected: 'a time before "until"' }), untilUs)];
  }
  if (healUs !== undefined && atUs + repeated >= healUs && verb !== undefined && FAULTS.includes(verb)) {
    const message = `"${verb}" cannot begin when all is healed`;
    return [place(complain(message, { expected: 'a time before "heal"' }), healUs)];
  }
  return [];
}

function timesPlanned(event: Record<string, unknown>, { untilUs, healUs }: Times): number {
  const atUs = microsecondsOf(event.at);
  const everyUs = microsecondsOf(event.every);
  const endUs = Math.min(untilUs ?? 0, healUs ?? Number.POSITIVE_INFINITY);
  if (atUs === undefined || everyUs === undefined || everyUs === 0) return 1;
  return typeof event.times === 'number' ? event.times : Math.max(1, Math.ceil((endUs - atUs) / everyUs));
}

function whatFaults(verb: string, what: unknown, population: Population, path: Path): RuleFault[] {
  if (!isMap(what) || verb === 'tracker') return [];
  if (CUTS.includes(verb)) return cutFaults(what, population, path);
  const faults = targetFaults(what, population, path);
  if (verb === 'line' && what.up === undefined && what.down === undefined) {
    faults.push(atKey(path, complain('the line stays as it is', { expected: '"up", "down" or both' })));
  }
  if (verb === 'engine') {
    const targets = ['group', 'groups', 'peer', 'pick'];
    if (Object.keys(what).every((key) => targets.includes(key))) {
      faults.push(
        atKey(path, complain('no setting is changed', { expected: 'one at least, such as "picker"' })),
      );
    }
  }
  return faults;
}
