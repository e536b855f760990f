/**
 * What the peers of a group are connected by, run on and behave like: checked, with every default filled in. Plain JSON
 * data.
 */
import type { Behaviour } from '../sim/misbehaviour/behaviours.ts';
import type { NatKind } from '../sim/nat.ts';
import type { PlannedCap, PlannedRateWindow } from './plan.ts';
import type { Range } from './units.ts';

/** One kind of several with its share of the peers of a group; the shares of all kinds sum to a million. */
export interface Shared<Kind> {
  readonly kind: Kind;
  readonly perMillion: number;
}

/** The kinds that occur in a group, at least one, each with a share above zero. */
export type Mixture<Kind> = readonly Shared<Kind>[];

export interface ScenarioLines {
  readonly link: Mixture<ScenarioLine>;
  /** Indices of regions; undefined: in the middle of the network. */
  readonly region: Mixture<number> | undefined;
  readonly nat: Mixture<NatKind>;
  readonly caps: readonly PlannedCap[];
  readonly disk: ScenarioDisk;
  readonly behaviour: Mixture<Behaviour>;
}

export interface ScenarioLine {
  /** Its name, where it has one. */
  readonly profile?: string;
  readonly upBytesPerSec: Range;
  readonly downBytesPerSec: Range;
  /** One-way, to the middle of the network. */
  readonly latencyUs: Range;
  readonly queueBytes: number;
  readonly jitterUs: Range;
  readonly lossPerMillion: Range;
  readonly lossBurst: number;
  readonly schedule: readonly PlannedRateWindow[];
}

/** A rate of 0 takes no time. */
export interface ScenarioDisk {
  readonly accessUs: Range;
  readonly readBytesPerSec: Range;
  readonly writeBytesPerSec: Range;
  readonly roomBytes: number | undefined;
  readonly corruptPerMillion: number;
  readonly unsyncedUs: number;
}
