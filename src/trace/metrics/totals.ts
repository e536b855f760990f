/** Bytes over the whole run: by peer, by group, and the ratios that papers quote. Payload bytes only. */
import type { Trace } from '../trace.ts';
import { isDownloader } from './peer-times.ts';

export interface GroupTotals {
  readonly group: string;
  readonly peers: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly wastedBytes: number;
}

export function foldGroupTotals(trace: Trace): GroupTotals[] {
  const { header, totals } = trace;
  return header.groups.map((group, index) => {
    const members = [...header.peers.keys()].filter((peer) => header.peers[peer]?.group === index);
    const sum = (column: Float64Array): number =>
      members.reduce((total, peer) => total + (column[peer] as number), 0);
    return {
      group,
      peers: members.length,
      sentBytes: sum(totals.sentBytes),
      receivedBytes: sum(totals.receivedBytes),
      wastedBytes: sum(totals.wastedBytes),
    };
  });
}

/** Bytes sent by the peers that arrived with everything, over the size of the torrent: 1 is the least that can do. */
export function seedCopies(trace: Trace): number {
  const { header, totals } = trace;
  let sent = 0;
  for (const [index, peer] of header.peers.entries()) {
    if (peer.have === 'all') sent += totals.sentBytes[index] as number;
  }
  return sent / header.torrent.totalBytes;
}

/**
 * What these have sent by an instant, over the size of the torrent; NaN for no instant. Within a sample they count as having
 * sent evenly.
 */
export function seedCopiesUntil({ header, samples, endUs }: Trace, untilUs: number): number {
  if (Number.isNaN(untilUs)) return Number.NaN;
  const peers = header.peers.length;
  let sent = 0;
  for (let row = 0; row < samples.rows && row * samples.intervalUs < untilUs; row++) {
    const fromUs = row * samples.intervalUs;
    const toUs = Math.min(fromUs + samples.intervalUs, endUs);
    const part = toUs > untilUs ? (untilUs - fromUs) / (toUs - fromUs) : 1;
    for (const [index, { have }] of header.peers.entries()) {
      if (have === 'all') sent += (samples.sent[row * peers + index] as number) * part;
    }
  }
  return sent / header.torrent.totalBytes;
}

/**
 * Bytes that one peer sent over the size of the torrent, as in `stay.until-ratio`: how many copies of the content it
 * gave. Over what it received instead, a seed would have no ratio, and one that a crash made start again half of it.
 */
export function shareRatio(trace: Trace, peer: number): number {
  return (trace.totals.sentBytes[peer] as number) / trace.header.torrent.totalBytes;
}

/**
 * Jain's fairness index (Σx)² / (n·Σx²) of what those who downloaded have sent: 1 when all sent the same, 1/n when one
 * sent everything; NaN when nobody sent anything.
 */
export function uploadFairness(trace: Trace): number {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const [index, peer] of trace.header.peers.entries()) {
    const received = trace.totals.receivedBytes[index] as number;
    if (!isDownloader(peer) || received === 0) continue;
    const sent = trace.totals.sentBytes[index] as number;
    count++;
    sum += sent;
    squares += sent * sent;
  }
  return squares === 0 ? Number.NaN : (sum * sum) / (count * squares);
}
