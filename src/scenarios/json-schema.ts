/**
 * The form of a scenario as JSON Schema (draft-07), for editors: made from the schema that scenarios are read with, so the
 * two cannot differ. It says what a key means, which values it takes and in which form quantities are written. It cannot
 * say what only the program knows: rules between keys, names of groups, the grammar of expectations.
 */
import { z } from 'zod';
import { type StrategyNames, scenarioSchema } from './schema.ts';

type Json = Record<string, unknown>;

/** Plain JSON data. A scenario that extends another may leave out anything, and take keys away with null. */
export function scenarioJsonSchema(names: StrategyNames): Json {
  const { $schema, title, ...whole } = z.toJSONSchema(scenarioSchema(names), {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  }) as Json;
  return {
    $schema,
    title,
    description:
      'A scenario of swarmlab: which content is shared by whom over which lines, and what must hold.',
    if: { type: 'object', required: ['extends'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: { $ref: '#/definitions/changes' },
    else: { $ref: '#/definitions/scenario' },
    definitions: { scenario: whole, changes: partial(whole) as Json },
  };
}

/** The same form, in which nothing must be there and every key may be null. */
function partial(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(partial);
  if (schema === null || typeof schema !== 'object') return schema;
  const { required: _required, properties, default: _default, ...others } = schema as Json;
  const rest = Object.fromEntries(Object.entries(others).map(([key, value]) => [key, partial(value)]));
  if (properties === undefined) return rest;
  return { ...rest, properties: mapValues(properties as Json, (value) => orNull(partial(value) as Json)) };
}

function orNull({ description, ...schema }: Json): Json {
  return { description, anyOf: [schema, { type: 'null' }] };
}

function mapValues(map: Json, change: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
