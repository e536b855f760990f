/**
 * What peers make of their uplinks: payload sent over what the lines, at their declared rates, could have carried in the
 * time for which their owners were there. A line that was slowed or cut in that time shows as less use.
 */
import type { Trace } from '../trace.ts';
import { neededUntil } from './availability.ts';
import { foldPresence, isThere } from './presence.ts';
import type { Stays } from './stays.ts';

/** By peer, over the whole run; NaN for one that was never there or has no uplink. */
export function foldUploadUse({ header, totals }: Trace, { onlineUs }: Stays): Float64Array {
  return Float64Array.from(header.peers, ({ upBytesPerSec }, peer) => {
    const capacityBytes = (upBytesPerSec * (onlineUs[peer] as number)) / 1e6;
    return capacityBytes === 0 ? Number.NaN : (totals.sentBytes[peer] as number) / capacityBytes;
  });
}

/**
 * Of all peers together, from the start of the run to the last completion (where a downloader never completes: to the
 * end), rounded up to a whole sample; undefined when no uplink was there.
 */
export function foldSwarmUploadUse(trace: Trace): number | undefined {
  const { header, samples, endUs } = trace;
  const peers = header.peers.length;
  const rows = Math.min(samples.rows, Math.max(1, Math.ceil(neededUntil(trace) / samples.intervalUs)));
  const untilUs = Math.min(endUs, rows * samples.intervalUs);
  let sentBytes = 0;
  for (let cell = 0; cell < rows * peers; cell++) sentBytes += samples.sent[cell] as number;
  let capacityBytes = 0;
  for (const [peer, spans] of foldPresence(trace).entries()) {
    const rate = header.peers[peer]?.upBytesPerSec ?? 0;
    for (const { state, fromUs, toUs } of spans) {
      if (isThere(state)) capacityBytes += (rate * Math.max(0, Math.min(toUs, untilUs) - fromUs)) / 1e6;
    }
  }
  return capacityBytes === 0 ? undefined : sentBytes / capacityBytes;
}

/** Slices of time with what was sent in each, in bytes per microsecond. */
export interface SentRate {
  readonly sliceUs: number;
  readonly rates: Float64Array;
}

/** A choke round: shorter slices would show the lumps in which blocks are handed to streams. */
const SLICE_US = 10_000_000;

/**
 * The rate at which the peers for whom `counts` says so send payload, on average in each slice of 10 s (in whole
 * samples, so it may be a little longer). The last slice ends with the run.
 */
export function foldSentRate(
  { header, samples, endUs }: Trace,
  counts: (peer: number) => boolean = () => true,
): SentRate {
  const peers = header.peers.length;
  const rowsInSlice = Math.max(1, Math.ceil(SLICE_US / samples.intervalUs));
  const sliceUs = rowsInSlice * samples.intervalUs;
  const rates = new Float64Array(Math.ceil(samples.rows / rowsInSlice));
  const counted = [...header.peers.keys()].filter(counts);
  for (let slice = 0; slice < rates.length; slice++) {
    let bytes = 0;
    const endRow = Math.min(samples.rows, (slice + 1) * rowsInSlice);
    for (let row = slice * rowsInSlice; row < endRow; row++) {
      for (const peer of counted) bytes += samples.sent[row * peers + peer] as number;
    }
    const lengthUs = Math.min(endUs, (slice + 1) * sliceUs) - slice * sliceUs;
    rates[slice] = lengthUs > 0 ? bytes / lengthUs : 0;
  }
  return { sliceUs, rates };
}
