/** The record of a swarm as a report carries it. */
import { pieceBytes, RowUnpacker } from './pack-rows.ts';
import { columnsOfKind } from './row-columns.ts';
import type { SwarmData } from './swarm-data.ts';
import { SwarmRecord } from './swarm-record.ts';

export interface SwarmTorrent {
  readonly totalBytes: number;
  readonly pieceLengthBytes: number;
  readonly pieceCount: number;
}

export function unpackSwarm(data: SwarmData, torrent: SwarmTorrent, groups: readonly string[]): SwarmRecord {
  const { pieceStride, peers, strings } = data;
  const cast = {
    torrent: { ...torrent, pieceCount: Math.ceil(torrent.pieceCount / pieceStride), pieceStride },
    groups,
    peers,
  };
  const record = new SwarmRecord(cast, strings, data.crowds);
  const events = new RowUnpacker(data.events);
  for (let row = 0; row < data.eventCount; row++) {
    const timeUs = events.timeUs();
    const kind = events.number();
    const peer = events.number();
    const columns = columnsOfKind(kind);
    const a = columns?.a === true ? events.number() : 0;
    const b = columns?.b === true ? events.number() : 0;
    const c = columns?.c === true ? events.number() : 0;
    record.addEvent(timeUs, kind, peer, a, b, c);
  }
  const transfers = new RowUnpacker(data.transfers);
  for (let row = 0; row < data.transferCount; row++) {
    const fromUs = transfers.timeUs();
    const from = transfers.number();
    const to = transfers.number();
    const piece = transfers.number();
    const toUs = fromUs + transfers.number();
    const bytes = transfers.number() || pieceBytes(torrent, piece * pieceStride);
    record.addTransfer(from, to, piece, fromUs, toUs, bytes);
  }
  record.knownUntil(data.untilUs);
  return record;
}
