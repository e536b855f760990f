/** `swarmlab list`: what there is to run, and the strategies by name. */

import { listLibrary, loadScenario, strategyNames } from '../scenarios/load-scenario.ts';
import { libraryFolder } from './assets.ts';
import { ExitCode } from './exit-codes.ts';

export function list(options: { readonly json: boolean }): ExitCode {
  const scenarios = listLibrary(libraryFolder).map((name) => ({
    name,
    description: loadScenario(name, libraryFolder).scenario.description,
  }));
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ scenarios, ...strategyNames }, null, 2)}\n`);
    return ExitCode.held;
  }
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  const lines = [
    'Scenarios (swarmlab run <name>):',
    ...scenarios.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`),
    `Pickers: ${strategyNames.pickers.join(', ')}`,
    `Chokers: ${strategyNames.chokers.join(', ')}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return ExitCode.held;
}
