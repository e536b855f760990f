/**
 * How much of its uplinks each group uses over time: payload bytes sent in an interval over the bytes that the uplinks
 * of its members present could have carried, each counted for the time it was present. Short intervals may exceed 1 by
 * a block, since a block counts as sent at one instant.
 */
import { EventKind, type Trace } from '../trace.ts';

export interface UtilisationSeries {
  readonly rows: number;
  readonly intervalUs: number;
  readonly groups: number;
  /** Row-major: row `s`, group `g` is at `s * groups + g`. */
  readonly sentBytes: Float64Array;
  /** What the uplinks of present members could have carried. */
  readonly capacityBytes: Float64Array;
}

/** @param mergeRows how many sample intervals make one row of the result */
export function foldUtilisation(trace: Trace, mergeRows = 1): UtilisationSeries {
  const { header, samples, events, endUs } = trace;
  const groups = header.groups.length;
  const peers = header.peers.length;
  const intervalUs = samples.intervalUs * mergeRows;
  const rows = Math.ceil(samples.rows / mergeRows);
  const sentBytes = new Float64Array(rows * groups);
  const capacityBytes = new Float64Array(rows * groups);
  for (let sample = 0; sample < samples.rows; sample++) {
    const offset = Math.floor(sample / mergeRows) * groups;
    for (const [index, peer] of header.peers.entries()) {
      const cell = offset + peer.group;
      const bytes = samples.sent[sample * peers + index] as number;
      sentBytes[cell] = (sentBytes[cell] as number) + bytes;
    }
  }

  const addPresence = (peer: number, fromUs: number, toUs: number): void => {
    const traced = header.peers[peer];
    if (traced === undefined) return;
    for (let row = Math.floor(fromUs / intervalUs); row < rows && row * intervalUs < toUs; row++) {
      const spanUs = Math.min(toUs, (row + 1) * intervalUs) - Math.max(fromUs, row * intervalUs);
      const cell = row * groups + traced.group;
      capacityBytes[cell] = (capacityBytes[cell] as number) + (traced.upBytesPerSec * spanUs) / 1e6;
    }
  };
  const presentSinceUs = new Float64Array(peers).fill(Number.NaN);
  for (let row = 0; row < events.count; row++) {
    const peer = events.peer[row] as number;
    const kind = events.kind[row];
    if (kind === EventKind.joined) {
      if (Number.isNaN(presentSinceUs[peer])) presentSinceUs[peer] = events.timeUs[row] as number;
    } else if (kind === EventKind.left && !Number.isNaN(presentSinceUs[peer])) {
      addPresence(peer, presentSinceUs[peer] as number, events.timeUs[row] as number);
      presentSinceUs[peer] = Number.NaN;
    }
  }
  for (const [peer, sinceUs] of presentSinceUs.entries()) {
    if (!Number.isNaN(sinceUs)) addPresence(peer, sinceUs, endUs);
  }
  return { rows, intervalUs, groups, sentBytes, capacityBytes };
}

/** The share of a group's uplinks in use in one row; NaN when none of its members was there. */
export function utilisationAt(series: UtilisationSeries, row: number, group: number): number {
  const cell = row * series.groups + group;
  const capacity = series.capacityBytes[cell] as number;
  return capacity === 0 ? Number.NaN : (series.sentBytes[cell] as number) / capacity;
}
