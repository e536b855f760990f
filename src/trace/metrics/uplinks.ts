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

/** Every change, in the order of events; several of one peer may fall on one instant. All begin with nothing. */
export function* uplinkChanges({ events, header }: Trace): Generator<UplinkChange> {
  const rates = Float64Array.from(header.peers, ({ upBytesPerSec }) => upBytesPerSec);
  const there = new Uint8Array(header.peers.length);
  for (let row = 0; row < events.count; row++) {
    const peer = events.peer[row] as number;
    const timeUs = events.timeUs[row] as number;
    const before = there[peer] === 1 ? (rates[peer] as number) : 0;
    switch (events.kind[row]) {
      case EventKind.joined:
        there[peer] = 1;
        break;
      case EventKind.left:
        if (events.a[row] !== Departure.endOfRun) there[peer] = 0;
        break;
      case EventKind.lineChanged: {
        const traced = events.a[row] as number;
        const declared = header.peers[peer]?.upBytesPerSec ?? 0;
        rates[peer] = traced === MOST_TRACED ? Math.max(traced, declared) : traced;
        break;
      }
      default:
        continue;
    }
    const after = there[peer] === 1 ? (rates[peer] as number) : 0;
    if (after !== before) yield { timeUs, peer, fromBytesPerSec: before, toBytesPerSec: after };
  }
}
