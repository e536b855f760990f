/** `swarmlab validate`: reads scenarios and says all that is wrong with them, without running anything. */
import { expand } from '../scenarios/expand.ts';
import { ExitCode } from './exit-codes.ts';
import { loadScenarios } from './load-scenarios.ts';

export function validate(references: readonly string[], settings: readonly string[] = []): ExitCode {
  for (const { scenario, reference } of loadScenarios(references, settings)) {
    const { peers } = expand(scenario, scenario.seed);
    const expected = scenario.expectations.length;
    const judged =
      expected === 0
        ? 'expects nothing, so a run of it fails'
        : `${expected} ${expected === 1 ? 'expectation' : 'expectations'}`;
    process.stdout.write(`${reference}: valid (${scenario.name}, ${peers.length} peers, ${judged})\n`);
  }
  return ExitCode.held;
}
