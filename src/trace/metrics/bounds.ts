/**
 * The least time in which any protocol could have served this crowd over these lines: the fluid bound of Kumar and Ross
 * (2006), max(F/u_s, F/d_min, N·F/(u_s + Σu)), and its form for peers that arrive one after another. It counts payload
 * only, takes every line at its declared rate and everybody for present for ever after the first arrival, so no run can
 * beat it: headers, latency, absences, departures, caps, schedules and faults only add to it. Of peers that misbehave it
 * counts the uplinks of those that may send a good block, and the downloads of free-riders only. For peers that arrive
 * with a part of the content, F is what they lack, and for the seeds what nobody else has brought along.
 */
import type { Trace } from '../trace.ts';
import { maySendGoodBlocks } from './behaviour.ts';
import { foldInitialPieces } from './initial-pieces.ts';
import { foldPeerTimes, isDownloader, sortedPresent } from './peer-times.ts';

export interface CompletionBounds {
  /** Arrival of the first peer that has something to download. */
  readonly firstArrivalUs: number;
  /** F/u_s: until the seeds together have sent the file once. Infinity without seeds. */
  readonly fileFromSeedsUs: number;
  /** F/d_min: until the peer with the slowest downlink has taken in the file. */
  readonly slowestDownlinkUs: number;
  /** N·F/(u_s + Σu): until all uplinks together have sent N files. */
  readonly allCopiesUs: number;
  /** The largest of the three: the bound for a crowd that arrives at one instant, as a duration. */
  readonly classicUs: number;
  /**
   * The bound on the instant at which the k-th peer to complete does so, k from 1, as instants of the run. With
   * arrivals t_i it is the largest of: t_1 + F/u_s; the k-th smallest t_i + F/d_i; and the instant by which the uplinks
   * of seeds and of those who had arrived by then could have sent k files. For a crowd that arrives at once the last one
   * equals firstArrivalUs + classicUs.
   */
  readonly curveUs: Float64Array;
  /** The last of `curveUs` minus `firstArrivalUs`: the bound that this run's slowest peer is measured by. */
  readonly completionUs: number;
  /**
   * The bound on the instant of the last completion where the seeds serve everybody alone, as an instant of the run:
   * the latest of firstArrivalUs + N·F/u_s and, for each downloader, t_i + F/min(d_i, u_s).
   */
  readonly clientServerUs: number;
}

interface Leecher {
  readonly arrivalUs: number;
  readonly upBytesPerSec: number;
  readonly downBytesPerSec: number;
  /** What it lacks on arrival. */
  readonly lackedBytes: number;
}

/** Bounds for the peers that joined; undefined when nobody who joined had anything to download. */
export function foldBounds(trace: Trace): CompletionBounds | undefined {
  const times = foldPeerTimes(trace);
  const initial = foldInitialPieces(trace);
  /** 1 for each piece that somebody who is no seed has brought along. */
  const brought = new Uint8Array(trace.header.torrent.pieceCount);
  let seedsBytesPerSec = 0;
  const leechers: Leecher[] = [];
  /** Of whoever may pass something on: leechers, and those that misbehave but serve. */
  const uplinks: { readonly arrivalUs: number; readonly upBytesPerSec: number }[] = [];
  for (const [index, peer] of trace.header.peers.entries()) {
    const arrivalUs = times.joinedUs[index] as number;
    if (Number.isNaN(arrivalUs)) continue;
    const upBytesPerSec = maySendGoodBlocks(peer.behaviour) ? peer.upBytesPerSec : 0;
    if (peer.have === 'all') seedsBytesPerSec += upBytesPerSec;
    else uplinks.push({ arrivalUs, upBytesPerSec });
    const had = initial[index];
    for (const [piece, held] of had?.entries() ?? []) if (held === 1) brought[piece] = 1;
    if (isDownloader(peer)) {
      leechers.push({ ...peer, upBytesPerSec, arrivalUs, lackedBytes: lackedBytes(trace, had) });
    }
  }
  const first = leechers.sort((a, b) => a.arrivalUs - b.arrivalUs)[0];
  if (first === undefined) return undefined;

  const firstArrivalUs = first.arrivalUs;
  const fileFromSeedsUs = transferUs(lackedBytes(trace, brought), seedsBytesPerSec);
  const soonestUs = Float64Array.from(
    leechers,
    (peer) => peer.arrivalUs + transferUs(peer.lackedBytes, peer.downBytesPerSec),
  ).sort();
  const sentUs = capacityCurve(uplinks, leechers, first.arrivalUs, seedsBytesPerSec);
  const curveUs = soonestUs.map((timeUs, k) =>
    Math.max(firstArrivalUs + fileFromSeedsUs, timeUs, sentUs[k] as number),
  );

  const slowestDownlinkUs = leechers.reduce(
    (slowest, peer) => Math.max(slowest, transferUs(peer.lackedBytes, peer.downBytesPerSec)),
    0,
  );
  const allBytes = leechers.reduce((sum, peer) => sum + peer.lackedBytes, 0);
  const totalUp = uplinks.reduce((sum, peer) => sum + peer.upBytesPerSec, seedsBytesPerSec);
  const clientServerUs = leechers.reduce(
    (latestUs, { arrivalUs, downBytesPerSec, lackedBytes: bytes }) =>
      Math.max(latestUs, arrivalUs + transferUs(bytes, Math.min(downBytesPerSec, seedsBytesPerSec))),
    firstArrivalUs + transferUs(allBytes, seedsBytesPerSec),
  );
  const allCopiesUs = transferUs(allBytes, totalUp);
  return {
    firstArrivalUs,
    fileFromSeedsUs,
    slowestDownlinkUs,
    allCopiesUs,
    classicUs: Math.max(fileFromSeedsUs, slowestDownlinkUs, allCopiesUs),
    curveUs,
    completionUs: (curveUs[curveUs.length - 1] as number) - firstArrivalUs,
    clientServerUs,
  };
}

