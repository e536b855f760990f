/** The content of a scenario, as a scenario file writes it. */
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
