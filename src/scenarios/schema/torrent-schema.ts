/** The content of a scenario and how peers find each other, as a scenario file writes it. */
import { z } from 'zod';
import * as field from '../fields.ts';

export function torrent() {
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

export function discovery() {
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
