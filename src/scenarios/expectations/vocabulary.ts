/**
 * The names that labels may have in a scenario, from its plain data: taken for nothing granted, so that expressions are
 * checked even where the form of the file is broken elsewhere.
 */
import { behaviours } from '../../sim/misbehaviour/behaviours.ts';
import { natKinds } from '../../sim/nat.ts';
import { lineProfileNames } from '../profiles.ts';
import { asList, asMap } from '../rules/plain-data.ts';
import type { StrategyNames } from '../schema/engine-schema.ts';
import type { Vocabulary } from './labels.ts';

export function vocabularyOf(data: unknown, strategies: StrategyNames): Vocabulary {
  const groups = new Map<string, number>();
  const regions = new Set<string>();
  for (const group of asList(asMap(data).peers)) {
    const { group: name, count, region } = asMap(group);
    if (typeof name === 'string') groups.set(name, typeof count === 'number' ? count : 1);
    if (typeof region === 'string') regions.add(region);
    else for (const key of Object.keys(asMap(region))) regions.add(key);
  }
  return {
    groups,
    values: {
      have: ['all', 'none', 'some'],
      behaviour: behaviours,
      nat: natKinds,
      region: [...regions],
      link: lineProfileNames,
      ...namesOfStrategies(data, strategies),
    },
  };
}

/** Those that are registered, and those that the scenario names itself. */
function namesOfStrategies(data: unknown, { pickers, chokers }: StrategyNames) {
  const named = (key: string): string[] =>
    asList(asMap(data).peers)
      .map((group) => asMap(asMap(group).engine)[key])
      .filter((name) => typeof name === 'string');
  return {
    picker: [...new Set([...pickers, ...named('picker')])],
    choker: [...new Set([...chokers, ...named('choker')])],
  };
}
