/** Reads all scenarios that a command names before any is used, and ends the command with all that is wrong with them. */
import { formatScenarioErrors, ScenarioError, type ScenarioProblem } from '../scenarios/errors.ts';
import { forkEvent } from '../scenarios/fork.ts';
import {
  type LoadedScenario,
  type LoadingOptions,
  loadScenario,
  loadSweep,
  ScenarioFileError,
} from '../scenarios/load-scenario.ts';
import { parseSettings } from '../scenarios/overrides.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { libraryFolder } from './assets.ts';
import { CommandError, ExitCode } from './exit-codes.ts';

/** Scenarios that cannot be read or are wrong: all that was found, as text and with places. */
export class ScenariosRefused extends CommandError {
  readonly problems: readonly ScenarioProblem[];

  constructor(faults: readonly string[], problems: readonly ScenarioProblem[]) {
    // No prefix: editors and CI services find their way by lines that begin with file:line:column.
    super(faults.join('\n\n'), ExitCode.usage, '');
    this.problems = problems;
  }
}

/** `settings` are those of `--set`; `onFile` hears of each file that is read. Throws `ScenariosRefused` when any of them cannot be read or is wrong. */
export function loadScenarios(
  references: readonly string[],
  settings: readonly string[] = [],
  onFile?: (path: string) => void,
): LoadedScenario[] {
  const options = orCommandError(() => ({ overrides: parseSettings(settings) }));
  return loadAll(references, onFile === undefined ? options : { ...options, onFile });
}

/** The scenario with one event more, as `fork` is told. Throws `CommandError`. */
export function loadFork(
  reference: string,
  {
    at,
    change,
    set = [],
  }: { readonly at: string; readonly change: string; readonly set?: readonly string[] },
): Scenario {
  const options = orCommandError(() => ({ overrides: parseSettings(set), event: forkEvent(at, change) }));
  return (loadAll([reference], options)[0] as LoadedScenario).scenario;
}

/** A scenario, or what is wrong with it: problems in its file, or why there is no file to look at. */
export interface TriedScenario {
  readonly reference: string;
  readonly loaded: LoadedScenario | undefined;
  readonly problems: readonly ScenarioProblem[];
  /** Problems beyond those. */
  readonly omitted: number;
  readonly message: string | undefined;
}

/** Reads each of them, whatever is wrong with the others. Throws `CommandError` when a setting cannot be read. */
export function tryScenarios(references: readonly string[], settings: readonly string[]): TriedScenario[] {
  const options = orCommandError(() => ({ overrides: parseSettings(settings) }));
  const nothing = { loaded: undefined, problems: [], omitted: 0, message: undefined };
  return references.map((reference) => {
    try {
      return { ...nothing, reference, loaded: loadScenario(reference, libraryFolder, options) };
    } catch (error) {
      if (error instanceof ScenarioFileError) return { ...nothing, reference, message: error.message };
      if (!(error instanceof ScenarioError)) throw error;
      return { ...nothing, reference, problems: error.problems, omitted: error.omitted };
    }
  });
}

/** A scenario and the cells of its sweep, `settings` laid over both. Throws `CommandError`. */
export function loadSweepCells(
  reference: string,
  settings: readonly string[] = [],
): ReturnType<typeof loadSweep> {
  return orCommandError(() => loadSweep(reference, libraryFolder, { overrides: parseSettings(settings) }));
}

function loadAll(references: readonly string[], options: LoadingOptions): LoadedScenario[] {
  const loaded: LoadedScenario[] = [];
  const faults: string[] = [];
  const problems: ScenarioProblem[] = [];
  for (const reference of references) {
    try {
      loaded.push(loadScenario(reference, libraryFolder, options));
    } catch (error) {
      faults.push(textOf(error));
      if (error instanceof ScenarioError) problems.push(...error.problems);
    }
  }
  if (faults.length > 0) throw new ScenariosRefused(faults, problems);
  return loaded;
}

function orCommandError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ScenariosRefused([textOf(error)], []);
  }
}

function textOf(error: unknown): string {
  if (error instanceof ScenarioError) return formatScenarioErrors(error).trimEnd();
  if (error instanceof ScenarioFileError) return `error: ${error.message}`;
  throw error;
}
