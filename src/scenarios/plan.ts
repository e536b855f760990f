/**
 * The plan of a run: everything that a scenario and a seed decide, spelled out. A plan alone replays a run; nothing
 * after `expand` looks at the scenario file or draws another number to decide what happens. Plain JSON data.
 */
import type { Behaviour } from '../sim/misbehaviour/behaviours.ts';
import type { NatKind } from '../sim/nat.ts';
import type { WeeklyWindow } from '../sim/weekly-schedule.ts';
import type { ModuleOptions, StrategyModule } from './strategies/strategy-module.ts';
import type { Range } from './units.ts';

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
  /** The time of the week at the start of the run, in microseconds since Monday 00:00: timetables and caps go by it. */
  readonly startsAtUs: number;
  /** From here on no fault lasts: whatever was cut, slowed or switched off is healed. Undefined: there is no such time. */
  readonly healAtUs: number | undefined;
  /** Peers without a copy of their own are served by the sources alone (client and server): false. */
  readonly swarm: boolean;
  readonly internet: PlannedInternet;
  readonly torrent: PlannedTorrent;
  readonly tracker: PlannedTracker;
  /** Peers tell each other of those that they know (BEP 11). Undefined: they do not. */
  readonly pex?: boolean;
  /** Undefined: there is no DHT. */
  readonly dht?: PlannedDht;
  /** Group names, in the order of the scenario. */
  readonly groups: readonly string[];
  readonly peers: readonly PlannedPeer[];
  /** In the order of time; those of one instant in the order of the scenario. */
  readonly events: readonly PlannedEvent[];
  /** The strategies of the user's own that peers refer to; undefined: none. */
  readonly strategyModules?: readonly StrategyModule[];
}

/** What lies between the access lines. */
export interface PlannedInternet {
  /** Names of regions; hosts refer to them by index. */
  readonly regions: readonly string[];
  /** One-way delay from a region (row) to a region (column). */
  readonly regionDelaysUs: readonly (readonly number[])[];
  /** One-way delay drawn once for each pair of hosts, the same both ways. */
  readonly pairDelayUs: Range;
}

export interface PlannedTorrent {
  readonly name: string;
  readonly pieceLengthBytes: number;
  /** One entry with a path of length one is a single-file torrent. */
  readonly files: readonly { readonly path: readonly string[]; readonly lengthBytes: number }[];
}

/** All peers take part in a DHT. */
export interface PlannedDht {
  /** Indices of the peers with whose nodes all others begin; `router`: a machine that is nothing but a node. */
  readonly bootstrap: 'router' | readonly number[];
}

export interface PlannedTracker {
  /** There is none, whatever else is said. */
  readonly isOff?: true;
  readonly transport: 'udp' | 'http';
  readonly intervalUs: number;
  /** Peers asked for in each announce. */
  readonly numwant: number;
  /** Of the peers in each answer, those of the asker's group; absent: all are drawn from everybody. */
  readonly ownGroupPerMillion?: number;
  readonly link: PlannedLink;
}

/** An access line. */
export interface PlannedLink {
  /** The name of the line in the scenario, where it has one: what peers may be chosen by. */
  readonly profile?: string;
  readonly upBytesPerSec: number;
  readonly downBytesPerSec: number;
  /** One-way delay between this host and the middle of the network. */
  readonly latencyUs: number;
  /** Bound of the queue in front of each direction, in bytes. */
  readonly queueBytes: number;
  /** Every packet waits up to so much longer, drawn uniformly. */
  readonly jitterUs: number;
  /** Packets in a million that the line loses, in each direction. */
  readonly lossPerMillion: number;
  /** Packets lost in a row, on average; 1: each on its own. */
  readonly lossBurst: number;
  /** Index into the regions; undefined: in the middle of the network. */
  readonly region: number | undefined;
  readonly nat: NatKind;
  /** When the line is slower than its rates; where windows overlap the lower share holds. */
  readonly schedule: readonly PlannedRateWindow[];
  readonly caps: readonly PlannedCap[];
}

/** A part of every week in which a line gives only a share of its rates. */
export interface PlannedRateWindow extends WeeklyWindow {
  readonly upPerMille: number;
  readonly downPerMille: number;
}

/** A volume per period of the clock. */
export interface PlannedCap {
  readonly counts: 'up' | 'down' | 'both';
  readonly bytes: number;
  readonly periodUs: number;
  readonly then: { readonly kind: 'cut' } | { readonly kind: 'throttle'; readonly bytesPerSec: number };
}

/** A span in which a peer's machine is off. */
export interface PlannedAbsence {
  readonly fromUs: number;
  readonly toUs: number;
}

/** When a peer leaves for good; the first that applies. A peer for which nothing is said stays. */
export interface PlannedLeave {
  /** So long after completion (or after arrival, for one that arrives complete). */
  readonly afterCompleteUs: number | undefined;
  /** Complete, and has sent so many thousandths of the content's size. */
  readonly atShareRatioPerMille: number | undefined;
  /** Every piece has at least so many copies among the peers that are present, its own included. */
  readonly whenCopies: number | undefined;
  /** Gives up so long after its arrival when it is not complete. */
  readonly abortAfterUs: number | undefined;
  /** At this time of the run. */
  readonly atUs: number | undefined;
}

