/**
 * The trackers of a torrent in the order in which they are to be tried (BEP 12): tiers one after the other, shuffled
 * within once at the start, and a tracker that answered moved to the front of its tier.
 */
import { parseUrl, type Url } from '../http/url.ts';
import type { Microseconds, Random } from '../ports.ts';
import { describeError } from '../result.ts';
import type { AddressFamily } from './resolver.ts';

/** One tracker and what has passed between it and us. */
export interface TrackerState {
  readonly url: string;
  /** Undefined when the URL cannot be used; then `problem` says why. */
  readonly parsed: Url | undefined;
  readonly problem: string;
  /** It has taken our `started`, so it counts us among its swarm. */
  started: boolean;
  trackerId: Uint8Array | undefined;
  /** The family of addresses that it answered over; undefined while that does not matter, or it is to be found out. */
  family: AddressFamily | undefined;
  /** It asked not to be called before this instant; Infinity when there is no use in calling it. */
  notBeforeUs: Microseconds;
}

/** More trackers than this are ignored. */
export const TRACKERS_MAX = 100;

const SCHEMES: readonly string[] = ['udp', 'http', 'https'];

export class TrackerTiers {
  readonly #tiers: TrackerState[][] = [];
  #inOrder: readonly TrackerState[];

  /** Duplicate URLs count where they come first. */
  constructor(tiers: readonly (readonly string[])[], random: Random) {
    const seen = new Set<string>();
    for (const urls of tiers) {
      const tier: TrackerState[] = [];
      for (const text of urls) {
        const url = text.trim();
        if (url === '' || seen.has(url) || seen.size >= TRACKERS_MAX) continue;
        seen.add(url);
        tier.push(newTracker(url));
      }
      shuffle(tier, random);
      if (tier.length > 0) this.#tiers.push(tier);
    }
    this.#inOrder = this.#tiers.flat();
  }

  /** Every tracker in the order to be tried. */
  inOrder(): readonly TrackerState[] {
    return this.#inOrder;
  }

  moveToFront(tracker: TrackerState): void {
    if (tracker === this.#inOrder[0]) return;
    for (const tier of this.#tiers) {
      const index = tier.indexOf(tracker);
      if (index > 0) {
        tier.splice(index, 1);
        tier.unshift(tracker);
        this.#inOrder = this.#tiers.flat();
      }
    }
  }
}

function newTracker(url: string): TrackerState {
  const parsed = parseUrl(url);
  const known = parsed.ok && SCHEMES.includes(parsed.value.scheme);
  const problem = parsed.ok
    ? `${parsed.value.scheme} trackers are not supported`
    : `unusable URL: ${describeError(parsed.error)}`;
  return {
    url,
    parsed: known ? parsed.value : undefined,
    problem,
    started: false,
    trackerId: undefined,
    family: undefined,
    notBeforeUs: 0,
  };
}

function shuffle(trackers: TrackerState[], random: Random): void {
  for (let index = trackers.length - 1; index > 0; index--) {
    const other = random.below(index + 1);
    const moved = trackers[index] as TrackerState;
    trackers[index] = trackers[other] as TrackerState;
    trackers[other] = moved;
  }
}
