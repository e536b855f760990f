/**
 * How many present peers hold everything (seeds) and how many do not (leechers). A step series with strictly increasing
 * times; each row holds until the next. A peer that was switched off because the run ended still counts.
 */
import { EventKind, type Trace } from '../trace.ts';

export interface PopulationSeries {
  readonly count: number;
  readonly timeUs: Float64Array;
  readonly seeds: Int32Array;
  readonly leechers: Int32Array;
}

export function foldPopulation(trace: Trace): PopulationSeries {
  const { events, header } = trace;
  const complete = header.peers.map((peer) => peer.have === 'all');
  const present = header.peers.map(() => false);
  const timeUs: number[] = [];
  const seeds: number[] = [];
  const leechers: number[] = [];
  let seedsNow = 0;
  let leechersNow = 0;
  let changed = false;
  for (let row = 0; row < events.count; row++) {
    const peer = events.peer[row] as number;
    const kind = events.kind[row];
    const joins = kind === EventKind.joined && !present[peer];
    const leaves = kind === EventKind.left && events.a[row] === 0 && present[peer];
    const completes = kind === EventKind.completed && !complete[peer];
    if (joins || leaves) {
      const change = joins ? 1 : -1;
      present[peer] = joins;
      if (complete[peer]) seedsNow += change;
      else leechersNow += change;
      changed = true;
    }
    if (completes) {
      complete[peer] = true;
      if (present[peer]) {
        seedsNow++;
        leechersNow--;
        changed = true;
      }
    }
    if (!changed || events.timeUs[row + 1] === events.timeUs[row]) continue;
    changed = false;
    timeUs.push(events.timeUs[row] as number);
    seeds.push(seedsNow);
    leechers.push(leechersNow);
  }
  return {
    count: timeUs.length,
    timeUs: Float64Array.from(timeUs),
    seeds: Int32Array.from(seeds),
    leechers: Int32Array.from(leechers),
  };
}
