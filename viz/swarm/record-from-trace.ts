/**
 * The record of a whole trace: every peer and every event. What a picture of a small run, or of one that goes on in the
 * same tab, is folded from; a report carries a thinned one (`build-swarm.ts`).
 */
import { EventKind, type Trace, type TraceHeader } from '../../src/trace/trace.ts';
import type { SwarmCast } from './swarm-history.ts';
import { SwarmRecord } from './swarm-record.ts';

export function castOf(header: TraceHeader): SwarmCast {
  const { totalBytes, pieceLengthBytes, pieceCount } = header.torrent;
  return {
    torrent: { totalBytes, pieceLengthBytes, pieceCount, pieceStride: 1 },
    groups: header.groups,
    peers: header.peers.map((peer) => ({
      id: peer.id,
      group: peer.group,
      behaviour: peer.behaviour,
      nat: peer.nat,
      startsComplete: peer.have === 'all',
      upBytesPerSec: peer.upBytesPerSec,
      downBytesPerSec: peer.downBytesPerSec,
      standsFor: 1,
    })),
  };
}

export function recordFromTrace(trace: Trace): SwarmRecord {
  const record = new SwarmRecord(castOf(trace.header), trace.strings);
  const { events } = trace;
  for (let row = 0; row < events.count; row++) {
    record.addEvent(
      events.timeUs[row] as number,
      events.kind[row] as number,
      events.peer[row] as number,
      events.a[row] as number,
      events.b[row] as number,
      events.c[row] as number,
    );
  }
  record.knownUntil(trace.endUs);
  for (const transfer of transfersOf(trace)) {
    const { from, to, piece, fromUs, toUs, bytes } = transfer;
    record.addTransfer(from, to, piece, fromUs, toUs, bytes);
  }
  return record;
}

export interface TransferRow {
  readonly from: number;
  readonly to: number;
  readonly piece: number;
  readonly fromUs: number;
  readonly toUs: number;
  readonly bytes: number;
}

/** What moved between peers of the run, in the order in which it began. */
export function transfersOf(trace: Trace): TransferRow[] {
  const { transfers } = trace;
  if (transfers.everyNth === 0) return transfersFromPicks(trace);
  const rows: TransferRow[] = [];
  for (let row = 0; row < transfers.count; row++) {
    const piece = transfers.piece[row] as number;
    const bytes = transfers.bytes[row] as number;
    const from = transfers.uploader[row] as number;
    if (piece < 0 || bytes === 0 || from < 0) continue;
    const to = transfers.downloader[row] as number;
    const fromUs = transfers.firstUs[row] as number;
    rows.push({ from, to, piece, fromUs, toUs: transfers.lastUs[row] as number, bytes });
  }
  return rows;
}

/**
 * Where a trace does not say what moved between whom: each piece from its last pick until it was verified, by whoever gave
 * its last block. In the order in which they began.
 */
export function transfersFromPicks({ events, header }: Trace): TransferRow[] {
  const { pieceCount, pieceLengthBytes, totalBytes } = header.torrent;
  const pickedUs = new Map<number, number>();
  const rows: TransferRow[] = [];
  for (let row = 0; row < events.count; row++) {
    const to = events.peer[row] as number;
    const timeUs = events.timeUs[row] as number;
    if (events.kind[row] === EventKind.piecePicked) {
      pickedUs.set(to * pieceCount + (events.b[row] as number), timeUs);
    } else if (events.kind[row] === EventKind.pieceVerified) {
      const piece = events.a[row] as number;
      const from = events.b[row] as number;
      const fromUs = pickedUs.get(to * pieceCount + piece);
      if (from < 0 || fromUs === undefined) continue;
      const bytes = Math.min(pieceLengthBytes, totalBytes - piece * pieceLengthBytes);
      rows.push({ from, to, piece, fromUs, toUs: timeUs, bytes });
    }
  }
  return rows.sort((one, other) => one.fromUs - other.fromUs || one.toUs - other.toUs || one.to - other.to);
}
