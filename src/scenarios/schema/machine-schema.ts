/** What the peers of a group run on and how they behave, as a scenario file writes it. */
import { z } from 'zod';
import { behaviours } from '../../sim/misbehaviour/behaviours.ts';
import { natKinds } from '../../sim/nat.ts';
import { complain } from '../complaint.ts';
import * as field from '../fields.ts';
import { link } from './link-schema.ts';

/** The keys of a group that say what its peers are connected by and run on. */
export function machineKeys() {
  return {
    link: link().describe('The access line of each peer.'),
    region: field
      .nameOrShares()
      .optional()
      .describe('Where the peers are: a region of "internet.delays"; in the middle where absent.'),
    nat: field.kindOrShares(natKinds).default('open').describe('What address translation they are behind.'),
    cap: field.oneOrMore(cap(), 10).default([]).describe('Volumes of data that the line allows.'),
    disk: disk().prefault({}).describe('The disk; one that takes no time where absent.'),
    behaviour: field
      .kindOrShares(behaviours)
      .default('honest')
      .describe('How the clients behave: as they should, or in a way that harms the swarm.'),
  };
}

function cap() {
  return z.strictObject({
    up: field.positiveSize().optional().describe('Volume away from the peer.'),
    down: field.positiveSize().optional().describe('Volume towards the peer.'),
    both: field.positiveSize().optional().describe('Volume in both directions together.'),
    per: field
      .positiveDuration()
      .describe('Period after which the volume is there again, by the clock from Monday 00:00.'),
    // biome-ignore lint/suspicious/noThenProperty: the word that an author would write.
    then: field.capPolicy().describe('What happens to the line when the volume is used up.'),
  });
}

function disk() {
  return z.strictObject({
    access: field.durationRange().optional().describe('Time to find the place, for each read and write.'),
    read: field.rateRange().optional().describe('Rate of reading; takes no time where absent.'),
    write: field.rateRange().optional().describe('Rate of writing; takes no time where absent.'),
    room: field.positiveSize().optional().describe('How much it holds; enough where absent.'),
    corrupt: field.share().prefault('0%').describe('Writes that are stored with a wrong bit.'),
    unsynced: field
      .duration()
      .prefault('5s')
      .describe('What was written within so long before a crash is lost.'),
  });
}

/** The key `internet` of a scenario. */
export function internet() {
  return z.strictObject({
    delays: z
      .union([field.regionPreset(), delays()])
      .optional()
      .describe('One-way delays between regions, or the name of a preset.'),
    'pair-delay': field
      .durationRange()
      .prefault('0ms')
      .describe('One-way delay between two peers on top, drawn once for each pair.'),
  });
}

/** From a region to regions; what is given for one direction holds for the other, unless that is given too. */
function delays() {
  const from = z.record(field.name(), z.record(field.name(), field.duration()));
  return from.superRefine((value, context) => {
    if (Object.keys(value).length > 0) return;
    const complaint = complain('there are no regions', { expected: 'regions, each with delays to others' });
    context.addIssue({ code: 'custom', message: complaint.message, params: { complaint } });
  });
}
