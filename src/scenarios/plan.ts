/**
 * The plan of a run: everything that a scenario and a seed decide, spelled out. A plan alone replays a run; nothing
 * after `expand` looks at the scenario file or draws another number to decide what happens. Plain JSON data.
 */

export interface Plan {
  readonly version: 1;
  readonly name: string;
  readonly description: string;
  /** The run seed: every random stream of the run is named below it. */
  readonly seed: number;
  /** Virtual time at which the run ends at the latest. It ends sooner once nothing can change any more. */
  readonly endUs: number;
  /** Interval between two samples of rates and counters. */
  readonly sampleUs: number;
  /** Whether block bodies travel as references (fast) or as bytes (the proof). Makes no difference to the trace. */
  readonly payload: 'reference' | 'bytes';
  readonly torrent: PlannedTorrent;
  readonly tracker: PlannedTracker;
  /** Group names, in the order of the scenario. */
  readonly groups: readonly string[];
  readonly peers: readonly PlannedPeer[];
}

export interface PlannedTorrent {
  readonly name: string;
  readonly pieceLengthBytes: number;
  /** One entry with a path of length one is a single-file torrent. */
  readonly files: readonly { readonly path: readonly string[]; readonly lengthBytes: number }[];
}

export interface PlannedTracker {
  readonly transport: 'udp' | 'http';
  readonly intervalUs: number;
  /** Peers asked for in each announce. */
  readonly numwant: number;
  readonly link: PlannedLink;
}

/** An access line. Latency between two hosts is the sum of their one-way latencies. */
export interface PlannedLink {
  readonly upBytesPerSec: number;
  readonly downBytesPerSec: number;
  /** One-way delay between this host and the middle of the network. */
  readonly latencyUs: number;
  /** Bound of the queue in front of each direction, in bytes. */
  readonly queueBytes: number;
}

export interface PlannedPeer {
  /** Unique and stable: "crowd-17". Random streams of this peer are named by it. */
  readonly id: string;
  /** Index into `groups`. */
  readonly group: number;
  readonly arriveUs: number;
  /** What it holds on arrival. */
  readonly have: 'all' | 'none';
  readonly link: PlannedLink;
  /** When it leaves, after completion (or after arrival, for one that arrives complete); undefined: stays. */
  readonly leaveAfterCompleteUs: number | undefined;
  readonly engine: PlannedEngine;
}

/** The client settings of one peer; each has the engine's default where the scenario says nothing. */
export interface PlannedEngine {
  readonly picker: string;
  readonly choker: string;
  /** Regular plus optimistic unchoke slots. */
  readonly uploadSlots: number;
  readonly connectionsMax: number;
  /** Limit of the client itself (not of the line); 0 is none. */
  readonly uploadLimitBytesPerSec: number;
  readonly downloadLimitBytesPerSec: number;
}
