/** The instants to which a reader may want to go, in the order of time, with what happened then in words. */
import { bisectLeft, bisectRight } from 'd3-array';
import { formatCount } from '../charts/format.ts';
import type { ReportModel } from './model.ts';
import { stateName } from './peer-words.ts';

export interface Instant {
  readonly timeUs: number;
  readonly text: string;
}

/** Peers that are named one by one where several do the same at the same instant. */
const NAMED = 2;

/** Arrivals, completions, changes of state, and what the scenario made happen. */
export function listInstants(model: ReportModel): Instant[] {
  const { peers, presence, happenings, endUs } = model;
  const found = new Map<number, Map<string, string[]>>();
  const add = (timeUs: number, what: string, who: string): void => {
    const at = found.get(timeUs) ?? new Map<string, string[]>();
    const all = at.get(what) ?? [];
    all.push(who);
    at.set(what, all);
    found.set(timeUs, at);
  };
  for (const event of happenings.events) {
    const label = happenings.labels[event.label] ?? '';
    add(event.fromUs, event.toUs > event.fromUs ? 'begins' : 'happens', label);
    if (event.over && event.toUs > event.fromUs) add(event.toUs, 'ends', label);
  }
  for (const [peer, id] of peers.id.entries()) {
    const joinedUs = peers.joinedUs[peer] ?? null;
    const completedUs = peers.completedUs[peer] ?? null;
    if (joinedUs !== null) add(joinedUs, 'arrives', id);
    if (completedUs !== null) add(completedUs, 'has every piece', id);
  }
  for (const [row, states] of presence.states.entries()) {
    const times = presence.timesUs[row] ?? [];
    for (let span = 1; span < states.length; span++) {
      const letter = states.charAt(span);
      if (letter === 's' || (times[span] ?? endUs) >= endUs) continue;
      add(times[span] ?? 0, stateName(letter as 'd'), peers.id[presence.peers[row] ?? -1] ?? '');
    }
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([timeUs, whats]) => ({
      timeUs,
      text: [...whats]
        .map(([what, who]) =>
          who.length <= NAMED
            ? `${who.join(' and ')}: ${what}`
            : `${formatCount(who.length, 'peer')}: ${what}`,
        )
        .join('; '),
    }));
}

/** The next one after an instant, or the last one before it. */
export function neighbour(
  instants: readonly Instant[],
  timeUs: number,
  direction: 1 | -1,
): Instant | undefined {
  const times = instants.map((instant) => instant.timeUs);
  // Half a microsecond: instants come back from sliders and scales.
  return direction > 0
    ? instants[bisectRight(times, timeUs + 0.5)]
    : instants[bisectLeft(times, timeUs - 0.5) - 1];
}