/** A disk; a rate of 0 takes no time. */
export interface PlannedDisk {
  readonly accessUs: number;
  readonly readBytesPerSec: number;
  readonly writeBytesPerSec: number;
  /** Undefined: room enough. */
  readonly roomBytes: number | undefined;
  /** Writes in a million that are stored with a wrong bit. */
  readonly corruptPerMillion: number;
  /** What was written within so long before a crash is lost. */
  readonly unsyncedUs: number;
}

/** Everything, nothing, or some pieces by their numbers: "0-9,12", of which there are neither none nor all. */
export type PlannedPieces = 'all' | 'none' | { readonly pieces: string };

export interface PlannedPeer {
  /** Unique and stable: "crowd-17". Random streams of this peer are named by it. */
  readonly id: string;
  /** Index into `groups`. */
  readonly group: number;
  readonly arriveUs: number;
  /** What it holds on arrival. */
  readonly have: PlannedPieces;
  readonly link: PlannedLink;
  /** In order, apart from each other, none before the arrival. What the disk holds is there again on return. */
  readonly absences: readonly PlannedAbsence[];
  readonly leave: PlannedLeave;
  readonly disk: PlannedDisk;
  readonly behaviour: Behaviour;
  readonly engine: PlannedEngine;
}

/** A strategy: a registered name; one with options, in base units; or one of `strategyModules`, by its path. */
export type PlannedStrategy = string | PlannedStrategyChoice | PlannedModule;

export interface PlannedModule {
  readonly module: string;
  readonly options: ModuleOptions;
}

export interface PlannedStrategyChoice {
  readonly name: string;
  readonly options: Readonly<Record<string, number>>;
}

/** How somebody plays the content while it comes. */
export interface PlannedPlayback {
  readonly bytesPerSec: number;
  /** From the arrival of the peer until the player begins, if there is something to play by then. */
  readonly delayUs: number;
}

/** The client settings of one peer; each has the engine's default where the scenario says nothing. */
export interface PlannedEngine {
  readonly picker: PlannedStrategy;
  readonly choker: PlannedStrategy;
  /** In place of the choker from completion on. */
  readonly seedChoker?: PlannedStrategy | undefined;
  /** Pieces that a seed suggests at a time to each peer that it serves (BEP 6). */
  readonly suggest?: number | undefined;
  /** A peer that arrives with everything names one piece at a time to each other peer (BEP 16). */
  readonly superSeeding?: boolean | undefined;
  /** The slot of a peer that leaves or wants nothing more is given to another at once. */
  readonly refillsSlots?: boolean | undefined;
  /** Undefined: nobody plays the content. */
  readonly playback?: PlannedPlayback | undefined;
  /** Regular plus optimistic unchoke slots. */
  readonly uploadSlots: number;
  readonly connectionsMax: number;
  /** Limit of the client itself (not of the line); 0 is none. */
  readonly uploadLimitBytesPerSec: number;
  readonly downloadLimitBytesPerSec: number;
}

/** Stands for the tracker where events name peers by index. */
export const TRACKER = -1;

/** Something that happens to some of the peers. `untilUs` undefined: until it is healed, or to the end. */
export type PlannedEvent = PlannedEventTime &
  (
    | {
        readonly kind: 'partition' | 'hold';
        /** Packets from a peer of `from` to one of `to` do not pass. */
        readonly from: readonly number[];
        readonly to: readonly number[];
        /** Nor those the other way. */
        readonly bothWays: boolean;
        readonly untilUs: number | undefined;
      }
    | {
        readonly kind: 'latency';
        readonly peers: readonly number[];
        /** Added to the one-way delay of everything to and from them. */
        readonly addUs: number;
        readonly untilUs: number | undefined;
      }
    | {
        readonly kind: 'loss';
        readonly peers: readonly number[];
        readonly lossPerMillion: number;
        readonly lossBurst: number;
        readonly untilUs: number | undefined;
      }
    | {
        readonly kind: 'line';
        readonly peers: readonly number[];
        /** At most so much, in bytes per second; 0 is dead, undefined as before. */
        readonly upBytesPerSec: number | undefined;
        readonly downBytesPerSec: number | undefined;
        readonly untilUs: number | undefined;
      }
    | {
        /** The power fails: nobody is told, and what was not synced is lost. */
        readonly kind: 'crash';
        readonly peers: readonly number[];
        /** Undefined: does not come back before it is healed. */
        readonly restartAfterUs: number | undefined;
      }
    | {
        /** As planned from the start, for those that are there. */
        readonly kind: 'leave';
        readonly peers: readonly number[];
      }
    | {
        readonly kind: 'disk';
        readonly peers: readonly number[];
        readonly fault: PlannedDiskFault;
        readonly untilUs: number | undefined;
      }
    | {
        readonly kind: 'tracker';
        /** It answers nobody, or answers with addresses at which nobody is. */
        readonly fault: 'down' | 'lies';
        readonly untilUs: number | undefined;
      }
    | {
        /** The clients take on other settings from here on. */
        readonly kind: 'engine';
        readonly peers: readonly number[];
        readonly engine: Partial<PlannedEngine>;
      }
  );

interface PlannedEventTime {
  readonly atUs: number;
  /** What the scenario calls it, for the trace: "partition origin | crowd for 30s". */
  readonly label: string;
}

export type PlannedDiskFault =
  | { readonly kind: 'full' }
  | { readonly kind: 'failing' }
  | { readonly kind: 'slow'; readonly bytesPerSec: number }
  | { readonly kind: 'corrupting'; readonly perMillion: number };
