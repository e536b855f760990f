/**
 * How many present peers hold everything (seeds) and how many do not (leechers), and how many that came are away and may
 * be back: switched off or crashed. A step series with strictly increasing times; each row holds until the next. A peer
 * that was switched off because the run ended still counts.
 */
import { Departure, EventKind, type Trace } from '../trace.ts';
import { wantsToComplete } from './behaviour.ts';

export interface PopulationSeries {
  readonly count: number;
  readonly timeUs: Float64Array;
  readonly seeds: Int32Array;
  readonly leechers: Int32Array;
  readonly away: Int32Array;
}

/** @param counts whom to count, by index; what one that misbehaves says of itself makes it no seed */
export function foldPopulation(
  trace: Trace,
  counts: (peer: number) => boolean = () => true,
): PopulationSeries {
  const { events, header } = trace;
  const credible = header.peers.map(({ behaviour }) => wantsToComplete(behaviour));
  const complete = header.peers.map((peer, index) => peer.have === 'all' && credible[index] === true);
  const present = header.peers.map(() => false);
  const isAway = header.peers.map(() => false);
  const timeUs: number[] = [];
  const seeds: number[] = [];
  const leechers: number[] = [];
  const away: number[] = [];
  let seedsNow = 0;
  let leechersNow = 0;
  let awayNow = 0;
  let changed = false;
  for (let row = 0; row < events.count; row++) {
    const peer = events.peer[row] as number;
    const kind = counts(peer) ? events.kind[row] : undefined;
    const joins = kind === EventKind.joined && !present[peer];
    const leaves = kind === EventKind.left && events.a[row] !== Departure.endOfRun && present[peer] === true;
    const completes = kind === EventKind.completed && credible[peer] === true && !complete[peer];
    if (joins || leaves) {
      const change = joins ? 1 : -1;
      present[peer] = joins;
      if (complete[peer]) seedsNow += change;
      else leechersNow += change;
      changed = true;
      // One that comes back says anew whether it has everything.
      if (leaves && events.a[row] !== Departure.planned) complete[peer] = false;
    }
    const goesAway = leaves && events.a[row] !== Departure.planned;
    // One that is away may leave for good as well, without having come back.
    const ends = joins || (kind === EventKind.left && events.a[row] === Departure.planned);
    if (goesAway || (ends && isAway[peer] === true)) {
      isAway[peer] = goesAway;
      awayNow += goesAway ? 1 : -1;
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
    away.push(awayNow);
  }
  return {
    count: timeUs.length,
    timeUs: Float64Array.from(timeUs),
    seeds: Int32Array.from(seeds),
    leechers: Int32Array.from(leechers),
    away: Int32Array.from(away),
  };
}
