/**
 * The uplink that each peer has at each instant: the rate of its line as schedules, data caps and faults leave it while
 * the peer is there, and nothing while it is not. A line that nothing was said about has its declared rate.
 */
import { Departure, EventKind, type Trace } from '../trace.ts';

/** From `timeUs` on the peer has `toBytesPerSec`, where it had `fromBytesPerSec` before. */
export interface UplinkChange {
  readonly timeUs: number;
  readonly peer: number;
  readonly fromBytesPerSec: number;
  readonly toBytesPerSec: number;
}

/** What a trace writes for a rate of this and more. */
const MOST_TRACED = 2 ** 31 - 1;

/** Follows the uplinks event by event. */
export class Uplinks {
  readonly #view: Pick<Trace, 'header' | 'events'>;
  readonly #rates: Float64Array;
  readonly #there: Uint8Array;

  /** `events` may hold only the one that is applied. */
  constructor(view: Pick<Trace, 'header' | 'events'>) {
    this.#view = view;
    this.#rates = Float64Array.from(view.header.peers, ({ upBytesPerSec }) => upBytesPerSec);
    this.#there = new Uint8Array(view.header.peers.length);
  }

  /** What the event at this row changes. Apply each row once, in order. */
  apply(row: number): UplinkChange | undefined {
    const { events, header } = this.#view;
    const peer = events.peer[row] as number;
    const before = this.#rate(peer);
    switch (events.kind[row]) {
      case EventKind.joined:
        this.#there[peer] = 1;
        break;
      case EventKind.left:
        if (events.a[row] !== Departure.endOfRun) this.#there[peer] = 0;
        break;
      case EventKind.lineChanged: {
        const traced = events.a[row] as number;
        const declared = header.peers[peer]?.upBytesPerSec ?? 0;
        this.#rates[peer] = traced === MOST_TRACED ? Math.max(traced, declared) : traced;
        break;
      }
      default:
        return undefined;
    }
    const after = this.#rate(peer);
    if (after === before) return undefined;
    return { timeUs: events.timeUs[row] as number, peer, fromBytesPerSec: before, toBytesPerSec: after };
  }

  #rate(peer: number): number {
    return this.#there[peer] === 1 ? (this.#rates[peer] as number) : 0;
  }
}

/** Every change, in the order of events; several of one peer may fall on one instant. All begin with nothing. */
export function* uplinkChanges(trace: Trace): Generator<UplinkChange> {
  const uplinks = new Uplinks(trace);
  for (let row = 0; row < trace.events.count; row++) {
    const change = uplinks.apply(row);
    if (change !== undefined) yield change;
  }
}
