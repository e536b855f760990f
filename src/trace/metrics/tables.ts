/**
 * The tidy tables of a run as CSV text: `peers`, `pieces`, `samples`. The columns are described in docs/TRACE.md; their
 * names and order are a promise. Instants and durations are whole microseconds of virtual time; a value that does not
 * exist is an empty cell. Each function yields lines with their line ends, so that a large table need not be one string.
 */
import { EventKind, type Trace } from '../trace.ts';
import { Holdings } from './holdings.ts';
import { foldPeerTimes } from './peer-times.ts';

type Cell = string | number;

/** One row a peer. */
export function* peersTable(trace: Trace): Generator<string> {
  yield 'scenario,seed,peer,group,arrived_with,up_bytes_per_s,down_bytes_per_s,joined_us,left_us,first_piece_us,completed_us,download_us,complete,received_bytes,sent_bytes,wasted_bytes\n';
  const { header, totals } = trace;
  const times = foldPeerTimes(trace);
  for (const [index, peer] of header.peers.entries()) {
    yield line([
      header.scenario,
      header.seed,
      peer.id,
      header.groups[peer.group] as string,
      peer.have,
      peer.upBytesPerSec,
      peer.downBytesPerSec,
      times.joinedUs[index] as number,
      times.leftUs[index] as number,
      times.firstPieceUs[index] as number,
      times.completedUs[index] as number,
      times.downloadUs[index] as number,
      times.complete[index] as number,
      totals.receivedBytes[index] as number,
      totals.sentBytes[index] as number,
      totals.wastedBytes[index] as number,
    ]);
  }
}

/** One row a piece. */
export function* piecesTable(trace: Trace): Generator<string> {
  yield 'scenario,seed,piece,first_verified_us,last_verified_us,verified,verified_from_seeds,failed,copies_at_end\n';
  const { header, events } = trace;
  const pieceCount = header.torrent.pieceCount;
  const firstUs = new Float64Array(pieceCount).fill(Number.NaN);
  const lastUs = new Float64Array(pieceCount).fill(Number.NaN);
  const verified = new Int32Array(pieceCount);
  const fromSeeds = new Int32Array(pieceCount);
  const failed = new Int32Array(pieceCount);
  const holdings = new Holdings(trace);
  for (let row = 0; row < events.count; row++) {
    const piece = events.a[row] as number;
    if (events.kind[row] === EventKind.pieceFailed) failed[piece] = (failed[piece] as number) + 1;
    const remote = events.b[row] as number;
    const downloaded = events.kind[row] === EventKind.pieceVerified && remote !== -1;
    if (downloaded && !holdings.has(events.peer[row] as number, piece)) {
      if (Number.isNaN(firstUs[piece])) firstUs[piece] = events.timeUs[row] as number;
      lastUs[piece] = events.timeUs[row] as number;
      verified[piece] = (verified[piece] as number) + 1;
      if (header.peers[remote]?.have === 'all') fromSeeds[piece] = (fromSeeds[piece] as number) + 1;
    }
    holdings.apply(row);
  }
  for (let piece = 0; piece < pieceCount; piece++) {
    yield line([
      header.scenario,
      header.seed,
      piece,
      firstUs[piece] as number,
      lastUs[piece] as number,
      verified[piece] as number,
      fromSeeds[piece] as number,
      failed[piece] as number,
      holdings.copies[piece] as number,
    ]);
  }
}

/** One row for each sample interval and peer that moved something. */
export function* samplesTable(trace: Trace): Generator<string> {
  yield 'scenario,seed,from_us,to_us,peer,group,received_bytes,sent_bytes\n';
  const { header, samples, endUs } = trace;
  const peers = header.peers.length;
  for (let row = 0; row < samples.rows; row++) {
    for (const [index, peer] of header.peers.entries()) {
      const received = samples.received[row * peers + index] as number;
      const sent = samples.sent[row * peers + index] as number;
      if (received === 0 && sent === 0) continue;
      yield line([
        header.scenario,
        header.seed,
        row * samples.intervalUs,
        Math.min((row + 1) * samples.intervalUs, endUs),
        peer.id,
        header.groups[peer.group] as string,
        received,
        sent,
      ]);
    }
  }
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(formatCell).join(',')}\n`;
}

/** Quotes as RFC 4180 has it, only where needed. */
function formatCell(cell: Cell): string {
  if (typeof cell === 'number') return Number.isNaN(cell) ? '' : String(cell);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
