/** The access line of the peers of a group, as a scenario file writes it: figures, a profile by name, or a mixture. */
import { z } from 'zod';
import * as field from '../fields.ts';
import { lineProfileNames } from '../profiles.ts';
import { weeklyKeys } from './weekly-schema.ts';

const DOWN = 'Rate towards the peer; a range is drawn from uniformly for each peer.';
const UP = 'Rate away from the peer; a range is drawn from uniformly for each peer.';
const LATENCY = 'One-way delay to the middle of the network; two peers are the sum of theirs apart.';
const QUEUE =
  'Bound of the queue in front of each direction: it drops datagrams, and delays small messages while it is full.';
const JITTER = 'Every packet waits up to so much longer; a range is drawn from for each peer.';
const LOSS = 'Packets that the line loses, in each direction; a range is drawn from for each peer.';
const LOSS_BURST = 'Packets lost in a row, on average; 1 is each on its own.';
const SCHEDULE = 'Parts of the week in which the line is slower; where they overlap the lower share holds.';

/** The `link` of a group. */
export function link() {
  return z.union([z.enum(lineProfileNames), line(), profile(), mixture(), field.shares(lineProfileNames)]);
}

function line() {
  const keys = lineKeys();
  return z.strictObject({
    down: keys.down,
    up: keys.up,
    latency: keys.latency.prefault('20ms').describe(LATENCY),
    queue: keys.queue.prefault('128 KiB').describe(QUEUE),
    jitter: keys.jitter.prefault('0ms').describe(JITTER),
    loss: keys.loss.prefault('0%').describe(LOSS),
    'loss-burst': keys['loss-burst'].default(1).describe(LOSS_BURST),
    schedule: keys.schedule.default([]).describe(SCHEDULE),
  });
}

/** A line by its figures, with every default filled in: for those of the profiles. */
export const lineSchema = line();

function profile() {
  return z.strictObject({
    profile: z
      .enum(lineProfileNames)
      .describe('A line by name, in place of "down" and "up"; the other keys change it.'),
    ...overrides(),
  });
}

function mixture() {
  return z.strictObject({
    mix: field.shares(lineProfileNames).describe('Lines by name, each with its share of the peers.'),
    ...overrides(),
  });
}

/** The keys of a line, where a profile says the rest. */
function overrides() {
  const keys = lineKeys();
  return {
    down: keys.down.optional().describe(DOWN),
    up: keys.up.optional().describe(UP),
    latency: keys.latency.optional().describe(LATENCY),
    queue: keys.queue.optional().describe(QUEUE),
    jitter: keys.jitter.optional().describe(JITTER),
    loss: keys.loss.optional().describe(LOSS),
    'loss-burst': keys['loss-burst'].optional().describe(LOSS_BURST),
    schedule: keys.schedule.optional().describe(SCHEDULE),
  };
}

function lineKeys() {
  return {
    down: field.rateRange().describe(DOWN),
    up: field.rateRange().describe(UP),
    latency: field.durationRange(),
    queue: field.positiveSize(),
    jitter: field.durationRange(),
    loss: field.shareRange(),
    'loss-burst': z.number().min(1).max(1000),
    schedule: field.oneOrMore(slowHours(), 100),
  };
}

function slowHours() {
  return z.strictObject({
    ...weeklyKeys(),
    share: field.sharePerMille().optional().describe('What is left of the rates of both directions.'),
    down: field.sharePerMille().optional().describe('What is left of the rate towards the peer.'),
    up: field.sharePerMille().optional().describe('What is left of the rate away from the peer.'),
  });
}
