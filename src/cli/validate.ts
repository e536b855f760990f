/** `swarmlab validate`: reads scenarios and says all that is wrong with them, without running anything. */
import type { ScenarioProblem } from '../scenarios/errors.ts';
import { expand } from '../scenarios/expand.ts';
import type { LoadedScenario } from '../scenarios/load-scenario.ts';
import { ExitCode } from './exit-codes.ts';
import { loadScenarios, tryScenarios } from './load-scenarios.ts';

export interface ValidateArguments {
  readonly set?: readonly string[];
  readonly json?: boolean;
}

export function validate(
  references: readonly string[],
  { set = [], json = false }: ValidateArguments,
): ExitCode {
  if (json) return validateAsJson(references, set);
  for (const loaded of loadScenarios(references, set)) {
    const { name, peers, expectations } = factsOf(loaded);
    const judged =
      expectations === 0
        ? 'expects nothing, so a run of it fails'
        : `${expectations} ${expectations === 1 ? 'expectation' : 'expectations'}`;
    process.stdout.write(`${loaded.reference}: valid (${name}, ${peers} peers, ${judged})\n`);
  }
  return ExitCode.held;
}

/** One entry a scenario: either what it is, or all that is wrong with it. */
function validateAsJson(references: readonly string[], set: readonly string[]): ExitCode {
  const results = tryScenarios(references, set).map(({ reference, loaded, problems, omitted, message }) =>
    loaded === undefined
      ? { reference, valid: false, problems: problems.map(plain), omitted, message }
      : { reference, valid: true, ...factsOf(loaded) },
  );
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  return results.every(({ valid }) => valid) ? ExitCode.held : ExitCode.usage;
}

function factsOf({ scenario }: LoadedScenario) {
  return {
    name: scenario.name,
    peers: expand(scenario, scenario.seed).peers.length,
    expectations: scenario.expectations.length,
  };
}

function plain({ file, line, column, message, expected, suggestion, frame }: ScenarioProblem) {
  return { file, line, column, message, expected, suggestion, frame };
}
