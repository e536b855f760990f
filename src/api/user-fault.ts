/** What the inner parts throw where the user, a file or the machine is at fault, as the one error of the library. */
import { CommandError, ExitCode } from '../cli/exit-codes.ts';
import { SwarmlabError } from '../client/errors.ts';
import { formatScenarioErrors, ScenarioError } from '../scenarios/errors.ts';
import { ScenarioFileError } from '../scenarios/load-scenario.ts';
import { RunFailure } from '../scenarios/run/run-options.ts';
import { StrategyFault } from '../scenarios/strategies/strategy-fault.ts';

export function userFault(error: unknown): unknown {
  if (error instanceof ScenarioError) return new SwarmlabError(formatScenarioErrors(error).trimEnd());
  if (error instanceof ScenarioFileError || error instanceof StrategyFault)
    return new SwarmlabError(error.message);
  if (error instanceof RunFailure) return new SwarmlabError(error.message, 'unavailable');
  if (!(error instanceof CommandError)) return error;
  return new SwarmlabError(error.message, error.exitCode === ExitCode.usage ? 'usage' : 'unavailable');
}

export function orUserFault<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw userFault(error);
  }
}
