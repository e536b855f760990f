/** When each peer held a quarter, half and three quarters of the pieces, and how often pieces failed their check. */
import { EventKind, type Trace } from '../trace.ts';
import { Holdings } from './holdings.ts';

/** The first instant at which each peer held at least this share of the pieces; NaN where it never did. */
export function foldProgressTimes(trace: Trace, share: number): Float64Array {
  const { events, header } = trace;
  const holdings = new Holdings(trace);
  const wanted = share * header.torrent.pieceCount;
  const reachedUs = new Float64Array(header.peers.length).fill(Number.NaN);
  for (let row = 0; row < events.count; row++) {
    holdings.apply(row);
    if (events.kind[row] !== EventKind.pieceVerified) continue;
    const peer = events.peer[row] as number;
    if (!Number.isNaN(reachedUs[peer]) || (holdings.heldCount[peer] as number) < wanted) continue;
    reachedUs[peer] = events.timeUs[row] as number;
  }
  return reachedUs;
}

/** How many events of a kind each peer has. */
export function countEvents({ events, header }: Trace, kind: number): Float64Array {
  const counts = new Float64Array(header.peers.length);
  for (let row = 0; row < events.count; row++) {
    if (events.kind[row] !== kind) continue;
    const peer = events.peer[row] as number;
    counts[peer] = (counts[peer] as number) + 1;
  }
  return counts;
}
