/** Finds the baseline that a scenario is compared with: the file that was named, or the one beside the scenario. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { type Baseline, type BaselineLookup, lookupIn } from '../scenarios/baseline/baseline.ts';
import { parseBaseline } from '../scenarios/baseline/baseline-file.ts';
import { formatScenarioErrors, ScenarioError } from '../scenarios/errors.ts';
import type { LoadedScenario } from '../scenarios/load-scenario.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';

/** A longer file is refused. */
const MAX_BYTES = 256 * 1024;

/** "swarms/crowd.baseline.json" for "swarms/crowd.yaml". */
export function baselinePath({ path }: LoadedScenario): string {
  return `${path.replace(/\.(?:ya?ml|json)$/, '')}.baseline.json`;
}

/** `named`: what `--baseline` says. Undefined: there is no file, and none was named. Throws `CommandError`. */
export function readBaseline(loaded: LoadedScenario, named: string | undefined): Baseline | undefined {
  const path = named ?? baselinePath(loaded);
  if (named === undefined && !existsSync(path)) return undefined;
  const baseline = parse(path);
  const { name } = loaded.scenario;
  if (baseline.scenario !== name) {
    throw new CommandError(
      `${path} is the baseline of ${JSON.stringify(baseline.scenario)}, not of ${JSON.stringify(name)}`,
      ExitCode.usage,
    );
  }
  return baseline;
}

/** For judging; undefined as in `readBaseline`. */
export function baselinesOf(loaded: LoadedScenario, named: string | undefined): BaselineLookup | undefined {
  const baseline = readBaseline(loaded, named);
  return baseline === undefined ? undefined : lookupIn(baseline);
}

function parse(path: string): Baseline {
  try {
    if (statSync(path).size > MAX_BYTES) {
      throw new CommandError(`${path} is too long for a baseline`, ExitCode.usage);
    }
    return parseBaseline(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (error instanceof ScenarioError) {
      throw new CommandError(formatScenarioErrors(error).trimEnd(), ExitCode.usage, '');
    }
    throw new CommandError(
      `the baseline ${path} cannot be read (${errorCode(error)})\n  "swarmlab baseline update" writes one`,
      ExitCode.usage,
    );
  }
}
