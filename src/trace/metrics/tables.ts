/**
 * The tidy tables of a run as CSV text: `peers`, `pieces`, `samples`, `events`. The columns are described in docs/TRACE.md; their
 * names and order are a promise. Instants and durations are whole microseconds of virtual time; a value that does not
 * exist is an empty cell. Each function yields lines with their line ends, so that a large table need not be one string.
 */
import { Departure, EventKind, type Trace } from '../trace.ts';
import { foldPeerTimes } from './peer-times.ts';
import { foldPieceTimes } from './piece-times.ts';
import { foldStays } from './stays.ts';
import { shareRatio } from './totals.ts';
import { foldUploadUse } from './upload-use.ts';

type Cell = string | number;

/** One row a peer. */
export function* peersTable(trace: Trace): Generator<string> {
  yield 'scenario,seed,peer,group,arrived_with,up_bytes_per_s,down_bytes_per_s,joined_us,left_us,first_piece_us,completed_us,download_us,complete,received_bytes,sent_bytes,wasted_bytes,behaviour,nat,online_us,away_us,capped_us,longest_stay_us,share_ratio,upload_use\n';
  const { header, totals } = trace;
  const times = foldPeerTimes(trace);
  const stays = foldStays(trace);
  const uploadUse = foldUploadUse(trace, stays);
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
      peer.behaviour,
      peer.nat,
      stays.onlineUs[index] as number,
      stays.awayUs[index] as number,
      stays.cappedUs[index] as number,
      stays.longestUs[index] as number,
      rounded(shareRatio(trace, index)),
      rounded(uploadUse[index] as number),
    ]);
  }
}

/** One row a piece. */
export function* piecesTable(trace: Trace): Generator<string> {
  yield 'scenario,seed,piece,first_verified_us,last_verified_us,verified,verified_from_seeds,failed,copies_at_end\n';
  const { header } = trace;
  const times = foldPieceTimes(trace);
  for (let piece = 0; piece < header.torrent.pieceCount; piece++) {
    yield line([
      header.scenario,
      header.seed,
      piece,
      times.firstUs[piece] as number,
      times.lastUs[piece] as number,
      times.downloads[piece] as number,
      times.fromSeeds[piece] as number,
      times.failures[piece] as number,
      times.copiesAtEnd[piece] as number,
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

const DEPARTURES: Readonly<Record<number, string>> = {
  [Departure.planned]: 'left',
  [Departure.endOfRun]: 'end-of-run',
  [Departure.switchedOff]: 'switched-off',
  [Departure.crashed]: 'crashed',
};

/** One row for each arrival, departure, change of a line, and beginning and end of an event of the scenario. */
export function* eventsTable(trace: Trace): Generator<string> {
  yield 'scenario,seed,time_us,event,peer,group,what,up_bytes_per_s,down_bytes_per_s\n';
  const { header, events, strings } = trace;
  for (let row = 0; row < events.count; row++) {
    const name = eventName(events.kind[row] as number, events.a[row] as number);
    if (name === undefined) continue;
    const peer = header.peers[events.peer[row] as number];
    const ofLine = events.kind[row] === EventKind.lineChanged;
    yield line([
      header.scenario,
      header.seed,
      events.timeUs[row] as number,
      name,
      peer?.id ?? '',
      header.groups[peer?.group ?? -1] ?? '',
      events.kind[row] === EventKind.joined ? '' : (strings[events.c[row] as number] as string),
      ofLine ? (events.a[row] as number) : '',
      ofLine ? (events.b[row] as number) : '',
    ]);
  }
}

/** The word of the table for a kind of event; undefined for those that other tables tell. */
function eventName(kind: number, departure: number): string | undefined {
  switch (kind) {
    case EventKind.joined:
      return 'joined';
    case EventKind.left:
      return DEPARTURES[departure];
    case EventKind.lineChanged:
      return 'line';
    case EventKind.faultBegan:
      return 'began';
    case EventKind.faultEnded:
      return 'ended';
    default:
      return undefined;
  }
}

/** Six decimals, so that the table reads well; the rest says nothing. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(formatCell).join(',')}\n`;
}

/** Quotes as RFC 4180 has it, only where needed. */
function formatCell(cell: Cell): string {
  if (typeof cell === 'number') return Number.isNaN(cell) ? '' : String(cell);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
