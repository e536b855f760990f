/**
 * A scenario as the rest of the program sees it: checked, with every default filled in, quantities as numbers in stated
 * units and expectations compiled. Plain JSON data.
 */
import type { Expectation } from './expectations/expectation.ts';
import type { Plan, PlannedEngine, PlannedInternet } from './plan.ts';
import type { ScenarioEvent } from './scenario-events.ts';
import type { ScenarioLines } from './scenario-lines.ts';
import type { ScenarioPresence } from './scenario-presence.ts';
import type { StrategyModule } from './strategies/strategy-module.ts';
import type { ScenarioSweep } from './sweep/sweep.ts';

export interface Scenario {
  readonly version: 1;
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  readonly time: ScenarioTime;
  /** Whether peers without a copy of their own serve each other; if not, the sources alone serve. */
  readonly swarm: boolean;
  readonly payload: 'reference' | 'bytes';
  readonly torrent: ScenarioTorrent;
  readonly tracker: ScenarioTracker;
  /** Peers tell each other of those that they know (BEP 11). Undefined: they do not. */
  readonly pex?: boolean;
  /** Undefined: there is no DHT. */
  readonly dht?: ScenarioDht;
  readonly internet: PlannedInternet;
  /** In the order of the file; names are unique. */
  readonly groups: readonly ScenarioGroup[];
  /** In the order of the file. */
  readonly events: readonly ScenarioEvent[];
  readonly expectations: readonly Expectation[];
  /** The file was a plan: everything is decided, and groups and events stand there. */
  readonly plan?: Plan;
  /** Undefined: nothing varies. A cell of a sweep has none of its own. */
  readonly sweep: ScenarioSweep | undefined;
  /** The strategies of the user's own that it names; undefined: none. */
  readonly strategyModules?: readonly StrategyModule[];
}

export interface ScenarioTime {
  readonly untilUs: number;
  readonly sampleUs: number;
  /** The time of the week at the start of the run, in microseconds since Monday 00:00. */
  readonly startsAtUs: number;
  /** From here on no fault lasts; undefined: there is no such time. */
  readonly healUs: number | undefined;
}

export interface ScenarioTorrent {
  readonly name: string;
  readonly pieceLengthBytes: number;
  /** One entry with a path of length one is a single-file torrent. */
  readonly files: readonly { readonly path: readonly string[]; readonly lengthBytes: number }[];
}

export interface ScenarioDht {
  /** Groups and peers with whose nodes all others begin; `router`: a machine of its own. */
  readonly bootstrap: 'router' | readonly string[];
}

export interface ScenarioTracker {
  /** There is none, whatever else is said. */
  readonly isOff?: true;
  readonly transport: 'udp' | 'http';
  readonly intervalUs: number;
  readonly numwant: number;
  /** Of the peers in each answer, those of the asker's group; absent: all are drawn from everybody. */
  readonly ownGroupPerMillion?: number;
}

export interface ScenarioGroup extends ScenarioLines, ScenarioPresence {
  readonly name: string;
  readonly count: number;
  readonly have: ScenarioHave;
  readonly engine: ScenarioEngine;
}

/** What the peers of a group hold on arrival. */
export type ScenarioHave =
  | 'all'
  | 'none'
  /** So many of the pieces, drawn for each peer. */
  | { readonly perMillion: number }
  /** These, as plans write them; of each peer in turn, or the same for all. */
  | { readonly pieces: string | readonly string[] };

/** All peers of a group have the same. */
export type ScenarioEngine = PlannedEngine;
