/**
 * How long downloaders waited from one wanted block to their next, at both ends of a download: the interarrival times of
 * blocks of Legout et al. (2006). A trace keeps the instants of the first and of the last hundred blocks of a peer only.
 */
import type { Trace, TracedPeer } from '../trace.ts';
import { Arrivals } from '../transfers/arrivals.ts';
import { foldPeerTimes, isDownloader } from './peer-times.ts';

/** Each in ascending order, in microseconds, of all downloaders of which instants were kept. */
export interface BlockGaps {
  /** Between the first blocks of each download: a hundred, or a quarter of its blocks where that is less. */
  readonly first: Float64Array;
  /** Between as many of the last blocks of each download that was completed. */
  readonly last: Float64Array;
  /** 1: of every downloader. n: of those whose index is a multiple of n. 0: no instants were kept. */
  readonly everyNth: number;
}

const EDGE_BLOCKS = 100;

export function foldBlockGaps(trace: Trace): BlockGaps {
  const arrivals = new Arrivals(trace.arrivals);
  const { completedUs } = foldPeerTimes(trace);
  const first: number[] = [];
  const last: number[] = [];
  for (const [peer, traced] of trace.header.peers.entries()) {
    if (!isDownloader(traced as TracedPeer)) continue;
    const edge = Math.min(EDGE_BLOCKS, Math.floor(arrivals.blocks(peer) / 4));
    if (edge < 2) continue;
    addGaps(first, arrivals.first(peer)?.subarray(0, edge));
    if (!Number.isNaN(completedUs[peer])) addGaps(last, arrivals.last(peer)?.subarray(-edge));
  }
  return {
    first: Float64Array.from(first).sort(),
    last: Float64Array.from(last).sort(),
    everyNth: trace.arrivals.everyNth,
  };
}

function addGaps(gaps: number[], instants: Float64Array | undefined): void {
  if (instants === undefined) return;
  for (let index = 1; index < instants.length; index++) {
    gaps.push((instants[index] as number) - (instants[index - 1] as number));
  }
}
