/** Rules about regions: those that groups name exist, and from each to each there is a delay. */
import { complain, quote } from '../complaint.ts';
import { nearest } from '../nearest.ts';
import { regionPresets } from '../regions.ts';
import type { Path } from '../source.ts';
import { regionsOf } from '../to-scenario/to-internet.ts';
import { asList, asMap, atKey, atValue, isMap, type RuleFault } from './plain-data.ts';
import { sharesFaults } from './share-rules.ts';

const MAX_REGIONS = 100;
/** Missing delays beyond this number are not told one by one. */
const MAX_MISSING = 20;

/** The faults of the whole scenario, given as plain data. */
export function regionFaults(root: Record<string, unknown>): RuleFault[] {
  const { delays } = asMap(root.internet);
  const known = knownRegions(delays);
  return [
    ...(isMap(delays) ? delayFaults(delays) : []),
    ...asList(root.peers).flatMap((group, index) => {
      const { region } = asMap(group);
      const path: Path = ['peers', index, 'region'];
      if (typeof region === 'string') return placeFaults(region, known, (said) => atValue(path, said));
      if (!isMap(region)) return [];
      const places = Object.keys(region).flatMap((name) =>
        placeFaults(name, known, (said) => atKey([...path, name], said)),
      );
      return [...sharesFaults(region, path), ...places];
    }),
  ];
}

/** Undefined: `delays` is so wrong that nothing is known. */
function knownRegions(delays: unknown): readonly string[] | undefined {
  if (delays === undefined) return [];
  if (isMap(delays)) return regionsOf(delays);
  if (typeof delays !== 'string' || !Object.hasOwn(regionPresets, delays)) return undefined;
  return regionPresets[delays as keyof typeof regionPresets].regions;
}

function placeFaults(
  name: string,
  known: readonly string[] | undefined,
  at: (complaint: ReturnType<typeof complain>) => RuleFault,
): RuleFault[] {
  if (known === undefined || known.includes(name)) return [];
  const expected =
    known.length === 0 ? 'regions with their distances in "internet.delays"' : `one of ${known.join(', ')}`;
  return [at(complain(`unknown region ${quote(name)}`, { expected, suggestion: nearest(name, known) }))];
}

function delayFaults(delays: Record<string, unknown>): RuleFault[] {
  const regions = regionsOf(delays);
  const path: Path = ['internet', 'delays'];
  if (regions.length > MAX_REGIONS) {
    return [
      atKey(path, complain(`${regions.length} regions are too many`, { expected: `at most ${MAX_REGIONS}` })),
    ];
  }
  const has = (from: string, to: string): boolean =>
    Object.hasOwn(delays, from) && Object.hasOwn(asMap(delays[from]), to);
  const faults: RuleFault[] = [];
  for (const [index, from] of regions.entries()) {
    for (const to of regions.slice(index + 1)) {
      if (has(from, to) || has(to, from) || faults.length >= MAX_MISSING) continue;
      const place = Object.hasOwn(delays, from) ? from : to;
      faults.push(
        atKey(
          [...path, place],
          complain(`there is no delay between ${quote(from)} and ${quote(to)}`, {
            expected: 'a delay between every two regions, one direction at least',
          }),
        ),
      );
    }
  }
  return faults;
}
