/**
 * A baseline as a file that is committed: JSON with a value a block, in a fixed order, so that a change of one number is a
 * change of one line. Checked like any other file that comes from outside.
 */
import * as z from 'zod';
import { complain } from '../complaint.ts';
import { ScenarioError } from '../errors.ts';
import { type Path, ScenarioSource } from '../source.ts';
import type { Baseline } from './baseline.ts';

/** More values than expressions of a scenario can ask for. */
const VALUES_MAX = 1000;

const schema = z.strictObject({
  version: z.literal(1, { error: 'version 1, which is what this swarmlab writes and reads' }),
  scenario: z.string({ error: 'the name of a scenario' }),
  seed: z.int({ error: 'the seed of the run that gave the values' }).min(0).optional(),
  values: z
    .array(
      z.strictObject({
        expression: z.string({ error: 'an expression' }).min(1),
        value: z.number({ error: 'a number' }),
        unit: z.string({ error: 'a unit: "us", "bytes", "bytes/us" or "" for a plain number' }),
        tolerance: z.number({ error: 'a share, such as 0.05 for 5 %' }).min(0).max(1),
      }),
      { error: 'a list of values' },
    )
    .max(VALUES_MAX),
});

/** Throws `ScenarioError` with everything that is wrong with the text. `file` is a name for messages. */
export function parseBaseline(text: string, file: string): Baseline {
  const source = new ScenarioSource(text, file);
  if (source.problems.length > 0) throw new ScenarioError(source.problems);
  const parsed = schema.safeParse(source.data, { jitless: true });
  if (!parsed.success) {
    throw new ScenarioError(
      parsed.error.issues.map(({ code, path, message, ...issue }) => {
        const unknown = code === 'unrecognized_keys' ? (issue as { keys: string[] }).keys : undefined;
        if (unknown === undefined) {
          return source.atValue(
            path as Path,
            complain('a baseline has no such value', { expected: message }),
          );
        }
        return source.atKey(
          [...(path as Path), unknown[0] as string],
          complain(`unknown key "${unknown[0]}"`),
        );
      }),
    );
  }
  const { seed, ...rest } = parsed.data;
  return { ...rest, seed };
}

export function formatBaseline({ version, scenario, seed, values }: Baseline): string {
  const ordered = values.map(({ expression, value, unit, tolerance }) => ({
    expression,
    value,
    unit,
    tolerance,
  }));
  return `${JSON.stringify({ version, scenario, seed, values: ordered }, null, 2)}\n`;
}
