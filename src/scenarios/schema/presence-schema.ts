/** When the peers of a group come, are away, and leave, as a scenario file writes it. */
import { z } from 'zod';
import * as field from '../fields.ts';
import { durationDistribution, durationDistributionOrForever } from './distribution-schema.ts';
import { weeklyKeys } from './weekly-schema.ts';

/** The keys of a group that say when its peers are there. */
export function presenceKeys() {
  return {
    arrive: arrive().prefault({ at: '0s' }).describe('When the peers arrive.'),
    stay: stay().prefault({}).describe('When the peers leave for good: as soon as one of these applies.'),
    off: z
      .array(z.strictObject(weeklyKeys()))
      .min(1)
      .max(100)
      .optional()
      .describe('Hours of the week in which the machines are off.'),
    sessions: sessions().optional().describe('Spans in which a peer is there and away.'),
  };
}

function arrive() {
  return z.union([
    z.strictObject({ at: field.duration().describe('All at this time.') }),
    z.strictObject({
      process: z.literal('flash').describe('Spread evenly at random over a span from the start.'),
      within: field.positiveDuration().describe('The span.'),
    }),
    z.strictObject({
      process: z.literal('poisson').describe('One after the other with exponential times in between.'),
      rate: field.frequency().describe('Arrivals per time, on average.'),
    }),
    z.strictObject({
      process: z
        .literal('decaying')
        .describe('At a rate that falls exponentially and is count / mean in the beginning.'),
      mean: field.positiveDuration().describe('Mean time of an arrival; the rate falls to 37 % in it.'),
    }),
    z.strictObject({
      process: z.literal('waves').describe('In groups of the same size, one group after the other.'),
      size: z.int().min(1).max(100_000).describe('Peers in a wave.'),
      every: field.positiveDuration().describe('Time from the beginning of a wave to that of the next.'),
      within: field
        .duration()
        .prefault('0s')
        .describe('The span in which the peers of a wave arrive, evenly at random.'),
    }),
    z.strictObject({ csv: csv('with the column "arrive", or "arrive_s" in plain seconds; a line a peer') }),
  ]);
}

function stay() {
  return z.strictObject({
    'after-complete': durationDistributionOrForever()
      .prefault('forever')
      .describe('How long a peer stays once it has everything; drawn for each peer.'),
    'until-ratio': z
      .number()
      .min(0.001)
      .max(1000)
      .optional()
      .describe('Leaves when it is complete and has sent so many times the size of the content.'),
    'until-copies': z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .describe('Leaves when the peers present have so many copies of every piece, its own included.'),
    'give-up-after': durationDistribution()
      .optional()
      .describe('Leaves when it is not complete so long after its arrival.'),
    until: durationDistribution().optional().describe('Leaves at this time of the run.'),
  });
}

function sessions() {
  return z.union([
    z.strictObject({
      online: durationDistribution().describe(
        'How long a peer is there each time; the first time from its arrival.',
      ),
      away: durationDistribution().describe('How long it is away in between.'),
    }),
    z.strictObject({
      csv: csv('with the columns "peer" (1, 2, ...), "from" and "to"; a line a span online'),
    }),
  ]);
}

function csv(columns: string) {
  return z.string().min(1).max(1000).describe(`A CSV file ${columns}. Its path is relative to this file.`);
}
