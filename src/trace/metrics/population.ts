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

/** Follows the population event by event. */
export class Population {
  seeds = 0;
  leechers = 0;
  away = 0;
  readonly #view: Pick<Trace, 'header' | 'events'>;
  readonly #counts: (peer: number) => boolean;
  readonly #credible: readonly boolean[];
  readonly #complete: boolean[];
  readonly #present: boolean[];
  readonly #isAway: boolean[];

  /** @param counts whom to count, by index; what one that misbehaves says of itself makes it no seed */
  constructor(view: Pick<Trace, 'header' | 'events'>, counts: (peer: number) => boolean) {
    const { peers } = view.header;
    this.#view = view;
    this.#counts = counts;
    this.#credible = peers.map(({ behaviour }) => wantsToComplete(behaviour));
    this.#complete = peers.map((peer, index) => peer.have === 'all' && this.#credible[index] === true);
    this.#present = peers.map(() => false);
    this.#isAway = peers.map(() => false);
  }

  /** Applies one event; true when it changed a number. Apply each row once, in order. */
  apply(row: number): boolean {
    const { events } = this.#view;
    const peer = events.peer[row] as number;
    if (!this.#counts(peer)) return false;
    const kind = events.kind[row];
    if (kind === EventKind.completed) return this.#completes(peer);
    const isPlanned = events.a[row] === Departure.planned;
    const joins = kind === EventKind.joined && !this.#present[peer];
    const leaves =
      kind === EventKind.left && events.a[row] !== Departure.endOfRun && this.#present[peer] === true;
    if (joins || leaves) {
      const change = joins ? 1 : -1;
      this.#present[peer] = joins;
      if (this.#complete[peer]) this.seeds += change;
      else this.leechers += change;
      // One that comes back says anew whether it has everything.
      if (leaves && !isPlanned) this.#complete[peer] = false;
    }
    const goesAway = leaves && !isPlanned;
    // One that is away may leave for good as well, without having come back.
    const ends = joins || (kind === EventKind.left && isPlanned);
    const turns = goesAway || (ends && this.#isAway[peer] === true);
    if (turns) {
      this.#isAway[peer] = goesAway;
      this.away += goesAway ? 1 : -1;
    }
    return joins || leaves || turns;
  }

  #completes(peer: number): boolean {
    if (this.#credible[peer] !== true || this.#complete[peer]) return false;
    this.#complete[peer] = true;
    if (!this.#present[peer]) return false;
    this.seeds++;
    this.leechers--;
    return true;
  }
}

export function foldPopulation(
  trace: Trace,
  counts: (peer: number) => boolean = () => true,
): PopulationSeries {
  const { events } = trace;
  const population = new Population(trace, counts);
  const timeUs: number[] = [];
  const seeds: number[] = [];
  const leechers: number[] = [];
  const away: number[] = [];
  let changed = false;
  for (let row = 0; row < events.count; row++) {
    if (population.apply(row)) changed = true;
    if (!changed || events.timeUs[row + 1] === events.timeUs[row]) continue;
    changed = false;
    timeUs.push(events.timeUs[row] as number);
    seeds.push(population.seeds);
    leechers.push(population.leechers);
    away.push(population.away);
  }
  return {
    count: timeUs.length,
    timeUs: Float64Array.from(timeUs),
    seeds: Int32Array.from(seeds),
    leechers: Int32Array.from(leechers),
    away: Int32Array.from(away),
  };
}
