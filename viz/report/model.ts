/**
 * What a report shows, as plain JSON: everything the page needs and nothing that it would have to read off a trace. Instants
 * and durations are microseconds; null stands for an instant that never came. Matrices are 16-bit columns (base64.ts).
 */

import type { SwarmData } from '../swarm/swarm-data.ts';
import type { ReportQuantities } from './model-quantities.ts';

export interface ReportVerdict {
  readonly name: string;
  /** The expectation as the scenario writes it. */
  readonly expression: string;
  /** `no data`: it could not be evaluated, which counts as failed. */
  readonly outcome: 'held' | 'failed' | 'no data';
  /** The numbers behind it, in words: "60 of 60", "minimum 1 at 12.3 s". */
  readonly measured: string;
  /** When it was violated, or had these values; undefined for what is judged at the end. */
  readonly atUs?: number;
  /** Whose value it is, where it is that of one peer or piece; pieces are named by their index. */
  readonly subject?: { readonly kind: 'peer' | 'piece'; readonly name: string };
}

/** What the report says about the run beyond its trace. */
export interface ReportInfo {
  readonly title: string;
  readonly description: string;
  readonly verdicts: readonly ReportVerdict[];
  /** The command that repeats the run. */
  readonly replayCommand: string;
  /** Version of swarmlab that made the run. */
  readonly version: string;
  /** "simulated network" or "real sockets". */
  readonly network: string;
  /** The laws that held all through the run, and how many facts were looked at for each; none on real sockets. */
  readonly laws?: readonly { readonly name: string; readonly evaluations: number }[];
}

export interface ReportGroup {
  readonly name: string;
  readonly peers: number;
  /** Peers of the group that joined with nothing and wanted it all, and how many of them completed. */
  readonly downloaders: number;
  readonly completed: number;
  /** Mean rates of the lines. */
  readonly upBytesPerSec: number;
  readonly downBytesPerSec: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly wastedBytes: number;
  /** Bytes that its uplinks could have carried while present and somebody still needed pieces. */
  readonly capacityBytes: number;
  /** Bytes sent in the same time. */
  readonly usedBytes: number;
}

export interface ReportFacts {
  readonly joined: number;
  readonly downloaders: number;
  readonly completed: number;
  readonly firstArrivalUs: number | null;
  readonly medianDownloadUs: number | null;
  readonly firstCompletedUs: number | null;
  readonly halfCompletedUs: number | null;
  readonly lastCompletedUs: number | null;
  /** Lower bound on the last completion, as an instant of the run; null without downloaders or without seeds. */
  readonly boundUs: number | null;
  readonly seedCopies: number;
  readonly uploadFairness: number | null;
  readonly wastedBytes: number;
  readonly receivedBytes: number;
  readonly neededUntilUs: number;
  /** Fewest copies of any piece while somebody needed one, from the time that a first copy was there. */
  readonly fewestCopies: number | null;
  readonly fewestCopiesUs: number | null;
  /** From here on until nobody needed any, no piece had fewer than two copies; null if that never came. */
  readonly twoCopiesFromUs: number | null;
}

/** Equal slices of what is shown of the run: slice `i` covers [i * sliceUs, (i + 1) * sliceUs]. */
export interface ReportSlices {
  readonly count: number;
  readonly sliceUs: number;
}

export interface ReportCopies extends ReportSlices {
  /** First slice with anybody in it. */
  readonly first: number;
  /** Extremes within the slice, and the mean at its end. */
  readonly min: readonly number[];
  readonly mean: readonly number[];
  readonly max: readonly number[];
}

export interface ReportGrid extends ReportSlices {
  readonly rows: number;
  readonly piecesPerRow: number;
  readonly maxCopies: number;
  /** Row-major rows × slices. */
  readonly copies: string;
}

/**
 * Instants in the map are ticks of 16 bits: 0 for held on arrival, `NEVER_TICK` for never, else 1 for the start of the
 * run to `LAST_TICK` for its end.
 */
export const NEVER_TICK = 65535;
const LAST_TICK = 65534;

/** The tick of an instant of a run. */
export function tickAt(timeUs: number, endUs: number): number {
  return 1 + Math.round(((LAST_TICK - 1) * timeUs) / Math.max(1, endUs));
}

/** The instant of a tick, within half a tick. */
export function tickTime(tick: number, endUs: number): number {
  return ((tick - 1) / (LAST_TICK - 1)) * endUs;
}

