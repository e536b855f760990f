/**
 * Copies of pieces over time, among the peers present. A step series: each row holds from its time until the next row's
 * time, the last one until the end of the run. Times strictly increase.
 */
import type { Trace } from '../trace.ts';
import { Holdings } from './holdings.ts';
import { foldPeerTimes, isDownloader } from './peer-times.ts';

export interface AvailabilitySeries {
  readonly count: number;
  readonly timeUs: Float64Array;
  /** Copies of the rarest piece. */
  readonly min: Int32Array;
  /** Copies of a piece on average. */
  readonly mean: Float64Array;
  /** Copies of the most common piece. */
  readonly max: Int32Array;
  /** How many pieces have `min` copies. */
  readonly rarestCount: Int32Array;
  readonly endUs: number;
  /**
   * From here on nobody needs a piece any more: the last completion if every downloader that joined has completed,
   * otherwise (and where none joined) the end of the run. Copies that vanish later (seeds going home) hurt nobody.
   */
  readonly neededUntilUs: number;
}

/** The series from the first arrival on; empty when nobody ever joined. */
export function foldAvailability(trace: Trace): AvailabilitySeries {
  const holdings = new Holdings(trace);
  const timeUs: number[] = [];
  const min: number[] = [];
  const mean: number[] = [];
  const max: number[] = [];
  const rarestCount: number[] = [];
  const { events } = trace;
  let changed = false;
  for (let row = 0; row < events.count; row++) {
    if (holdings.apply(row)) changed = true;
    if (!changed || events.timeUs[row + 1] === events.timeUs[row]) continue;
    changed = false;
    timeUs.push(events.timeUs[row] as number);
    min.push(holdings.min);
    mean.push(holdings.mean);
    max.push(holdings.max);
    rarestCount.push(holdings.rarestCount);
  }
  return {
    count: timeUs.length,
    timeUs: Float64Array.from(timeUs),
    min: Int32Array.from(min),
    mean: Float64Array.from(mean),
    max: Int32Array.from(max),
    rarestCount: Int32Array.from(rarestCount),
    endUs: trace.endUs,
    neededUntilUs: neededUntil(trace),
  };
}

/** See `AvailabilitySeries.neededUntilUs`. */
export function neededUntil(trace: Trace): number {
  const times = foldPeerTimes(trace);
  let latestUs = -1;
  for (const [peer, traced] of trace.header.peers.entries()) {
    if (!isDownloader(traced) || Number.isNaN(times.joinedUs[peer])) continue;
    const completedUs = times.completedUs[peer] as number;
    if (Number.isNaN(completedUs)) return trace.endUs;
    latestUs = Math.max(latestUs, completedUs);
  }
  return latestUs < 0 ? trace.endUs : latestUs;
}
