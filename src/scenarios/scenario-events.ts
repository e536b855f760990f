/** What happens to the peers during a run: checked, with every default filled in. Plain JSON data. */
import type { PlannedDiskFault, PlannedEngine } from './plan.ts';

export type ScenarioEvent = ScenarioAction & {
  readonly atUs: number;
  /** Again so long after the last time; undefined: once. */
  readonly everyUs: number | undefined;
  /** How often in all; undefined: until the run ends or is healed. */
  readonly times: number | undefined;
};

/** `forUs` undefined: until it is healed, or to the end. */
export type ScenarioAction =
  | ScenarioCut
  | {
      readonly verb: 'latency';
      readonly target: Target;
      readonly addUs: number;
      readonly forUs: number | undefined;
    }
  | {
      readonly verb: 'loss';
      readonly target: Target;
      readonly lossPerMillion: number;
      readonly lossBurst: number;
      readonly forUs: number | undefined;
    }
  | {
      readonly verb: 'line';
      readonly target: Target;
      /** At most so much; 0 is dead, undefined as before. */
      readonly upBytesPerSec: number | undefined;
      readonly downBytesPerSec: number | undefined;
      readonly forUs: number | undefined;
    }
  | { readonly verb: 'crash'; readonly target: Target; readonly restartAfterUs: number | undefined }
  | { readonly verb: 'leave'; readonly target: Target }
  | {
      readonly verb: 'disk';
      readonly target: Target;
      readonly fault: PlannedDiskFault;
      readonly forUs: number | undefined;
    }
  | { readonly verb: 'tracker'; readonly fault: 'down' | 'lies'; readonly forUs: number | undefined }
  | { readonly verb: 'engine'; readonly target: Target; readonly engine: Partial<PlannedEngine> };

/** Packets from one side to the other do not pass, or wait. */
export interface ScenarioCut {
  readonly verb: 'partition' | 'hold';
  readonly from: Target;
  /** Undefined: everybody else, and the tracker. */
  readonly to: Target | undefined;
  readonly bothWays: boolean;
  readonly forUs: number | undefined;
}

/** Some of the peers, and perhaps the tracker. */
export interface Target {
  /** Names of groups. */
  readonly groups: readonly string[];
  /** Ids of peers. */
  readonly peers: readonly string[];
  readonly tracker: boolean;
  /** How many of the peers, drawn from the seed; undefined: all. */
  readonly pick: Portion | undefined;
}

/** A part of those that are meant. */
export type Portion =
  | { readonly kind: 'share'; readonly perMillion: number }
  | { readonly kind: 'count'; readonly count: number };
