/** Finds and reads a scenario: a file by its path, or one of the library by its bare name. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { chokers, pickers } from '../core/strategies/registry.ts';
import { type Checked, quote, reject } from './complaint.ts';
import { MAX_CSV_TEXT } from './csv.ts';
import { forkScenario } from './fork.ts';
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
  const { text, file, path } = find(reference, libraryFolder);
  return {
    scenario: parseScenario(text, file, strategyNames, (named) => readNamedFile(named, path)),
    reference,
    path,
  };
}

/** The scenario, which must be without faults, with one more event at a time. Throws as `loadScenario` does. */
export function loadFork(
  reference: string,
  libraryFolder: string,
  at: string,
  change: string,
): Checked<Scenario> {
  const { text, path } = find(reference, libraryFolder);
  return forkScenario(text, at, change, strategyNames, (named) => readNamedFile(named, path));
}

function find(reference: string, libraryFolder: string): { text: string; file: string; path: string } {
  const isName = /^[a-z0-9-]+$/.test(reference);
  const path = isName ? join(libraryFolder, `${reference}.yaml`) : reference;
  const file = isName ? `${reference}.yaml` : reference;
  return { text: readText(path, reference, isName, libraryFolder), file, path };
}

/** Reads a file that a scenario names: by an absolute path, or one that is relative to the scenario's own file. */
function readNamedFile(
  named: string,
  scenarioPath: string,
): Checked<{ readonly text: string; readonly file: string }> {
  const file = isAbsolute(named) ? named : join(dirname(scenarioPath), named);
  try {
    const found = statSync(file);
    // A device or a pipe might never end.
    if (!found.isFile()) return reject(`${quote(named)} is not a file`);
    if (found.size > MAX_CSV_TEXT) {
      return reject(`${quote(named)} is too long`, { expected: `at most ${MAX_CSV_TEXT} bytes` });
    }
    return { ok: true, value: { text: readFileSync(file, 'utf8'), file } };
  } catch (error) {
    const code = (error as { code?: string }).code;
    const expected = `a path from the folder of the scenario: ${dirname(scenarioPath)}`;
    if (code === 'ENOENT') return reject(`there is no file ${quote(named)}`, { expected });
    return reject(`${quote(named)} cannot be read (${code ?? String(error)})`, { expected });
  }
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
