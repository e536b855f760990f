/**
 * When each peer verified each piece, and who gave its last block: the matrix behind the peer × piece map. Row-major:
 * peer `p`, piece `i` is at `p * pieceCount + i`.
 */

import { EventKind, type Trace } from '../trace.ts';
import { foldInitialPieces } from './initial-pieces.ts';

export interface PieceOrigins {
  readonly pieceCount: number;
  /** NaN where the peer never verified the piece, -1 where it held it on arrival. */
  readonly verifiedUs: Float64Array;
  /** The peer that gave the last block; -1 when found on disk, held on arrival, not part of the run, or never got. */
  readonly from: Int32Array;
}

/** @param peers which peers, by index; row `r` of the result is peer `peers[r]`. Memory: 12 bytes a cell. */
export function foldPieceOrigins(trace: Trace, peers: readonly number[]): PieceOrigins {
  const { events, header } = trace;
  const pieceCount = header.torrent.pieceCount;
  const verifiedUs = new Float64Array(peers.length * pieceCount).fill(Number.NaN);
  const from = new Int32Array(peers.length * pieceCount).fill(-1);
  const rowOfPeer = new Int32Array(header.peers.length).fill(-1);
  for (const [row, peer] of peers.entries()) {
    rowOfPeer[peer] = row;
    if (header.peers[peer]?.have === 'all') verifiedUs.fill(-1, row * pieceCount, (row + 1) * pieceCount);
  }
  const initial = foldInitialPieces(trace);
  for (let row = 0; row < events.count; row++) {
    if (events.kind[row] !== EventKind.pieceVerified) continue;
    const peerRow = rowOfPeer[events.peer[row] as number] as number;
    if (peerRow < 0) continue;
    const cell = peerRow * pieceCount + (events.a[row] as number);
    if (!Number.isNaN(verifiedUs[cell])) continue;
    if (initial[events.peer[row] as number]?.[events.a[row] as number] === 1) {
      verifiedUs[cell] = -1;
      continue;
    }
    verifiedUs[cell] = events.timeUs[row] as number;
    from[cell] = events.b[row] as number;
  }
  return { pieceCount, verifiedUs, from };
}
