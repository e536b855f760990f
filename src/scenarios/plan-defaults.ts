/**
 * The parts of a plan of which a scenario says nothing: an ordinary line in the middle of the network, a disk that takes no
 * time, a peer that is there from the start and stays. Tests build their plans on them.
 */
import type {
  Plan,
  PlannedDisk,
  PlannedEngine,
  PlannedInternet,
  PlannedLeave,
  PlannedLink,
  PlannedPeer,
} from './plan.ts';

export const DEFAULT_LINK: PlannedLink = {
  upBytesPerSec: 125_000,
  downBytesPerSec: 1_000_000,
  latencyUs: 20_000,
  queueBytes: 128 * 1024,
  jitterUs: 0,
  lossPerMillion: 0,
  lossBurst: 1,
  region: undefined,
  nat: 'open',
  schedule: [],
  caps: [],
};

export const DEFAULT_DISK: PlannedDisk = {
  accessUs: 0,
  readBytesPerSec: 0,
  writeBytesPerSec: 0,
  roomBytes: undefined,
  corruptPerMillion: 0,
  unsyncedUs: 5_000_000,
};

export const STAYS: PlannedLeave = {
  afterCompleteUs: undefined,
  atShareRatioPerMille: undefined,
  whenCopies: undefined,
  abortAfterUs: undefined,
  atUs: undefined,
};

export const DEFAULT_ENGINE: PlannedEngine = {
  picker: 'rarest-first',
  choker: 'tit-for-tat',
  uploadSlots: 5,
  connectionsMax: 50,
  uploadLimitBytesPerSec: 0,
  downloadLimitBytesPerSec: 0,
};

export const NO_REGIONS: PlannedInternet = {
  regions: [],
  regionDelaysUs: [],
  pairDelayUs: { lowest: 0, highest: 0 },
};

/** A peer of the first group that comes with nothing at the start, but for what is said. */
export function plannedPeer(id: string, said: Partial<PlannedPeer> = {}): PlannedPeer {
  return {
    id,
    group: 0,
    arriveUs: 0,
    have: 'none',
    link: DEFAULT_LINK,
    absences: [],
    leave: STAYS,
    disk: DEFAULT_DISK,
    behaviour: 'honest',
    engine: DEFAULT_ENGINE,
    ...said,
  };
}

/** The parts of a plan that are the same for every scenario that says nothing of them. */
export const PLAN_DEFAULTS: Pick<Plan, 'startsAtUs' | 'healAtUs' | 'swarm' | 'internet' | 'events'> = {
  startsAtUs: 0,
  healAtUs: undefined,
  swarm: true,
  internet: NO_REGIONS,
  events: [],
};
