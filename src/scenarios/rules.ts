/**
 * Rules between the keys of a scenario, which its form alone does not say. They look at the plain data and take nothing
 * for granted, so that they find their faults even where the form is broken elsewhere.
 */
import { complain, quote } from './complaint.ts';
import { discoveryFaults } from './rules/discovery-rules.ts';
import { eventFaults } from './rules/event-rules.ts';
import { haveFaults } from './rules/have-rules.ts';
import { lineFaults } from './rules/line-rules.ts';
import { asList, asMap, atKey, atValue, microsecondsOf, type RuleFault } from './rules/plain-data.ts';
import { presenceFaults } from './rules/presence-rules.ts';
import { torrentFaults } from './rules/torrent-rules.ts';

/** Bounds of a run, so that a slip of the pen is an error and not an hour of waiting. */
const MAX_PEERS = 100_000;
const MAX_SAMPLES = 1_000_000;

export function checkRules(data: unknown): RuleFault[] {
  const root = asMap(data);
  return [
    ...torrentFaults(root.torrent),
    ...groupFaults(root.peers),
    ...haveFaults(root),
    ...lineFaults(root),
    ...presenceFaults(root),
    ...eventFaults(root),
    ...discoveryFaults(root),
    ...timeFaults(asMap(root.time)),
    ...nameFaults(root.expect),
  ];
}

function groupFaults(peers: unknown): RuleFault[] {
  const faults: RuleFault[] = [];
  const seen = new Set<string>();
  let total = 0;
  for (const [index, group] of asList(peers).entries()) {
    const { group: name, count } = asMap(group);
    if (typeof name === 'string') {
      if (seen.has(name)) {
        faults.push(
          atValue(
            ['peers', index, 'group'],
            complain(`there is a group ${quote(name)} already`, { expected: 'a name of its own' }),
          ),
        );
      }
      seen.add(name);
    }
    const before = total;
    total += typeof count === 'number' && count > 0 ? count : 1;
    if (before <= MAX_PEERS && total > MAX_PEERS) {
      faults.push(
        atKey(
          ['peers', index, 'count'],
          complain(`${total} peers are too many`, { expected: `at most ${MAX_PEERS} in all` }),
        ),
      );
    }
  }
  return faults;
}

function timeFaults(time: Record<string, unknown>): RuleFault[] {
  const until = microsecondsOf(time.until);
  const sample = microsecondsOf(time.sample ?? '1s');
  if (until === undefined || sample === undefined || sample === 0 || until / sample <= MAX_SAMPLES) return [];
  return [
    atKey(
      ['time', 'sample'],
      complain(`${Math.ceil(until / sample)} samples are too many`, {
        expected: `at most ${MAX_SAMPLES}: a longer interval or a shorter run`,
      }),
    ),
  ];
}

function nameFaults(expectations: unknown): RuleFault[] {
  const faults: RuleFault[] = [];
  const seen = new Set<unknown>();
  for (const [index, expectation] of asList(expectations).entries()) {
    const { name } = asMap(expectation);
    if (typeof name !== 'string') continue;
    if (seen.has(name)) {
      faults.push(
        atValue(
          ['expect', index, 'name'],
          complain(`there is an expectation ${quote(name)} already`, { expected: 'a name of its own' }),
        ),
      );
    }
    seen.add(name);
  }
  return faults;
}
