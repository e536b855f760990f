/** `swarmlab schema`: the form of scenario files as JSON Schema, for editors. */
import { scenarioJsonSchema } from '../scenarios/json-schema.ts';
import { strategyNames } from '../scenarios/strategy-names.ts';
import { ExitCode } from './exit-codes.ts';

export function schema(): ExitCode {
  process.stdout.write(`${JSON.stringify(scenarioJsonSchema(strategyNames), null, 2)}\n`);
  return ExitCode.held;
}
