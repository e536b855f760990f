/** The settings of a client, as a scenario file writes them. */
import { z } from 'zod';
import { SUGGESTIONS_MAX } from '../../core/peer/peer-connection.ts';
import { chokers, pickers } from '../../core/strategies/registry.ts';
import * as field from '../fields.ts';
import { strategy } from './strategy-schema.ts';

/** The names of strategies that this build knows. */
export interface StrategyNames {
  readonly pickers: readonly string[];
  readonly chokers: readonly string[];
}

export const DEFAULT_PICKER = 'rarest-first';
export const DEFAULT_CHOKER = 'tit-for-tat';

/** The keys of the map; what is left out is the engine's default. */
export function engine(names: StrategyNames) {
  return z.strictObject({
    picker: strategy('picker', names.pickers, pickers)
      .default(DEFAULT_PICKER)
      .describe(
        'Which piece is asked for next: a name, the path of a module, or a map of one and its options.',
      ),
    choker: strategy('choker', names.chokers, chokers)
      .default(DEFAULT_CHOKER)
      .describe('Who is served: a name, the path of a module, or a map of one and its options.'),
    'seed-choker': strategy('choker', names.chokers, chokers)
      .optional()
      .describe('Who is served once the peer has everything; where absent, the choker decides that too.'),
    suggest: z
      .int()
      .min(0)
      .max(SUGGESTIONS_MAX)
      .default(0)
      .describe('Pieces that a seed suggests at a time to each peer that it serves (BEP 6).'),
    'super-seeding': z
      .boolean()
      .default(false)
      .describe(
        'A peer that starts with everything names one piece to each other peer, and another once that has spread (BEP 16).',
      ),
    playback: z
      .strictObject({
        bitrate: field.positiveRate().describe('Rate at which the content is played.'),
        delay: field.duration().prefault('10s').describe('Time from arrival to the start of the player.'),
      })
      .optional()
      .describe('Somebody plays the content while it comes: what "peer.stall_time" and its like measure.'),
    'upload-slots': z
      .int()
      .min(1)
      .max(1000)
      .default(5)
      .describe('Peers served at a time, the optimistic one included.'),
    'refill-slots': z
      .boolean()
      .default(false)
      .describe(
        'The slot of a peer that leaves or wants nothing more is given to another at once, not in the next round.',
      ),
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
