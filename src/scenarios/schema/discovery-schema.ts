/** How peers find each other, as a scenario file writes it. */
import { z } from 'zod';
import * as field from '../fields.ts';

export function discovery() {
  return z.strictObject({
    tracker: z
      .union([z.literal(false), tracker()])
      .prefault({})
      .describe('The tracker; false: there is none.'),
    pex: z
      .boolean()
      .default(false)
      .describe('Whether connected peers tell each other of those that they know (BEP 11).'),
    dht: z
      .union([z.boolean(), dht()])
      .default(false)
      .describe(
        'Whether all peers take part in a DHT (BEP 5). true: they begin with a node of its own, which is always there.',
      ),
  });
}

function tracker() {
  return z.strictObject({
    transport: z.enum(['udp', 'http']).default('udp').describe('Protocol of the announces.'),
    interval: field.positiveDuration().prefault('2m').describe('Time between two announces of a peer.'),
    numwant: z.int().min(0).max(200).default(50).describe('Peers asked for in each announce.'),
    'own-group': field
      .share()
      .optional()
      .describe(
        "Share of the peers in each answer that are of the asker's own group, as far as there are so many: bandwidth matching. Absent: all are drawn from everybody.",
      ),
  });
}

function dht() {
  return z.strictObject({
    bootstrap: z
      .array(z.string())
      .min(1)
      .max(100)
      .describe('Groups or peers, such as "origin" or "crowd-3", whose nodes all others begin with.'),
  });
}
