/** What happened beside up- and downloads: the scenario's events, and who left, was away or had another line, counted. */
import { foldScenarioEvents } from '../../src/trace/metrics/scenario-events.ts';
import { Departure, EventKind, type Trace } from '../../src/trace/trace.ts';
import type { ReportEvent, ReportHappenings, ReportTally } from './model.ts';

/** More of them are not shown one by one. */
export const SHOWN_EVENTS = 500;
const SHOWN_TALLIES = 200;

export function buildHappenings(trace: Trace): ReportHappenings {
  const events = foldScenarioEvents(trace);
  const labels: string[] = [];
  const placeOf = new Map<string, number>();
  const shown: ReportEvent[] = [];
  for (const { label, fromUs, toUs, over } of events.slice(0, SHOWN_EVENTS)) {
    let place = placeOf.get(label);
    if (place === undefined) {
      place = labels.length;
      labels.push(label);
      placeOf.set(label, place);
    }
    shown.push({ label: place, fromUs, toUs, over });
  }
  return {
    labels,
    events: shown,
    eventsLeftOut: events.length - shown.length,
    tallies: buildTallies(trace).slice(0, SHOWN_TALLIES),
  };
}

/** One for each group, kind of event and reason; in the order in which they first happened. */
function buildTallies({ events, header, strings }: Trace): ReportTally[] {
  const tallies = new Map<string, Omit<ReportTally, 'peers'> & { peers: Set<number> }>();
  for (let row = 0; row < events.count; row++) {
    const what = whatOf(events.kind[row] as number, events.a[row] as number);
    if (what === undefined) continue;
    const peer = events.peer[row] as number;
    const group = header.peers[peer]?.group ?? 0;
    const reason = strings[events.c[row] as number] as string;
    const timeUs = events.timeUs[row] as number;
    const key = `${what} ${group} ${reason}`;
    const tally = tallies.get(key);
    if (tally === undefined) {
      const peers = new Set([peer]);
      tallies.set(key, { what, reason, group, times: 1, firstUs: timeUs, lastUs: timeUs, peers });
    } else {
      tally.peers.add(peer);
      tallies.set(key, { ...tally, times: tally.times + 1, lastUs: timeUs });
    }
  }
  return [...tallies.values()].map((tally) => ({ ...tally, peers: tally.peers.size }));
}

function whatOf(kind: number, departure: number): ReportTally['what'] | undefined {
  if (kind === EventKind.lineChanged) return 'line';
  if (kind !== EventKind.left) return undefined;
  if (departure === Departure.planned) return 'left';
  if (departure === Departure.switchedOff) return 'switched off';
  return departure === Departure.crashed ? 'crashed' : undefined;
}
