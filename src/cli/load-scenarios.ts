/** Reads all scenarios that a command names before any is used, and ends the command with all that is wrong with them. */
import { formatScenarioErrors, ScenarioError } from '../scenarios/errors.ts';
import { type LoadedScenario, loadScenario, ScenarioFileError } from '../scenarios/load-scenario.ts';
import { libraryFolder } from './assets.ts';
import { CommandError, ExitCode } from './exit-codes.ts';

/** Throws `CommandError` when any of them cannot be read or is wrong. */
export function loadScenarios(references: readonly string[]): LoadedScenario[] {
  const loaded: LoadedScenario[] = [];
  const faults: string[] = [];
  for (const reference of references) {
    try {
      loaded.push(loadScenario(reference, libraryFolder));
    } catch (error) {
      if (error instanceof ScenarioError) faults.push(formatScenarioErrors(error).trimEnd());
      else if (error instanceof ScenarioFileError) faults.push(`error: ${error.message}`);
      else throw error;
    }
  }
  // No prefix: editors and CI services find their way by lines that begin with file:line:column.
  if (faults.length > 0) throw new CommandError(faults.join('\n\n'), ExitCode.usage, '');
  return loaded;
}
