/** Rules about who is meant by an event: named in one way, groups and peers that exist, sides that are apart. */
import { type Complaint, complain, quote } from '../complaint.ts';
import { nearest } from '../nearest.ts';
import { TRACKER_NAME } from '../schema/target-schema.ts';
import type { Path } from '../source.ts';
import { asList, asMap, atKey, atValue, type RuleFault } from './plain-data.ts';

/** The groups of a scenario and how many peers they have. */
export class Population {
  readonly #counts = new Map<string, number>();

  constructor(peers: unknown) {
    for (const entry of asList(peers)) {
      const { group, count } = asMap(entry);
      if (typeof group === 'string' && !this.#counts.has(group)) {
        this.#counts.set(group, typeof count === 'number' ? count : 1);
      }
    }
  }

  has(group: string): boolean {
    return this.#counts.has(group);
  }

  countOf(groups: readonly unknown[]): number {
    return groups.reduce<number>((sum, name) => sum + (this.#counts.get(String(name)) ?? 0), 0);
  }

  /** The group of a peer by its id, "crowd-3"; undefined when there is no such peer. */
  groupOf(peer: string): string | undefined {
    const [, group = '', number = ''] = /^(.+)-([1-9]\d*)$/.exec(peer) ?? [];
    return Number(number) <= (this.#counts.get(group) ?? 0) ? group || undefined : undefined;
  }

  unknownGroup(name: string): Complaint | undefined {
    if (this.has(name)) return undefined;
    return complain(`unknown group ${quote(name)}`, this.#groupHint(name));
  }

  unknownPeer(id: string): Complaint | undefined {
    if (this.groupOf(id) !== undefined) return undefined;
    const [, group = id, number] = /^(.+)-([1-9]\d*)$/.exec(id) ?? [];
    const count = this.#counts.get(group);
    if (number !== undefined && count !== undefined) {
      return complain(`there is no peer ${quote(id)}`, { expected: `"${group}-1" to "${group}-${count}"` });
    }
    return complain(`unknown peer ${quote(id)}`, {
      expected: 'a group and a number in it, such as "crowd-3"',
    });
  }

  /** One of a side: a group, a peer, or the tracker. */
  unknownMember(name: string): Complaint | undefined {
    if (name === TRACKER_NAME || this.has(name) || this.groupOf(name) !== undefined) return undefined;
    if (/-[1-9]\d*$/.test(name)) return this.unknownPeer(name);
    const { expected, suggestion } = this.#groupHint(name, TRACKER_NAME);
    return complain(`unknown group ${quote(name)}`, { expected, suggestion });
  }

  /** A group or a peer. */
  unknownGroupOrPeer(name: string): Complaint | undefined {
    if (this.has(name) || this.groupOf(name) !== undefined) return undefined;
    return /-[1-9]\d*$/.test(name) ? this.unknownPeer(name) : this.unknownGroup(name);
  }

  #groupHint(name: string, ...more: string[]) {
    const names = [...this.#counts.keys(), ...more];
    const shown = names.length > 20 ? [...names.slice(0, 20), '...'] : names;
    return { expected: `one of ${shown.join(', ')}`, suggestion: nearest(name, names) };
  }
}

/** The faults of a map with the keys `group`, `groups`, `peer` and `pick`. */
export function targetFaults(
  target: Record<string, unknown>,
  population: Population,
  path: Path,
): RuleFault[] {
  const { group, groups, peer, pick } = target;
  const faults: RuleFault[] = [];
  const given = ['group', 'groups', 'peer'].filter((key) => target[key] !== undefined);
  if (given.length === 0) {
    faults.push(
      atKey(path, complain('it is not said to whom', { expected: 'one of the keys group, groups, peer' })),
    );
  }
  for (const key of given.slice(1)) {
    faults.push(
      atKey([...path, key], complain(`"${key}" does not go with "${given[0]}"`, { expected: 'one of them' })),
    );
  }
  if (typeof group === 'string')
    faults.push(...complaints([...path, 'group'], population.unknownGroup(group)));
  for (const [index, name] of asList(groups).entries()) {
    if (typeof name !== 'string') continue;
    faults.push(...complaints([...path, 'groups', index], population.unknownGroup(name)));
  }
  if (typeof peer === 'string') faults.push(...complaints([...path, 'peer'], population.unknownPeer(peer)));
  if (pick !== undefined && peer !== undefined) {
    faults.push(atKey([...path, 'pick'], complain('one peer leaves nothing to pick from')));
  } else if (faults.length === 0 && typeof pick === 'number') {
    const available = population.countOf(group === undefined ? [...new Set(asList(groups))] : [group]);
    if (pick > available) {
      const message = `${pick} cannot be picked of ${available}`;
      faults.push(atValue([...path, 'pick'], complain(message, { expected: `at most ${available}` })));
    }
  }
  return faults;
}

/** The faults of a partition or hold: two groups of sides, one way from and to, or a target against all others. */
export function cutFaults(cut: Record<string, unknown>, population: Population, path: Path): RuleFault[] {
  const { groups, from, to } = cut;
  const expected = '"groups" with two sides, "from" and "to", or a "group" or "peer" against all others';
  const ways = [['groups'], ['from', 'to'], ['group', 'peer', 'pick']].map((keys) =>
    keys.filter((key) => cut[key] !== undefined),
  );
  const used = ways.flatMap((keys) => keys.slice(0, 1));
  if (used.length > 1) {
    const complaint = complain(`"${used[1]}" does not go with "${used[0]}"`, { expected });
    return [atKey([...path, used[1] as string], complaint)];
  }
  if (used.length === 0) return [atKey(path, complain('it is not said who is cut off', { expected }))];
  if (used[0] === 'groups') {
    const sides = asList(groups);
    return sideFaults(
      sides[0],
      sides[1],
      [
        [...path, 'groups', 0],
        [...path, 'groups', 1],
      ],
      population,
    );
  }
  if (from === undefined && to === undefined) return targetFaults(cut, population, path);
  if (from === undefined || to === undefined) {
    const missing = from === undefined ? 'from' : 'to';
    return [atKey(path, complain(`missing key "${missing}"`, { expected: 'both "from" and "to"' }))];
  }
  return sideFaults(
    from,
    to,
    [
      [...path, 'from'],
      [...path, 'to'],
    ],
    population,
  );
}

function sideFaults(
  one: unknown,
  other: unknown,
  [pathOfOne, pathOfOther]: readonly [Path, Path],
  population: Population,
): RuleFault[] {
  const first = members(one, pathOfOne);
  const second = members(other, pathOfOther);
  const unknown = [...first, ...second].flatMap(({ name, path }) =>
    complaints(path, population.unknownMember(name)),
  );
  if (unknown.length > 0) return unknown;
  const taken = new Set(first.map(({ name }) => name));
  const takenPeersOf = new Set(
    first.flatMap(({ name }) => (population.has(name) ? [] : [population.groupOf(name)])),
  );
  return second.flatMap(({ name, path }) => {
    const group = population.has(name) ? undefined : population.groupOf(name);
    const isTaken = taken.has(name) || (group !== undefined && taken.has(group)) || takenPeersOf.has(name);
    if (!isTaken) return [];
    return [
      atValue(
        path,
        complain(`${quote(name)} is on both sides`, { expected: 'sides that have nobody in common' }),
      ),
    ];
  });
}

function members(side: unknown, path: Path): { readonly name: string; readonly path: Path }[] {
  if (typeof side === 'string') return [{ name: side, path }];
  return asList(side).flatMap((name, index) =>
    typeof name === 'string' ? [{ name, path: [...path, index] }] : [],
  );
}

function complaints(path: Path, complaint: Complaint | undefined): RuleFault[] {
  return complaint === undefined ? [] : [atValue(path, complaint)];
}
