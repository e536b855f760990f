/**
 * The form of a scenario file: every key, what it takes, its default and what it means. The single source: the parser,
 * the types and the JSON Schema for editors all come from here. Rules between keys are in `rules.ts`.
 */
import { z } from 'zod';
import * as field from './fields.ts';

/** The names of strategies that this build knows. */
export interface StrategyNames {
  readonly pickers: readonly string[];
  readonly chokers: readonly string[];
}

export type ScenarioFile = z.output<ReturnType<typeof scenarioSchema>>;

export const DEFAULT_PICKER = 'rarest-first';
export const DEFAULT_CHOKER = 'tit-for-tat';

export function scenarioSchema(names: StrategyNames) {
  return z
    .strictObject({
      version: z.literal(1).describe('Version of the scenario language: 1.'),
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
      peers: z.array(group(names)).min(1).max(1000).describe('The peers, in groups of equals.'),
      expect: z
        .array(expectation())
        .max(1000)
        .default([])
        .describe('What must hold. A scenario that expects nothing fails.'),
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
  });
}

function torrent() {
  return z.strictObject({
    name: z.string().optional().describe('Name in the torrent file; the name of the scenario where absent.'),
    size: field.positiveSize().optional().describe('Size of the content when it is a single file.'),
    files: z
      .array(
        z.strictObject({
          path: z.string().describe('Path in the torrent, with / between folders.'),
          size: field.size().describe('Size of the file; may be 0 B.'),
        }),
      )
      .min(1)
      .max(10_000)
      .optional()
      .describe('The files of the content, instead of one size.'),
    piece: field
      .positiveSize()
      .prefault('256 KiB')
      .describe('Piece length: a power of two from 16 KiB to 16 MiB.'),
  });
}

function discovery() {
  return z.strictObject({
    tracker: z
      .strictObject({
        transport: z.enum(['udp', 'http']).default('udp').describe('Protocol of the announces.'),
        interval: field.positiveDuration().prefault('2m').describe('Time between two announces of a peer.'),
        numwant: z.int().min(0).max(200).default(50).describe('Peers asked for in each announce.'),
      })
      .prefault({})
      .describe('The tracker.'),
  });
}

function group(names: StrategyNames) {
  return z.strictObject({
    group: field.name().describe('Name of the group, for expectations and reports.'),
    count: z.int().min(1).max(100_000).default(1).describe('Number of peers in the group.'),
    have: z.enum(['all', 'none']).default('none').describe('What its peers hold on arrival.'),
    link: link().describe('The access line of each peer.'),
    arrive: arrive().prefault({ at: '0s' }).describe('When the peers arrive.'),
    stay: z
      .strictObject({
        'after-complete': field
          .durationRangeOrForever()
          .prefault('forever')
          .describe(
            'How long a peer stays once it has everything; a range is drawn from uniformly for each peer.',
          ),
      })
      .prefault({})
      .describe('How long the peers stay.'),
    engine: engine(names).prefault({}).describe('Settings of the client.'),
  });
}

function link() {
  return z.strictObject({
    down: field.rateRange().describe('Rate towards the peer; a range is drawn from uniformly for each peer.'),
    up: field.rateRange().describe('Rate away from the peer; a range is drawn from uniformly for each peer.'),
    latency: field
      .durationRange()
      .prefault('20ms')
      .describe('One-way delay to the middle of the network; two peers are the sum of theirs apart.'),
    queue: field
      .positiveSize()
      .prefault('128 KiB')
      .describe('Bound of the queue in front of each direction.'),
  });
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
  ]);
}

function engine(names: StrategyNames) {
  return z.strictObject({
    picker: field.strategy(names.pickers).default(DEFAULT_PICKER).describe('Which piece is asked for next.'),
    choker: field.strategy(names.chokers).default(DEFAULT_CHOKER).describe('Who is served.'),
    'upload-slots': z
      .int()
      .min(1)
      .max(1000)
      .default(5)
      .describe('Peers served at a time, the optimistic one included.'),
    connections: z.int().min(1).max(10_000).default(50).describe('Connections at a time.'),
    'upload-limit': field
      .rateOrNone()
      .prefault('none')
      .describe('Upload limit of the client, not of the line.'),
    'download-limit': field
      .rateOrNone()
      .prefault('none')
      .describe('Download limit of the client, not of the line.'),
  });
}

function expectation() {
  return z.strictObject({
    name: z.string().min(1).max(200).describe('What is expected, in words.'),
    that: z.string().describe('The comparison that must hold, such as "p95(peer.download_time) < 25m".'),
  });
}
