/** `swarmlab list`: what there is to run, and the names that scenarios may use. */

import { chokers, pickers } from '../core/strategies/registry.ts';
import type { StrategyKind } from '../core/strategies/strategy-kind.ts';
import { aggregateEntries, labelEntries, metricEntries } from '../scenarios/expectations/reference.ts';
import { listScenarios, loadScenario } from '../scenarios/load-scenario.ts';
import { lineProfileNames, lineProfiles } from '../scenarios/profiles.ts';
import { regionPresetNames, regionPresets } from '../scenarios/regions.ts';
import { strategyNames } from '../scenarios/strategy-names.ts';
import { behaviourDescriptions, behaviours } from '../sim/misbehaviour/behaviours.ts';
import { natKinds } from '../sim/nat.ts';
import { libraryFolder, templatesFolder } from './assets.ts';
import { ExitCode } from './exit-codes.ts';

/** A name and what it stands for. */
interface Entry {
  readonly name: string;
  readonly description: string;
}

export function list(options: { readonly json: boolean }): ExitCode {
  const scenarios = scenariosIn(libraryFolder);
  const templates = scenariosIn(templatesFolder);
  const lines = lineProfileNames.map((name) => ({ name, description: lineProfiles[name].description }));
  const regions = regionPresetNames.map((name) => ({ name, description: regionPresets[name].description }));
  const peers = behaviours.map((name) => ({ name, description: behaviourDescriptions[name] }));
  if (options.json) {
    const all = {
      scenarios,
      templates,
      lines,
      regions,
      behaviours: peers,
      nat: natKinds,
      ...strategyNames,
      metrics: metricEntries,
      aggregates: aggregateEntries,
      labels: labelEntries,
    };
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return ExitCode.held;
  }
  const metricLines = metricEntries.map(({ name, values, description }) => ({
    name,
    description: `${values}: ${description}`,
  }));
  const text = [
    ...section('Scenarios (swarmlab run <name>):', scenarios),
    '',
    ...section('Templates (swarmlab init <name> --template <template>):', templates),
    '',
    ...section('Lines (link):', lines),
    '',
    ...section('Regions (internet.delays):', regions),
    '',
    ...section('Behaviours (behaviour):', peers),
    '',
    ...section('Metrics (expect):', metricLines),
    '',
    ...section('Aggregates (expect):', aggregateEntries),
    '',
    ...section('Labels (expect):', labelEntries),
    '',
    `Address translation (nat): ${natKinds.join(', ')}`,
    '',
    ...section('Pickers (engine.picker):', [...pickers.values()].map(described)),
    '',
    ...section('Chokers (engine.choker, engine.seed-choker):', [...chokers.values()].map(described)),
  ];
  process.stdout.write(`${text.join('\n')}\n`);
  return ExitCode.held;
}

function scenariosIn(folder: string): Entry[] {
  return listScenarios(folder).map((name) => ({
    name,
    description: loadScenario(name, folder).scenario.description,
  }));
}

/** A strategy with the keys of its options; one that has to be given is marked. */
function described({ name, description, options }: StrategyKind<unknown>): Entry {
  const keys = options.map((option) => `${option.key}${option.default === undefined ? ' (required)' : ''}`);
  return {
    name,
    description: keys.length === 0 ? description : `${description}; options: ${keys.join(', ')}`,
  };
}

function section(title: string, entries: readonly Entry[]): string[] {
  const width = Math.max(...entries.map(({ name }) => name.length));
  return [title, ...entries.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`)];
}