/**
 * The k-th completion over the k-th of `curveUs`, both counted from the first arrival: the least over all k. No run can
 * come below 1. Undefined where nobody completed or there is no bound.
 */
export function leastMargin(trace: Trace): number | undefined {
  const bounds = foldBounds(trace);
  if (bounds === undefined) return undefined;
  const { firstArrivalUs, curveUs } = bounds;
  let least: number | undefined;
  for (const [k, completedUs] of sortedPresent(foldPeerTimes(trace).completedUs).entries()) {
    const boundUs = (curveUs[k] as number) - firstArrivalUs;
    if (boundUs > 0) {
      least = Math.min(least ?? Number.POSITIVE_INFINITY, (completedUs - firstArrivalUs) / boundUs);
    }
  }
  return least;
}

/** The instants by which what 1, 2, … leechers lack, the least first, could have left all uplinks, when the seeds start at the first arrival. */
function capacityCurve(
  uplinks: readonly { readonly arrivalUs: number; readonly upBytesPerSec: number }[],
  leechers: readonly Leecher[],
  firstArrivalUs: number,
  seedsBytesPerSec: number,
): Float64Array {
  const inOrder = uplinks.toSorted((a, b) => a.arrivalUs - b.arrivalUs);
  const lacked = leechers.map((peer) => peer.lackedBytes).sort((a, b) => a - b);
  const curve = new Float64Array(leechers.length);
  let rate = seedsBytesPerSec;
  let sentBytes = 0;
  let goalBytes = 0;
  let nowUs = firstArrivalUs;
  let next = 0;
  for (let k = 0; k < curve.length; k++) {
    goalBytes += lacked[k] as number;
    for (;;) {
      const arrival = inOrder[next];
      const reachedUs = nowUs + transferUs(goalBytes - sentBytes, rate);
      if (arrival === undefined || reachedUs <= arrival.arrivalUs) {
        curve[k] = reachedUs;
        break;
      }
      // One that misbehaves may have been there before anybody wanted anything.
      const arrivedUs = Math.max(arrival.arrivalUs, nowUs);
      sentBytes += (rate * (arrivedUs - nowUs)) / 1e6;
      nowUs = arrivedUs;
      rate += arrival.upBytesPerSec;
      next++;
    }
  }
  return curve;
}

/** Bytes of the pieces of which `had` says 0; of all where it is undefined. */
export function lackedBytes({ header: { torrent } }: Trace, had: Uint8Array | undefined): number {
  const { totalBytes, pieceLengthBytes, pieceCount } = torrent;
  let bytes = totalBytes;
  for (let piece = 0; had !== undefined && piece < pieceCount; piece++) {
    if (had[piece] === 1) bytes -= Math.min(pieceLengthBytes, totalBytes - piece * pieceLengthBytes);
  }
  return bytes;
}

function transferUs(bytes: number, bytesPerSec: number): number {
  return bytes === 0 ? 0 : (bytes / bytesPerSec) * 1e6;
}
