/**
 * How long each peer was there, away and capped: sums over its strip of presence. Microseconds; nought for a peer that
 * never came. Online and away together are the time from the first arrival to the departure, or to the end.
 */
import type { Trace } from '../trace.ts';
import { foldPresence, isThere, type PresenceSpan } from './presence.ts';

export interface Stays {
  /** There, whatever its line gave. */
  readonly onlineUs: Float64Array;
  /** Switched off or crashed, between the first arrival and the departure for good. */
  readonly awayUs: Float64Array;
  /** There, with a data cap used up. */
  readonly cappedUs: Float64Array;
  /** The longest time for which it was there without a break. */
  readonly longestUs: Float64Array;
}

export function foldStays(trace: Trace, presence = foldPresence(trace)): Stays {
  const sum = (pick: (span: PresenceSpan) => boolean): Float64Array =>
    Float64Array.from(presence, (spans) =>
      spans.reduce((total, span) => total + (pick(span) ? span.toUs - span.fromUs : 0), 0),
    );
  return {
    onlineUs: sum(({ state }) => isThere(state)),
    awayUs: sum(({ state }) => state === 'away' || state === 'crashed'),
    cappedUs: sum(({ state }) => state === 'capped'),
    longestUs: Float64Array.from(presence, longest),
  };
}

function longest(spans: readonly PresenceSpan[]): number {
  let longestUs = 0;
  let sinceUs: number | undefined;
  for (const { state, fromUs, toUs } of spans) {
    if (!isThere(state)) {
      sinceUs = undefined;
      continue;
    }
    sinceUs ??= fromUs;
    longestUs = Math.max(longestUs, toUs - sinceUs);
  }
  return longestUs;
}
