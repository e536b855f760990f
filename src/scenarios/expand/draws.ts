/** Draws for a plan. Each has a stream of its own, named by group, peer and purpose, so that none shifts another. */
import type { Random } from '../../core/ports.ts';
import { type Distribution, draw, uniformInteger } from '../../sim/distributions.ts';
import type { Range } from '../units.ts';

/** The stream of one peer for a purpose: "up", "arrive". */
export type PeerStream = (purpose: string) => Random;

/** A whole number from the range, both ends included. */
export function drawn(random: Random, range: Range): number {
  const { lowest, highest } = range;
  return lowest === highest ? lowest : uniformInteger(random, lowest, highest);
}

/** Longer than any run, and short enough that sums of such times are exact. */
const LONGEST_US = 10 * 366 * 86_400_000_000;

/** A length of time in whole microseconds, from 0 to ten years. */
export function drawnDuration(random: Random, distribution: Distribution): number {
  if (distribution.kind === 'uniform') return drawn(random, distribution);
  // The sum with 0 is there for -0, which JSON does not know.
  return Math.min(Math.round(draw(random, distribution)) + 0, LONGEST_US);
}