export interface ReportMap {
  /** Indices of the peers shown, sorted by group and arrival. */
  readonly peers: readonly number[];
  /** Every how many-th peer of a group and every how many-th piece is shown; 1 is all. */
  readonly peerStride: number;
  readonly pieceStride: number;
  readonly columns: number;
  /** Row-major peers × columns: when the piece was verified. */
  readonly verified: string;
  /** Row-major peers × columns: 1 + index of the peer that gave it, 0 unknown (or an index above 65,534). */
  readonly from: string;
}

export interface ReportPeers {
  readonly id: readonly string[];
  readonly group: readonly number[];
  readonly joinedUs: readonly (number | null)[];
  readonly completedUs: readonly (number | null)[];
  /** Indices into `behaviours` and `nats` of the model. */
  readonly behaviour: readonly number[];
  readonly nat: readonly number[];
}

/**
 * Downloading, complete (a seed), capped, away, crashed, left: the states of `src/trace/metrics/presence.ts`. One that
 * misbehaves is neither downloading nor a seed but just there, `m`.
 */
export type PresenceLetter = 'd' | 's' | 'm' | 'c' | 'a' | 'x' | 'l';

export interface ReportPresence {
  /** Indices of the peers shown, sorted by group and arrival. */
  readonly peers: readonly number[];
  /** Every how many-th peer of a group is shown; 1 is all. */
  readonly peerStride: number;
  /** By row: a `PresenceLetter` for each span, in the order of time. */
  readonly states: readonly string[];
  /** By row: the arrival, and then the end of each span. */
  readonly timesUs: readonly (readonly number[])[];
}

/** An event of the scenario: a fault that lasts, or something that happened at one instant (`fromUs` = `toUs`). */
export interface ReportEvent {
  /** Index into the labels. */
  readonly label: number;
  readonly fromUs: number;
  readonly toUs: number;
  /** False: it lasted to the end of the run. */
  readonly over: boolean;
}

/** Departures, or changes of lines, of one group for one reason. */
export interface ReportTally {
  readonly what: 'left' | 'switched off' | 'crashed' | 'line';
  readonly reason: string;
  readonly group: number;
  readonly peers: number;
  readonly times: number;
  readonly firstUs: number;
  readonly lastUs: number;
}

export interface ReportHappenings {
  /** What the scenario's events are called; pictures number them by their place here, from 1. */
  readonly labels: readonly string[];
  readonly events: readonly ReportEvent[];
  readonly eventsLeftOut: number;
  readonly tallies: readonly ReportTally[];
}

export interface ReportCompletion {
  /** Peers that completed, by instant. */
  readonly peers: readonly number[];
  /** Lower bound for the k-th of them, as instants; shorter than the downloaders when there is none. */
  readonly boundUs: readonly number[];
}

export interface ReportUse extends ReportSlices {
  /** By group, then slice, on average over the slice: payload sent, in bytes per second. */
  readonly sent: readonly (readonly number[])[];
  /** Likewise: the uplinks of the peers that were there, as their lines were; 0 when nobody was. */
  readonly uplink: readonly (readonly number[])[];
}

export interface ReportPopulation {
  /** Every how many-th change is a row, and the last one and those with the most leechers and away; 1 is all. */
  readonly stride: number;
  readonly timeUs: readonly number[];
  readonly seeds: readonly number[];
  readonly leechers: readonly number[];
  /** Came, and switched off or crashed since. */
  readonly away: readonly number[];
  /** Of the seeds and leechers, those with a data cap used up. */
  readonly capped: readonly number[];
}

export interface ReportModel {
  readonly version: 1;
  readonly info: ReportInfo;
  readonly scenario: string;
  readonly seed: number;
  readonly digest: string;
  readonly endUs: number;
  /** Where charts of the download end: the end of the run, or shortly after nobody needs a piece any more. */
  readonly shownUs: number;
  readonly torrent: {
    readonly name: string;
    readonly totalBytes: number;
    readonly pieceLengthBytes: number;
    readonly pieceCount: number;
  };
  readonly groups: readonly ReportGroup[];
  readonly facts: ReportFacts;
  /** Pieces downloaded: by group of the giver; the last entry counts those of unknown origin. */
  readonly givenPieces: readonly number[];
  /** Pieces downloaded from peers that arrived with everything. */
  readonly givenBySeeds: number;
  readonly peers: ReportPeers;
  /** Names that `peers` refers to. */
  readonly behaviours: readonly string[];
  readonly nats: readonly string[];
  readonly presence: ReportPresence;
  readonly happenings: ReportHappenings;
  readonly copies: ReportCopies;
  readonly grid: ReportGrid;
  readonly map: ReportMap;
  readonly completion: ReportCompletion;
  readonly use: ReportUse;
  readonly population: ReportPopulation;
  readonly quantities: ReportQuantities;
  readonly swarm: SwarmData;
}
