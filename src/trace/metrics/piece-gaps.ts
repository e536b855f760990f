/**
 * How long downloaders waited from one verified piece to their next: the interarrival times of Legout et al. (2006), all of
 * them and those of the first and of the last pieces of each download, where a slow start or a missing last piece shows.
 */
import { EventKind, type Trace } from '../trace.ts';
import { isDownloader } from './peer-times.ts';

/** Each in ascending order, in microseconds, of all downloaders together. */
export interface PieceGaps {
  readonly all: Float64Array;
  /** Between the first `edge` pieces of each download. */
  readonly first: Float64Array;
  /** Between the last `edge` pieces of each download that was completed. */
  readonly last: Float64Array;
  /** 100, or a quarter of the pieces where that is less. */
  readonly edge: number;
}

const EDGE_PIECES = 100;

export function foldPieceGaps({ events, header }: Trace): PieceGaps {
  const peers = header.peers.length;
  const edge = Math.min(EDGE_PIECES, Math.floor(header.torrent.pieceCount / 4));
  const downloads = Uint8Array.from(header.peers, (peer) => (isDownloader(peer) ? 1 : 0));
  const isComplete = new Uint8Array(peers);
  /** Pieces that each peer got, row after row; what comes after completion is no download. */
  const eachPiece = (tell: (peer: number, timeUs: number) => void): void => {
    isComplete.fill(0);
    for (let row = 0; row < events.count; row++) {
      const kind = events.kind[row];
      const peer = events.peer[row] as number;
      if (kind === EventKind.completed) isComplete[peer] = 1;
      // What a peer finds on its disk has not come from anywhere.
      if (kind !== EventKind.pieceVerified || events.b[row] === -1) continue;
      if (isComplete[peer] === 0 && downloads[peer] === 1) tell(peer, events.timeUs[row] as number);
    }
  };
  const pieces = new Int32Array(peers);
  eachPiece((peer) => {
    pieces[peer] = (pieces[peer] as number) + 1;
  });
  const gapsOf = pieces.map((count) => Math.max(0, count - 1));
  const starts = new Int32Array(peers);
  let total = 0;
  for (let peer = 0; peer < peers; peer++) {
    starts[peer] = total;
    total += gapsOf[peer] as number;
  }
  const all = new Float64Array(total);
  const filled = new Int32Array(peers);
  const latestUs = new Float64Array(peers).fill(Number.NaN);
  eachPiece((peer, timeUs) => {
    const beforeUs = latestUs[peer] as number;
    latestUs[peer] = timeUs;
    if (Number.isNaN(beforeUs)) return;
    const place = filled[peer] as number;
    all[(starts[peer] as number) + place] = timeUs - beforeUs;
    filled[peer] = place + 1;
  });
  const most = Math.max(0, edge - 1);
  const first: number[] = [];
  const last: number[] = [];
  for (let peer = 0; peer < peers; peer++) {
    const start = starts[peer] as number;
    const end = start + (gapsOf[peer] as number);
    for (let at = start; at < Math.min(end, start + most); at++) first.push(all[at] as number);
    if (isComplete[peer] === 0) continue;
    for (let at = Math.max(start, end - most); at < end; at++) last.push(all[at] as number);
  }
  return {
    first: Float64Array.from(first).sort(),
    last: Float64Array.from(last).sort(),
    all: all.sort(),
    edge,
  };
}
