/**
 * The further quantities of a report, beside those of `model.ts`: the same rules hold. Each is what one chart shows.
 */
import type { ReportDistribution } from './distribution.ts';
import type { ReportSlices } from './model.ts';

/** How long downloads took, from each peer's arrival. */
export interface ReportDownloads {
  /** By group; `of` counts its downloaders that came. */
  readonly byGroup: readonly ReportDistribution[];
  /** What a server alone would have given the same crowd (`client-server.ts`); null where nobody could have served. */
  readonly server: ReportDistribution | null;
  /** Downloaders in the order of their arrival, every `stride`-th. */
  readonly order: readonly number[];
  readonly stride: number;
  /** By place in `order`: its time with the server alone. */
  readonly serverUs: readonly (number | null)[];
}

/** How rare pieces were; the slices are those of `ReportCopies`. */
export interface ReportRarity extends ReportSlices {
  /** First slice with anybody in it. */
  readonly first: number;
  /** The least within the slice: copies of the rarest piece, and the share of the pieces that have more. */
  readonly distributed: readonly number[];
  /** At the end of the slice: pieces with as few copies as the rarest. */
  readonly rarest: readonly number[];
  /** Payload sent by first seeds up to each of these instants, over the size of the content. */
  readonly seedTimeUs: readonly number[];
  readonly seedCopies: readonly number[];
  /** When every piece had been downloaded by somebody; null where one never was. */
  readonly firstFullCopyUs: number | null;
}

/** From arrival to a part of the content: the first piece, a quarter, half, three quarters, all. */
export interface ReportMilestones {
  readonly all: readonly ReportDistribution[];
  /** By group, the median of each; null where half of them never came so far. */
  readonly medians: readonly (readonly (number | null)[])[];
}

/** Shares of time in which downloaders were interested in each other, by group. */
export interface ReportInterest {
  readonly inOthers: readonly ReportDistribution[];
  readonly ofOthers: readonly ReportDistribution[];
}

/** What peers gave: columns by place. */
export interface ReportSharing {
  readonly peers: readonly number[];
  /** Every how many-th peer of a group is shown; 1 is all. */
  readonly peerStride: number;
  /** Uplinks as declared, in bytes per second. */
  readonly up: readonly number[];
  /** Payload sent over the size of the content. */
  readonly ratio: readonly number[];
  /** Ratios by group, of all its peers that came and misbehave in no other way than by giving nothing. */
  readonly byGroup: readonly ReportDistribution[];
}

/** Unchoked against interested time of pairs, counted in squares of `binUs`. */
export interface ReportChokePairs {
  readonly bins: number;
  readonly binUs: number;
  /** Row-major: interest along the columns, unchoke along the rows. */
  readonly counts: readonly number[];
  readonly pairs: number;
  /** Pearson's coefficient over all pairs; null where one of the two never differs. */
  readonly correlation: number | null;
}

export interface ReportChoking {
  /** Senders that were still downloading, and those that were complete. */
  readonly leeching: ReportChokePairs;
  readonly seeding: ReportChokePairs;
  /** By group, of the time its downloaders needed: unchoked by somebody, interested and choked by all. */
  readonly unchoked: readonly (number | null)[];
  readonly starved: readonly (number | null)[];
}

/** Every peer against every other one, from the strongest uplink down; many peers are put together into one row. */
export interface ReportMatrix {
  /** Peers by uplink, largest first; `perRow` neighbours of it make a row and a column. */
  readonly order: readonly number[];
  readonly perRow: number;
  readonly rows: number;
  /** Row-major, from the row to the column: means over the pairs of the cell, in 65,535ths of `most`. */
  readonly connected: ReportCells;
  readonly unchoked: ReportCells;
  /** Payload given, in bytes; null where only a part of it was kept. */
  readonly bytes: ReportCells | null;
  readonly groups: ReportGroupMatrix;
}

export interface ReportCells {
  /** Of the largest cell, in microseconds or bytes. */
  readonly most: number;
  readonly cells: string;
}

/** By group of the sender, then of the receiver; groups by mean uplink, largest first. */
export interface ReportGroupMatrix {
  readonly order: readonly number[];
  /** Microseconds of regular unchokes by senders that were still downloading. */
  readonly regularUs: readonly (readonly number[])[];
  /** Payload given, in bytes; null as above. */
  readonly bytes: readonly (readonly number[])[] | null;
}

export interface ReportPeerSets extends ReportSlices {
  /** By group, then slice, while any of its members was there: the mean, the least and the most at its end; null else. */
  readonly mean: readonly (readonly (number | null)[])[];
  readonly least: readonly (readonly (number | null)[])[];
  readonly most: readonly (readonly (number | null)[])[];
  /** By group: connections of a peer on average while it was there. */
  readonly degree: readonly ReportDistribution[];
}

/** Rates of each peer over time: matrices peers × slices. */
export interface ReportRates extends ReportSlices {
  readonly peers: readonly number[];
  readonly peerStride: number;
  /** Bytes per second of the largest value that a cell can have; cells are in 65,535ths of it. */
  readonly mostReceived: number;
  readonly mostSent: number;
  readonly received: string;
  readonly sent: string;
}

/** Waits from one verified piece to the next. */
export interface ReportGaps {
  readonly all: ReportDistribution;
  readonly first: ReportDistribution;
  readonly last: ReportDistribution;
  readonly edge: number;
  /** Waits between blocks, of the downloaders of which instants were kept: every `blocksNth`-th; 0: of none. */
  readonly firstBlocks: ReportDistribution;
  readonly lastBlocks: ReportDistribution;
  readonly blocksNth: number;
}

/** Bytes by rank of the remote: by group, then rank, cumulative shares; null where a group has nobody to speak of. */
export interface ReportRanks {
  readonly ranks: number;
  readonly received: readonly (readonly number[] | null)[];
  /** Null too where only a part of what was sent was kept. */
  readonly sent: readonly (readonly number[] | null)[];
}

/** By group, in bytes. */
export interface ReportTraffic {
  /** Payload that came and was of use. */
  readonly useful: readonly number[];
  /** Payload that came in vain: duplicate, late or unasked; of pieces that failed their check. */
  readonly wasted: readonly number[];
  readonly failedBytes: readonly number[];
  /** What was sent beside payload: by group of the sender, then class; null where nobody counted. */
  readonly control: readonly (readonly number[])[] | null;
  readonly controlClasses: readonly string[];
}

export interface ReportQuantities {
  readonly downloads: ReportDownloads;
  readonly rarity: ReportRarity;
  readonly milestones: ReportMilestones;
  readonly interest: ReportInterest;
  readonly sharing: ReportSharing;
  readonly choking: ReportChoking;
  readonly matrix: ReportMatrix;
  readonly peerSets: ReportPeerSets;
  readonly rates: ReportRates;
  readonly gaps: ReportGaps;
  readonly ranks: ReportRanks;
  readonly traffic: ReportTraffic;
}
