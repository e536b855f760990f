/**
 * How much of its uplinks each group uses over time: payload bytes sent in an interval over the bytes that the uplinks
 * of its members present could have carried, each for the time it was present and at the rate that its line had then.
 * Short intervals may exceed 1 by a block, since a block counts as sent at one instant.
 */
import type { Trace } from '../trace.ts';
import { uplinkChanges } from './uplinks.ts';

export interface UtilisationSeries {
  readonly rows: number;
  readonly intervalUs: number;
  readonly groups: number;
  /** Row-major: row `s`, group `g` is at `s * groups + g`. */
  readonly sentBytes: Float64Array;
  /** What the uplinks of present members could have carried as their lines were. */
  readonly capacityBytes: Float64Array;
}

/** @param mergeRows how many sample intervals make one row of the result */
export function foldUtilisation(trace: Trace, mergeRows = 1): UtilisationSeries {
  const { header, samples, endUs } = trace;
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

  // The uplink of each group only changes at an instant, so what it carries is added span by span.
  const uplink = new Float64Array(groups);
  const sinceUs = new Float64Array(groups);
  const addSpan = (group: number, toUs: number): void => {
    const rate = uplink[group] as number;
    const fromUs = sinceUs[group] as number;
    sinceUs[group] = toUs;
    if (rate === 0) return;
    for (let row = Math.floor(fromUs / intervalUs); row < rows && row * intervalUs < toUs; row++) {
      const spanUs = Math.min(toUs, (row + 1) * intervalUs) - Math.max(fromUs, row * intervalUs);
      const cell = row * groups + group;
      capacityBytes[cell] = (capacityBytes[cell] as number) + (rate * spanUs) / 1e6;
    }
  };
  for (const { timeUs, peer, fromBytesPerSec, toBytesPerSec } of uplinkChanges(trace)) {
    const group = header.peers[peer]?.group ?? 0;
    addSpan(group, timeUs);
    uplink[group] = (uplink[group] as number) + toBytesPerSec - fromBytesPerSec;
  }
  for (let group = 0; group < groups; group++) addSpan(group, endUs);
  return { rows, intervalUs, groups, sentBytes, capacityBytes };
}

/** The share of a group's uplinks in use in one row; NaN when none of its members was there. */
export function utilisationAt(series: UtilisationSeries, row: number, group: number): number {
  const cell = row * series.groups + group;
  const capacity = series.capacityBytes[cell] as number;
  return capacity === 0 ? Number.NaN : (series.sentBytes[cell] as number) / capacity;
}
