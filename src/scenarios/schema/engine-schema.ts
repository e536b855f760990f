/** The settings of a client, as a scenario file writes them. */
import { z } from 'zod';
import * as field from '../fields.ts';

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
