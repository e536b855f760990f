/** Who is meant by an event, as a scenario file writes it: part of several maps. */
import { z } from 'zod';
import * as field from '../fields.ts';

/** Stands for the tracker in a side of a partition; no group may have this name. */
export const TRACKER_NAME = 'tracker';

/** The keys that say who; `targetFaults` sees that there is one and that it exists. */
export function targetKeys() {
  return {
    group: z.string().optional().describe('The peers of this group.'),
    groups: names().optional().describe('The peers of these groups.'),
    peer: z.string().optional().describe('This peer: "crowd-3".'),
    pick: pick().optional().describe('Only so many of them, or such a share of them, drawn at random.'),
  };
}

/** One side of a partition: a name or several, of groups or peers or "tracker". */
export function side() {
  return z.union([z.string(), names()]).transform((value): readonly string[] => [value].flat());
}

export function pick() {
  return z.union([z.int().min(1).max(100_000), field.share().transform((perMillion) => ({ perMillion }))]);
}

function names() {
  return z.array(z.string()).min(1).max(1000);
}
