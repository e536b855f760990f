/**
 * The form of a scenario file: every key, what it takes, its default and what it means. The single source: the parser,
 * the types and the JSON Schema for editors all come from here and the parts in `schema/`. Rules between keys are in
 * `rules.ts`.
 */
import { z } from 'zod';
import * as field from './fields.ts';
import { discovery } from './schema/discovery-schema.ts';
import { engine, type StrategyNames } from './schema/engine-schema.ts';
import { eventKeys } from './schema/event-schema.ts';
import { expectation } from './schema/expect-schema.ts';
import { have } from './schema/have-schema.ts';
import { internet, machineKeys } from './schema/machine-schema.ts';
import { presenceKeys } from './schema/presence-schema.ts';
import { sweep } from './schema/sweep-schema.ts';
import { torrent } from './schema/torrent-schema.ts';

export type { StrategyNames } from './schema/engine-schema.ts';

/** What the schema makes of a file: defaults filled in, quantities as numbers. */
export type ScenarioFile = z.output<ReturnType<typeof scenarioSchema>>;
export type ScenarioFileGroup = ScenarioFile['peers'][number];

/** What no name of a strategy changes is built once: building takes longer than reading most files. */
const RUN_KEYS = {
  version: z.literal(1).describe('Version of the scenario language: 1.'),
  extends: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('A scenario that this one changes: the path of its file from here, or a name of the library.'),
  name: field.name().describe('Short name of the scenario; names its report folder.'),
  description: z.string().max(2000).default('').describe('What the scenario shows, for people.'),
  seed: z
    .int()
    .min(0)
    .default(1)
    .describe('Seed of every random draw of the run; the command line may override it.'),
  time: time().describe('How long the run may last and how often it is sampled.'),
  payload: z
    .enum(['reference', 'bytes'])
    .default('reference')
    .describe(
      'Whether block bodies travel as references (fast) or as bytes (the proof); gives the same trace.',
    ),
  torrent: torrent().describe('The content that is shared.'),
  discovery: discovery().prefault({}).describe('How peers find each other.'),
  internet: internet().prefault({}).describe('What lies between the access lines.'),
};

const GROUP_KEYS = {
  group: field.name().describe('Name of the group, for expectations and reports.'),
  count: z.int().min(1).max(100_000).default(1).describe('Number of peers in the group.'),
  have: have().prefault('none').describe('What its peers hold on arrival.'),
  ...machineKeys(),
  ...presenceKeys(),
};

/**
 * Names of strategies with the schema that takes them. It is built when it is first asked for, and once: building takes
 * longer than reading most files, and a sweep reads its scenario for every value.
 */
export class KnownStrategies implements StrategyNames {
  readonly pickers: readonly string[];
  readonly chokers: readonly string[];
  #schema: ReturnType<typeof build> | undefined;

  constructor({ pickers, chokers }: StrategyNames) {
    this.pickers = pickers;
    this.chokers = chokers;
  }

  get schema(): ReturnType<typeof build> {
    this.#schema ??= build(this);
    return this.#schema;
  }
}

export function scenarioSchema(names: StrategyNames): ReturnType<typeof build> {
  return names instanceof KnownStrategies ? names.schema : build(names);
}

function build(names: StrategyNames) {
  return z
    .strictObject({
      ...RUN_KEYS,
      peers: z.array(group(names)).min(1).max(1000).describe('The peers, in groups of equals.'),
      ...eventKeys(names),
      expect: z
        .array(expectation())
        .max(1000)
        .default([])
        .describe('What must hold. A scenario that expects nothing fails.'),
      sweep: sweep()
        .optional()
        .describe('What varies in "swarmlab sweep"; "swarmlab run" runs the file without it.'),
    })
    .meta({
      title: 'swarmlab scenario',
      patternProperties: { '^x-': { description: 'Anything, for reuse by anchors.' } },
    });
}

function time() {
  return z.strictObject({
    until: field.positiveDuration().describe('Virtual time at which the run ends at the latest.'),
    sample: field
      .positiveDuration()
      .prefault('1s')
      .describe('Interval between two samples of rates and counters.'),
    starts: field
      .weekTime()
      .prefault('mon 00:00')
      .describe('Time of the week at the start of the run; timetables and caps go by it.'),
    heal: field
      .positiveDuration()
      .optional()
      .describe('From here on no fault lasts: whatever was cut, slowed or switched off is healed.'),
  });
}

function group(names: StrategyNames) {
  return z.strictObject({
    ...GROUP_KEYS,
    engine: engine(names).prefault({}).describe('Settings of the client.'),
  });
}
