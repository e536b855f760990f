/**
 * The spans in which a peer is away: hours when its machine is off, and the times between its sessions. They come out in
 * order, apart from each other, after the arrival and within the run.
 */
import { invariant } from '../../core/result.ts';
import type { Span } from '../../sim/weekly-schedule.ts';
import type { PlannedAbsence } from '../plan.ts';
import type { Sessions } from '../scenario-presence.ts';
import { gapsBetween, joinedSpans } from '../spans.ts';
import { drawnDuration, type PeerStream } from './draws.ts';

/**
 * The rules see to it that the medians of `online` and `away` fit into the run no more than this often. As every other
 * draw is above its median, ten times as many do not occur.
 */
export const MAX_SESSIONS = 1000;

export interface Coming {
  readonly arriveUs: number;
  /** Of the peer in its group. */
  readonly index: number;
  readonly endUs: number;
}

/** Away by either cause, from 0 to the end of the run. `off` is in order and apart from each other. */
export function awaySpans(
  sessions: Sessions | undefined,
  off: readonly Span[],
  { arriveUs, index, endUs }: Coming,
  stream: PeerStream,
): readonly Span[] {
  if (sessions === undefined) return off;
  if (sessions.kind === 'trace') {
    return joinedSpans([...off, ...gapsBetween(sessions.online[index] ?? [], endUs)]);
  }
  const random = { online: stream('online'), away: stream('away') };
  const away: Span[] = [];
  let atUs = firstPresence(arriveUs, off, endUs);
  while (atUs < endUs) {
    invariant(away.length <= 10 * MAX_SESSIONS, 'sessions of a length that the rules allow');
    const fromUs = atUs + Math.max(1, drawnDuration(random.online, sessions.onlineUs));
    atUs = fromUs + Math.max(1, drawnDuration(random.away, sessions.awayUs));
    away.push({ fromUs, toUs: atUs });
  }
  return joinedSpans([...off, ...away]);
}

/** A peer that would arrive while it is away arrives when that ends, or never: then its arrival is after the end. */
export function cutToPresence(
  plannedUs: number,
  away: readonly Span[],
  endUs: number,
): { readonly arriveUs: number; readonly absences: readonly PlannedAbsence[] } {
  const arriveUs = firstPresence(plannedUs, away, endUs);
  const absences: PlannedAbsence[] = [];
  for (const { fromUs, toUs } of away) {
    if (fromUs > arriveUs && fromUs < endUs) absences.push({ fromUs, toUs: Math.min(toUs, endUs) });
  }
  return { arriveUs, absences };
}

function firstPresence(plannedUs: number, away: readonly Span[], endUs: number): number {
  const within = away.find(({ fromUs, toUs }) => fromUs <= plannedUs && plannedUs < toUs);
  if (within === undefined) return plannedUs;
  return within.toUs < endUs ? within.toUs : endUs + 1;
}
