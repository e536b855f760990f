/**
 * Copies of pieces over time, among the peers present. A step series: each row holds from its time until the next row's
 * time, the last one until the end of the run. Times strictly increase.
 */
import { EventKind, type Trace } from '../trace.ts';
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
  const { events } = trace;
  const most = countChanges(trace);
  const timeUs = new Float64Array(most);
  const min = new Int32Array(most);
  const mean = new Float64Array(most);
  const max = new Int32Array(most);
  const rarestCount = new Int32Array(most);
  let count = 0;
  let changed = false;
  for (let row = 0; row < events.count; row++) {
    if (holdings.apply(row)) changed = true;
    if (!changed || events.timeUs[row + 1] === events.timeUs[row]) continue;
    changed = false;
    timeUs[count] = events.timeUs[row] as number;
    min[count] = holdings.min;
    mean[count] = holdings.mean;
    max[count] = holdings.max;
    rarestCount[count] = holdings.rarestCount;
    count++;
  }
  return {
    count,
    timeUs: timeUs.subarray(0, count),
    min: min.subarray(0, count),
    mean: mean.subarray(0, count),
    max: max.subarray(0, count),
    rarestCount: rarestCount.subarray(0, count),
    endUs: trace.endUs,
    neededUntilUs: neededUntil(trace),
  };
}

/** An upper bound on the rows of the series: events that may change copies or who is there. */
function countChanges({ events }: Trace): number {
  let changes = 0;
  for (const kind of events.kind) {
    if (kind === EventKind.joined || kind === EventKind.left || kind === EventKind.pieceVerified) changes++;
  }
  return changes;
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
