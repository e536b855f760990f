/** How long downloads took, how far they were when, and how long pieces made peers wait. */
import { foldBlockGaps } from '../../src/trace/metrics/block-gaps.ts';
import { foldClientServer } from '../../src/trace/metrics/client-server.ts';
import { isDownloader, type PeerTimes } from '../../src/trace/metrics/peer-times.ts';
import { foldPieceGaps } from '../../src/trace/metrics/piece-gaps.ts';
import { foldProgressTimes } from '../../src/trace/metrics/progress-times.ts';
import type { Trace, TracedPeer } from '../../src/trace/trace.ts';
import { distributionFrom, distributionOf, quantile } from './distribution.ts';
import type { ReportDownloads, ReportGaps, ReportMilestones } from './model-quantities.ts';

/** More dots than this are no longer told apart. */
const ORDER_PEERS = 2000;

/** Downloaders that came, in the order of their arrival. */
export function downloadersByArrival({ header }: Trace, times: PeerTimes): number[] {
  const joinedUs = (peer: number): number => times.joinedUs[peer] as number;
  return [...header.peers.keys()]
    .filter((peer) => isDownloader(header.peers[peer] as TracedPeer) && !Number.isNaN(joinedUs(peer)))
    .sort((a, b) => joinedUs(a) - joinedUs(b) || a - b);
}

export function buildDownloads(trace: Trace, times: PeerTimes): ReportDownloads {
  const { header } = trace;
  const downloaders = downloadersByArrival(trace, times);
  const server = foldClientServer(trace);
  const serverUs = (peer: number): number =>
    server === undefined ? Number.NaN : (server[peer] as number) - (times.joinedUs[peer] as number);
  const stride = Math.max(1, Math.ceil(downloaders.length / ORDER_PEERS));
  const order = downloaders.filter((_, place) => place % stride === 0);
  return {
    byGroup: header.groups.map((_, group) => {
      const members = downloaders.filter((peer) => header.peers[peer]?.group === group);
      return distributionFrom(members.map((peer) => times.downloadUs[peer] as number));
    }),
    server: server === undefined ? null : distributionFrom(downloaders.map(serverUs)),
    order,
    stride,
    serverUs: order.map((peer) => (Number.isFinite(serverUs(peer)) ? Math.round(serverUs(peer)) : null)),
  };
}

export function buildMilestones(trace: Trace, times: PeerTimes): ReportMilestones {
  const { header } = trace;
  const downloaders = downloadersByArrival(trace, times);
  const columns = [
    times.firstPieceUs,
    ...[0.25, 0.5, 0.75].map((share) => foldProgressTimes(trace, share)),
    times.completedUs,
  ];
  const since = (peers: readonly number[], column: Float64Array) =>
    distributionFrom(peers.map((peer) => (column[peer] as number) - (times.joinedUs[peer] as number)));
  return {
    all: columns.map((column) => since(downloaders, column)),
    medians: header.groups.map((_, group) => {
      const members = downloaders.filter((peer) => header.peers[peer]?.group === group);
      return columns.map((column) => quantile(since(members, column), 0.5));
    }),
  };
}

export function buildGaps(trace: Trace): ReportGaps {
  const { all, first, last, edge } = foldPieceGaps(trace);
  const blocks = foldBlockGaps(trace);
  return {
    all: distributionOf(all),
    first: distributionOf(first),
    last: distributionOf(last),
    edge,
    firstBlocks: distributionOf(blocks.first),
    lastBlocks: distributionOf(blocks.last),
    blocksNth: blocks.everyNth,
  };
}
