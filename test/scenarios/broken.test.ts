/**
 * One broken file for each class of error, with the message that its author sees beside it (`.txt`). The JSON Schema, which
 * editors check by, refuses them too, but for those whose faults only the program can see.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatScenarioErrors, ScenarioError } from '../../src/scenarios/errors.ts';
import { scenarioJsonSchema } from '../../src/scenarios/json-schema.ts';
import { loadScenario } from '../../src/scenarios/load-scenario.ts';
import { strategyNames } from '../../src/scenarios/strategy-names.ts';

const FOLDER = 'test/scenarios/broken';
const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', ''));

/** What JSON Schema cannot say: sums, order, references, files, a grammar. YAML that is broken has no data to look at. */
const BEYOND_JSON_SCHEMA = /^(?:yaml|rule|file|extends|sweep|expect)-|^unit-range-upside-down$/;
/** Of those, these break the form as well. */
const SEEN_ALL_THE_SAME = new Set(['yaml-not-a-map', 'yaml-empty']);

function messageOf(name: string): string {
  try {
    loadScenario(`${FOLDER}/${name}.yaml`, 'src/scenarios/library');
  } catch (error) {
    if (error instanceof ScenarioError) return formatScenarioErrors(error);
    throw error;
  }
  throw new Error('the scenario was accepted');
}

const accepts = new Ajv({ strict: false }).compile(scenarioJsonSchema(strategyNames));

describe('the broken scenario', () => {
  it.each(names)('%s is refused with a message', async (name) => {
    await expect(messageOf(name)).toMatchFileSnapshot(`broken/${name}.txt`);
  });

  it.each(names.filter((name) => !BEYOND_JSON_SCHEMA.test(name) || SEEN_ALL_THE_SAME.has(name)))(
    '%s is refused by the JSON Schema',
    (name) => {
      expect(accepts(parse(readFileSync(`${FOLDER}/${name}.yaml`, 'utf8'), { merge: true }))).toBe(false);
    },
  );

  it('has no message without its file', () => {
    const files = readdirSync(FOLDER);
    expect(files.filter((file) => file.endsWith('.txt')).map((file) => file.replace('.txt', ''))).toEqual(
      names,
    );
  });
});
