/** The peer × piece matrix of a report, thinned out evenly where the run is too large to show every cell. */

import type { PeerTimes } from '../../src/trace/metrics/peer-times.ts';
import { foldPieceOrigins } from '../../src/trace/metrics/piece-origins.ts';
import { EventKind, type Trace } from '../../src/trace/trace.ts';
import { packUint16 } from './base64.ts';
import { NEVER_TICK, type ReportMap, tickAt } from './model.ts';
import { inOrder, thin } from './peer-order.ts';

/** A thousand peers and their seeds × 1,000 pieces fit; two 16-bit columns of that are 5.6 MB of text. */
export const MAP_CELLS = 2 ** 20;
/** More columns than this are never told apart on a screen; where not all cells fit, half as many do. */
const MAP_COLUMNS = 4096;

/** @param stripStride every how many-th peer has a strip of presence; the peers of the map are among them */
export function buildMap(trace: Trace, times: PeerTimes, stripStride: number): ReportMap {
  const { header, endUs } = trace;
  const pieceCount = header.torrent.pieceCount;
  const joined = inOrder(trace, times);
  const strideFor = (columns: number): number => Math.max(1, Math.ceil(pieceCount / columns));
  const rows = Math.ceil(joined.length / stripStride);
  const allFit = rows * Math.ceil(pieceCount / strideFor(MAP_COLUMNS)) <= MAP_CELLS;
  const pieceStride = strideFor(allFit ? MAP_COLUMNS : MAP_COLUMNS / 2);
  const columns = Math.ceil(pieceCount / pieceStride);
  const peerStride = stripStride * Math.max(1, Math.ceil((rows * columns) / MAP_CELLS));
  const peers = thin(joined, peerStride, (peer) => header.peers[peer]?.group ?? 0);
  const verified = new Uint16Array(peers.length * columns).fill(NEVER_TICK);
  const from = new Uint16Array(peers.length * columns);
  const origins = foldPieceOrigins(trace, peers);
  for (let row = 0; row < peers.length; row++) {
    for (let column = 0; column < columns; column++) {
      const source = row * pieceCount + column * pieceStride;
      const timeUs = origins.verifiedUs[source] as number;
      if (Number.isNaN(timeUs)) continue;
      const cell = row * columns + column;
      verified[cell] = timeUs < 0 ? 0 : tickAt(timeUs, endUs);
      const giver = (origins.from[source] as number) + 1;
      from[cell] = giver > 65535 ? 0 : giver;
    }
  }
  return { peers, peerStride, pieceStride, columns, verified: packUint16(verified), from: packUint16(from) };
}

/** How many pieces were downloaded from the members of each group (last: from unknown peers), and from first seeds. */
export function countGivers(trace: Trace): { byGroup: number[]; bySeeds: number } {
  const { events, header } = trace;
  const byGroup = new Array<number>(header.groups.length + 1).fill(0);
  let bySeeds = 0;
  for (let row = 0; row < events.count; row++) {
    // What a peer finds on its disk when it comes back was counted when it came.
    if (events.kind[row] !== EventKind.pieceVerified || events.b[row] === -1) continue;
    if (header.peers[events.peer[row] as number]?.have === 'all') continue;
    const giver = header.peers[events.b[row] as number];
    const slot = giver?.group ?? header.groups.length;
    byGroup[slot] = (byGroup[slot] as number) + 1;
    if (giver?.have === 'all') bySeeds++;
  }
  return { byGroup, bySeeds };
}
