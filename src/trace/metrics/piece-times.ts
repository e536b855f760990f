/**
 * What became of each piece: when somebody first had it from another peer, how many did, and how often it failed. A peer
 * that fetches a piece again, having lost it, counts again; one that finds it on its disk does not count.
 */
import { EventKind, type Trace } from '../trace.ts';
import { Holdings } from './holdings.ts';

export interface PieceTimes {
  /** NaN: never. */
  readonly firstUs: Float64Array;
  readonly lastUs: Float64Array;
  readonly downloads: Int32Array;
  /** Of these, with the last block from a peer that arrived with everything. */
  readonly fromSeeds: Int32Array;
  readonly failures: Int32Array;
  /** Honest peers that are there and hold it at the end. */
  readonly copiesAtEnd: Int32Array;
}

export function foldPieceTimes(trace: Trace): PieceTimes {
  const { events, header } = trace;
  const { pieceCount } = header.torrent;
  const firstUs = new Float64Array(pieceCount).fill(Number.NaN);
  const lastUs = new Float64Array(pieceCount).fill(Number.NaN);
  const downloads = new Int32Array(pieceCount);
  const fromSeeds = new Int32Array(pieceCount);
  const failures = new Int32Array(pieceCount);
  const holdings = new Holdings(trace);
  for (let row = 0; row < events.count; row++) {
    const piece = events.a[row] as number;
    if (events.kind[row] === EventKind.pieceFailed) failures[piece] = (failures[piece] as number) + 1;
    const remote = events.b[row] as number;
    const downloaded = events.kind[row] === EventKind.pieceVerified && remote !== -1;
    if (downloaded && !holdings.has(events.peer[row] as number, piece)) {
      if (Number.isNaN(firstUs[piece])) firstUs[piece] = events.timeUs[row] as number;
      lastUs[piece] = events.timeUs[row] as number;
      downloads[piece] = (downloads[piece] as number) + 1;
      if (header.peers[remote]?.have === 'all') fromSeeds[piece] = (fromSeeds[piece] as number) + 1;
    }
    holdings.apply(row);
  }
  return { firstUs, lastUs, downloads, fromSeeds, failures, copiesAtEnd: holdings.copies };
}
