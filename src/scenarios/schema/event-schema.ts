/** What happens to the peers during a run, as a scenario file writes it. */
import { z } from 'zod';
import * as field from '../fields.ts';
import { engine, type StrategyNames } from './engine-schema.ts';
import { pick, side, targetKeys } from './target-schema.ts';

/** The keys of a scenario that say what happens. */
export function eventKeys(names: StrategyNames) {
  return {
    swarm: z
      .enum(['on', 'off'])
      .default('on')
      .describe(
        'Whether peers serve each other; off: those that arrive with everything serve all others alone.',
      ),
    events: z.array(event(names)).max(1000).default([]).describe('What happens during the run.'),
  };
}

/** That there is exactly one of the verbs is a rule. */
function event(names: StrategyNames) {
  return z.strictObject({
    at: field.duration().describe('The time of the run.'),
    every: field.positiveDuration().optional().describe('It happens again and again, so long apart.'),
    times: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .describe('How often in all; where absent, until the run ends or is healed.'),
    ...verbs(names),
  });
}

function verbs(names: StrategyNames) {
  return {
    partition: cut().optional().describe('Packets between two sides are lost, both ways or one way.'),
    hold: cut().optional().describe('Packets between two sides wait until it is over.'),
    latency: z
      .strictObject({
        ...targetKeys(),
        add: field.positiveDuration().describe('Added one way to all that they send and receive.'),
        ...forKey(),
      })
      .optional()
      .describe('Lines get slower to answer.'),
    loss: z
      .strictObject({
        ...targetKeys(),
        share: field.share().describe('Share of the packets that are lost, in each direction.'),
        burst: z.number().min(1).max(1000).default(1).describe('Packets lost in a row, on average.'),
        ...forKey(),
      })
      .optional()
      .describe('Lines lose packets.'),
    line: z
      .strictObject({
        ...targetKeys(),
        up: field.rateOrDead().optional().describe('At most so much away from the peer.'),
        down: field.rateOrDead().optional().describe('At most so much towards the peer.'),
        ...forKey(),
      })
      .optional()
      .describe('Lines get narrower, or dead.'),
    crash: z
      .strictObject({
        ...targetKeys(),
        'restart-after': field
          .positiveDuration()
          .optional()
          .describe('Comes back with what its disk kept; where absent, when it is healed.'),
      })
      .optional()
      .describe('The power fails: nobody is told, and what was not synced is lost.'),
    leave: z.strictObject(targetKeys()).optional().describe('They leave for good, as if planned.'),
    disk: disk().optional().describe('Disks fail.'),
    tracker: z
      .strictObject({
        fault: z.enum(['down', 'lies']).describe('Answers nobody, or with addresses where nobody is.'),
        ...forKey(),
      })
      .optional()
      .describe('The tracker fails.'),
    engine: z
      .strictObject({ ...targetKeys(), ...settings(names) })
      .optional()
      .describe('Clients get other settings from here on.'),
  };
}

function cut() {
  const { group, peer } = targetKeys();
  return z.strictObject({
    groups: z.array(side()).min(2).max(2).optional().describe('The two sides, each a group or a list.'),
    from: side().optional().describe('One way only: from these ...'),
    to: side().optional().describe('... to these: groups, peers, or "tracker".'),
    group: group.describe('This group from everybody else, the tracker included.'),
    peer: peer.describe('This peer from everybody else, the tracker included.'),
    pick: pick().optional().describe('Only so many of the group, drawn at random.'),
    ...forKey(),
  });
}

function disk() {
  const keys = { ...targetKeys(), ...forKey() };
  return z.union([
    z.strictObject({
      ...keys,
      fault: z.enum(['full', 'failing']).describe('Takes no more, or fails every access.'),
    }),
    z.strictObject({
      ...keys,
      fault: z.literal('slow').describe('Reads and writes no faster than a rate.'),
      rate: field.rate().describe('The rate.'),
    }),
    z.strictObject({
      ...keys,
      fault: z.literal('corrupting').describe('Stores some writes with a wrong bit.'),
      share: field.share().describe('The share of the writes.'),
    }),
  ]);
}

function forKey() {
  return {
    for: field.positiveDuration().optional().describe('How long; where absent, until healed or to the end.'),
  };
}

/** The settings of a client, each only where it is given. */
function settings(names: StrategyNames) {
  const { shape } = engine(names);
  return {
    picker: given(shape.picker),
    choker: given(shape.choker),
    'seed-choker': shape['seed-choker'],
    suggest: given(shape.suggest),
    'upload-slots': given(shape['upload-slots']),
    connections: given(shape.connections),
    'upload-limit': given(shape['upload-limit']),
    'download-limit': given(shape['download-limit']),
  };
}

function given<Setting extends z.ZodType>(key: { unwrap(): Setting; description?: string | undefined }) {
  return key
    .unwrap()
    .optional()
    .describe(key.description ?? '');
}
