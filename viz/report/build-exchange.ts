/** What peers were to each other: interest, chokes, what each gave, who dealt with whom. */
import type { Attention } from '../../src/trace/metrics/attention.ts';
import { wantsToComplete } from '../../src/trace/metrics/behaviour.ts';
import type { PeerPairs } from '../../src/trace/metrics/peer-pairs.ts';
import { isDownloader, type PeerTimes } from '../../src/trace/metrics/peer-times.ts';
import { foldRankShares } from '../../src/trace/metrics/rank-shares.ts';
import { shareRatio } from '../../src/trace/metrics/totals.ts';
import type { Trace, TracedPeer } from '../../src/trace/trace.ts';
import { packUint16 } from './base64.ts';
import { distributionFrom } from './distribution.ts';
import type {
  ReportCells,
  ReportChokePairs,
  ReportChoking,
  ReportGroupMatrix,
  ReportInterest,
  ReportMatrix,
  ReportRanks,
  ReportSharing,
} from './model-quantities.ts';
import { inOrder, thin } from './peer-order.ts';

/** More dots than this are no longer told apart. */
const SHARING_PEERS = 2000;
const CHOKE_BINS = 24;
/** Of remotes, from those that gave or got most. */
const RANKS = 40;
/** More rows than this are finer than a screen. */
const MATRIX_ROWS = 128;

export function buildInterest({ header }: Trace, attention: Attention): ReportInterest {
  const shares = (column: Float64Array) =>
    header.groups.map((_, group) => {
      const members = [...header.peers.entries()].filter(
        ([peer, traced]) =>
          traced.group === group && isDownloader(traced) && (attention.sharedUs[peer] as number) > 0,
      );
      return distributionFrom(
        members.map(([peer]) => (column[peer] as number) / (attention.sharedUs[peer] as number)),
        members.length,
        round,
      );
    });
  return { inOthers: shares(attention.interestedUs), ofOthers: shares(attention.interestingUs) };
}

export function buildSharing(trace: Trace, times: PeerTimes): ReportSharing {
  const { header } = trace;
  const counted = inOrder(trace, times).filter((peer) =>
    wantsToComplete(header.peers[peer]?.behaviour ?? ''),
  );
  const groupOf = (peer: number): number => header.peers[peer]?.group ?? 0;
  const peerStride = Math.max(1, Math.ceil(counted.length / SHARING_PEERS));
  const peers = thin(counted, peerStride, groupOf);
  return {
    peers,
    peerStride,
    up: peers.map((peer) => header.peers[peer]?.upBytesPerSec ?? 0),
    ratio: peers.map((peer) => round(shareRatio(trace, peer))),
    byGroup: header.groups.map((_, group) =>
      distributionFrom(
        counted.filter((peer) => groupOf(peer) === group).map((peer) => shareRatio(trace, peer)),
        undefined,
        round,
      ),
    ),
  };
}

export function buildChoking(
  trace: Trace,
  times: PeerTimes,
  attention: Attention,
  pairs: PeerPairs,
): ReportChoking {
  const { header, endUs } = trace;
  const seeding = (place: number, all: Float64Array, leeching: Float64Array): number =>
    (all[place] as number) - (leeching[place] as number);
  const shares = (column: Float64Array): (number | null)[] =>
    header.groups.map((_, group) => {
      let timeUs = 0;
      let neededUs = 0;
      for (const [peer, traced] of header.peers.entries()) {
        const joinedUs = times.joinedUs[peer] as number;
        if (traced.group !== group || !isDownloader(traced) || Number.isNaN(joinedUs)) continue;
        timeUs += column[peer] as number;
        const completedUs = times.completedUs[peer] as number;
        neededUs += (Number.isNaN(completedUs) ? endUs : completedUs) - joinedUs;
      }
      return neededUs === 0 ? null : round(timeUs / neededUs);
    });
  return {
    leeching: binned(
      pairs.count,
      (place) => pairs.interestedLeechingUs[place] as number,
      (place) => pairs.unchokedLeechingUs[place] as number,
    ),
    seeding: binned(
      pairs.count,
      (place) => seeding(place, pairs.interestedUs, pairs.interestedLeechingUs),
      (place) => seeding(place, pairs.unchokedUs, pairs.unchokedLeechingUs),
    ),
    unchoked: shares(attention.unchokedUs),
    starved: shares(attention.starvedUs),
  };
}

