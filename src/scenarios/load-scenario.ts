/** Finds and reads a scenario: a file by its path, or one of the library by its bare name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chokers, pickers } from '../core/strategies/registry.ts';
import { nearest } from './nearest.ts';
import { parseScenario } from './parse.ts';
import type { Scenario } from './scenario.ts';
import type { StrategyNames } from './schema.ts';

export const strategyNames: StrategyNames = {
  pickers: [...pickers.keys()],
  chokers: [...chokers.keys()],
};

export interface LoadedScenario {
  readonly scenario: Scenario;
  /** As the user named it; repeats the run. */
  readonly reference: string;
  readonly path: string;
}

/** A file that cannot be read, or a name that is not in the library. */
export class ScenarioFileError extends Error {
  override readonly name = 'ScenarioFileError';
}

/** Names of the scenarios in a library folder, in order. */
export function listLibrary(libraryFolder: string): string[] {
  return readdirSync(libraryFolder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** Throws `ScenarioFileError` when there is no such file, `ScenarioError` when its content is wrong. */
export function loadScenario(reference: string, libraryFolder: string): LoadedScenario {
  const isName = /^[a-z0-9-]+$/.test(reference);
  const path = isName ? join(libraryFolder, `${reference}.yaml`) : reference;
  const file = isName ? `${reference}.yaml` : reference;
  return {
    scenario: parseScenario(readText(path, reference, isName, libraryFolder), file, strategyNames),
    reference,
    path,
  };
}

function readText(path: string, reference: string, isName: boolean, libraryFolder: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (isName) throw new ScenarioFileError(unknownName(reference, libraryFolder));
    if (code === 'ENOENT') throw new ScenarioFileError(`${reference}: there is no such file`);
    if (code === 'EISDIR') throw new ScenarioFileError(`${reference}: this is a folder, not a scenario file`);
    throw new ScenarioFileError(`${reference}: cannot be read (${code ?? String(error)})`);
  }
}

function unknownName(name: string, libraryFolder: string): string {
  const names = listLibrary(libraryFolder);
  const near = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return `"${name}" is not in the library${hint}\n  the library has: ${names.join(', ')}\n  a file is named by its path: ./${name}.yaml`;
}
