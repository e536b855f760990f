/**
 * A scenario as the rest of the program sees it: checked, with every default filled in, quantities as numbers in stated
 * units and expectations compiled. Plain JSON data.
 */
import type { Expectation } from './expectations/expectation.ts';
import type { Range } from './units.ts';

export interface Scenario {
  readonly version: 1;
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  readonly time: { readonly untilUs: number; readonly sampleUs: number };
  readonly payload: 'reference' | 'bytes';
  readonly torrent: ScenarioTorrent;
  readonly tracker: ScenarioTracker;
  /** In the order of the file; names are unique. */
  readonly groups: readonly ScenarioGroup[];
  readonly expectations: readonly Expectation[];
}

export interface ScenarioTorrent {
  readonly name: string;
  readonly pieceLengthBytes: number;
  /** One entry with a path of length one is a single-file torrent. */
  readonly files: readonly { readonly path: readonly string[]; readonly lengthBytes: number }[];
}

export interface ScenarioTracker {
  readonly transport: 'udp' | 'http';
  readonly intervalUs: number;
  readonly numwant: number;
}

export interface ScenarioGroup {
  readonly name: string;
  readonly count: number;
  readonly have: 'all' | 'none';
  readonly link: ScenarioLink;
  readonly arrive: Arrival;
  /** Undefined: for ever. */
  readonly stayAfterCompleteUs: Range | undefined;
  readonly engine: ScenarioEngine;
}

export interface ScenarioLink {
  readonly upBytesPerSec: Range;
  readonly downBytesPerSec: Range;
  /** One-way, to the middle of the network. */
  readonly latencyUs: Range;
  readonly queueBytes: number;
}

export type Arrival =
  | { readonly process: 'at'; readonly atUs: number }
  | { readonly process: 'flash'; readonly withinUs: number }
  | { readonly process: 'poisson'; readonly meanIntervalUs: number };

export interface ScenarioEngine {
  readonly picker: string;
  readonly choker: string;
  readonly uploadSlots: number;
  readonly connectionsMax: number;
  /** 0: none. */
  readonly uploadLimitBytesPerSec: number;
  /** 0: none. */
  readonly downloadLimitBytesPerSec: number;
}