/** Of the pairs with any interest or unchoke at all. */
function binned(
  count: number,
  interestedUs: (place: number) => number,
  unchokedUs: (place: number) => number,
): ReportChokePairs {
  let mostUs = 0;
  for (let place = 0; place < count; place++) {
    mostUs = Math.max(mostUs, interestedUs(place), unchokedUs(place));
  }
  const binUs = Math.max(1, Math.ceil(mostUs / CHOKE_BINS));
  const counts = new Array<number>(CHOKE_BINS * CHOKE_BINS).fill(0);
  const binOf = (us: number): number => Math.min(CHOKE_BINS - 1, Math.floor(us / binUs));
  const sums = { n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  for (let place = 0; place < count; place++) {
    const x = interestedUs(place);
    const y = unchokedUs(place);
    if (x === 0 && y === 0) continue;
    const cell = binOf(y) * CHOKE_BINS + binOf(x);
    counts[cell] = (counts[cell] as number) + 1;
    // In shares of the largest, so that squares keep their digits.
    const [fx, fy] = [x / mostUs, y / mostUs];
    sums.n++;
    sums.x += fx;
    sums.y += fy;
    sums.xx += fx * fx;
    sums.yy += fy * fy;
    sums.xy += fx * fy;
  }
  const { n, x, y, xx, yy, xy } = sums;
  const spread = (n * xx - x * x) * (n * yy - y * y);
  const correlation = n > 1 && spread > 1e-12 ? round((n * xy - x * y) / Math.sqrt(spread)) : null;
  return { bins: CHOKE_BINS, binUs, counts, pairs: n, correlation };
}

/** Bytes by rank of the remote, of those that want the content; beyond `RANKS` nothing would be seen. */
export function buildRanks(trace: Trace): ReportRanks {
  const { header } = trace;
  const shares = foldRankShares(trace, RANKS, (peer) => isDownloader(header.peers[peer] as TracedPeer));
  const known = (columns: readonly Float64Array[], peers: readonly number[]) =>
    columns.map((column, group) => ((peers[group] ?? 0) > 0 ? Array.from(column, round) : null));
  return {
    ranks: RANKS,
    received: known(shares.received, shares.receivers),
    sent: shares.everyNth === 1 ? known(shares.sent, shares.senders) : header.groups.map(() => null),
  };
}

export function buildMatrix(trace: Trace, times: PeerTimes, pairs: PeerPairs): ReportMatrix {
  const { header } = trace;
  const upOf = (peer: number): number => header.peers[peer]?.upBytesPerSec ?? 0;
  // A stable sort: of equal uplinks, by group and arrival.
  const order = inOrder(trace, times).sort((a, b) => upOf(b) - upOf(a));
  const perRow = Math.max(1, Math.ceil(order.length / MATRIX_ROWS));
  const rows = Math.ceil(order.length / perRow);
  const rowOf = new Int32Array(header.peers.length).fill(-1);
  for (const [place, peer] of order.entries()) rowOf[peer] = Math.floor(place / perRow);
  const sizes = new Float64Array(rows);
  for (const peer of order) sizes[rowOf[peer] as number] = (sizes[rowOf[peer] as number] as number) + 1;
  const cellsOf = (
    column: Float64Array,
    senders: Int32Array = pairs.from,
    receivers: Int32Array = pairs.to,
  ): ReportCells => {
    const sums = new Float64Array(rows * rows);
    for (let place = 0; place < column.length; place++) {
      const from = rowOf[senders[place] as number] ?? -1;
      const to = rowOf[receivers[place] as number] ?? -1;
      if (from < 0 || to < 0) continue;
      sums[from * rows + to] = (sums[from * rows + to] as number) + (column[place] as number);
    }
    const means = sums.map((sum, cell) => {
      const [from, to] = [Math.floor(cell / rows), cell % rows];
      const members = (sizes[from] as number) * ((sizes[to] as number) - (from === to ? 1 : 0));
      return members === 0 ? 0 : sum / members;
    });
    return packed(means);
  };
  return {
    order,
    perRow,
    rows,
    connected: cellsOf(pairs.connectedUs),
    unchoked: cellsOf(pairs.unchokedUs),
    bytes:
      trace.pairs.everyNth === 1
        ? cellsOf(trace.pairs.bytes, trace.pairs.uploader, trace.pairs.downloader)
        : null,
    groups: buildGroupMatrix(trace, pairs),
  };
}

function buildGroupMatrix({ header, pairs: given }: Trace, pairs: PeerPairs): ReportGroupMatrix {
  const groupOf = (peer: number): number => header.peers[peer]?.group ?? 0;
  const means = header.groups.map((_, group) => {
    const members = header.peers.filter((peer: TracedPeer) => peer.group === group);
    return members.reduce((sum, { upBytesPerSec }) => sum + upBytesPerSec, 0) / Math.max(1, members.length);
  });
  const order = [...header.groups.keys()].sort(
    (a, b) => (means[b] as number) - (means[a] as number) || a - b,
  );
  const summed = (column: Float64Array, senders: Int32Array, receivers: Int32Array): number[][] => {
    const sums = header.groups.map(() => header.groups.map(() => 0));
    for (let place = 0; place < column.length; place++) {
      if ((senders[place] as number) < 0) continue;
      const row = sums[groupOf(senders[place] as number)];
      const to = groupOf(receivers[place] as number);
      if (row !== undefined) row[to] = (row[to] as number) + (column[place] as number);
    }
    return sums;
  };
  return {
    order,
    regularUs: summed(pairs.regularUs, pairs.from, pairs.to),
    bytes: given.everyNth === 1 ? summed(given.bytes, given.uploader, given.downloader) : null,
  };
}

/** As 65,535ths of the largest. */
export function packed(values: Float64Array): ReportCells {
  const most = values.reduce((largest, value) => Math.max(largest, value), 0);
  const scale = most === 0 ? 0 : 65_535 / most;
  return { most, cells: packUint16(Uint16Array.from(values, (value) => Math.round(value * scale))) };
}

/** Four decimals: shown values have fewer, and the page stays small. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
