/** Connections and rates of peers over time, and what of the payload that came was of use. */
import { CONTROL_CLASSES, foldControlByGroup, foldFailedBytes } from '../../src/trace/metrics/control.ts';
import type { PeerTimes } from '../../src/trace/metrics/peer-times.ts';
import { ConnectionsFold } from '../../src/trace/metrics/series-folds.ts';
import { foldGroupTotals } from '../../src/trace/metrics/totals.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { packed } from './build-exchange.ts';
import { distributionFrom } from './distribution.ts';
import type { ReportPeerSets, ReportRates, ReportTraffic } from './model-quantities.ts';
import { inOrder, thin } from './peer-order.ts';

const SET_SLICES = 160;
const RATE_SLICES = 240;
const RATE_PEERS = 240;
/** Shorter slices would show the lumps in which blocks are handed to streams, where the run is long enough. */
const RATE_SLICE_US = 5_000_000;
const RATE_SLICES_MIN = 60;

/** @param neededUntilUs up to here connections count for the degrees: afterwards seeds part from each other */
export function buildPeerSets(trace: Trace, shownUs: number, neededUntilUs: number): ReportPeerSets {
  const { header, events, endUs } = trace;
  const peers = header.peers.length;
  const sliceUs = Math.max(1, shownUs) / SET_SLICES;
  const open = new Float64Array(peers).fill(Number.NaN);
  const sinceUs = new Float64Array(peers);
  const connectionUs = new Float64Array(peers);
  const thereUs = new Float64Array(peers);
  const settle = (peer: number, timeUs: number): void => {
    const untilUs = Math.min(timeUs, neededUntilUs);
    const passedUs = Math.max(0, untilUs - (sinceUs[peer] as number));
    sinceUs[peer] = untilUs;
    const count = open[peer] as number;
    if (Number.isNaN(count)) return;
    connectionUs[peer] = (connectionUs[peer] as number) + count * passedUs;
    thereUs[peer] = (thereUs[peer] as number) + passedUs;
  };
  let nowUs = 0;
  const fold = new ConnectionsFold(trace, (peer, value) => {
    settle(peer, nowUs);
    open[peer] = value;
  });
  const series = () => header.groups.map((): (number | null)[] => []);
  const [mean, least, most] = [series(), series(), series()];
  let row = 0;
  const follow = (untilUs: number): void => {
    for (; row < events.count && (events.timeUs[row] as number) <= untilUs; row++) {
      nowUs = events.timeUs[row] as number;
      fold.apply(row);
    }
  };
  for (let slice = 0; slice < SET_SLICES; slice++) {
    follow(slice === SET_SLICES - 1 ? shownUs : (slice + 1) * sliceUs);
    for (const group of header.groups.keys()) {
      let [sum, there, low, high] = [0, 0, Number.POSITIVE_INFINITY, 0];
      for (const [peer, traced] of header.peers.entries()) {
        const count = open[peer] as number;
        if (traced.group !== group || Number.isNaN(count)) continue;
        sum += count;
        there++;
        low = Math.min(low, count);
        high = Math.max(high, count);
      }
      mean[group]?.push(there === 0 ? null : round(sum / there));
      least[group]?.push(there === 0 ? null : low);
      most[group]?.push(there === 0 ? null : high);
    }
  }
  follow(endUs);
  for (let peer = 0; peer < peers; peer++) settle(peer, endUs);
  return {
    count: SET_SLICES,
    sliceUs,
    mean,
    least,
    most,
    degree: header.groups.map((_, group) => {
      const members = [...header.peers.keys()].filter(
        (peer) => header.peers[peer]?.group === group && (thereUs[peer] as number) > 0,
      );
      return distributionFrom(
        members.map((peer) => (connectionUs[peer] as number) / (thereUs[peer] as number)),
        undefined,
        round,
      );
    }),
  };
}

export function buildRates(trace: Trace, times: PeerTimes, shownUs: number): ReportRates {
  const { header, samples, endUs } = trace;
  const all = header.peers.length;
  const joined = inOrder(trace, times);
  const peerStride = Math.max(1, Math.ceil(joined.length / RATE_PEERS));
  const peers = thin(joined, peerStride, (peer) => header.peers[peer]?.group ?? 0);
  const shownRows = Math.min(samples.rows, Math.ceil(shownUs / samples.intervalUs));
  const shortestUs = Math.min(RATE_SLICE_US, shownUs / RATE_SLICES_MIN);
  const merged = Math.max(1, Math.ceil(shownRows / RATE_SLICES), Math.round(shortestUs / samples.intervalUs));
  const count = Math.ceil(shownRows / merged);
  const sliceUs = merged * samples.intervalUs;
  const rates = (bytes: Float64Array): Float64Array => {
    const cells = new Float64Array(peers.length * count);
    for (let row = 0; row < shownRows; row++) {
      const slice = Math.floor(row / merged);
      const lengthUs = Math.min(endUs, (slice + 1) * sliceUs) - slice * sliceUs;
      for (const [place, peer] of peers.entries()) {
        const cell = place * count + slice;
        const rate = ((bytes[row * all + peer] as number) / Math.max(1, lengthUs)) * 1e6;
        cells[cell] = (cells[cell] as number) + rate;
      }
    }
    return cells;
  };
  const received = packed(rates(samples.received));
  const sent = packed(rates(samples.sent));
  return {
    count,
    sliceUs,
    peers,
    peerStride,
    mostReceived: received.most,
    mostSent: sent.most,
    received: received.cells,
    sent: sent.cells,
  };
}

export function buildTraffic(trace: Trace): ReportTraffic {
  const totals = foldGroupTotals(trace);
  const failed = foldFailedBytes(trace);
  const failedBytes = trace.header.groups.map((_, group) =>
    trace.header.peers.reduce(
      (sum, peer, index) => sum + (peer.group === group ? (failed[index] as number) : 0),
      0,
    ),
  );
  return {
    useful: totals.map(({ receivedBytes }, group) => Math.max(0, receivedBytes - (failedBytes[group] ?? 0))),
    wasted: totals.map(({ wastedBytes }) => wastedBytes),
    failedBytes,
    control: foldControlByGroup(trace) ?? null,
    controlClasses: CONTROL_CLASSES.map(({ name }) => name),
  };
}

/** Four decimals: shown values have fewer, and the page stays small. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
