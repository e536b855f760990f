/** A small swarm as a plan: one seed and a few leechers on ordinary lines, 32 pieces of 64 KiB. */

import type { Plan, PlannedPeer } from '../../src/scenarios/plan.ts';
import {
  DEFAULT_ENGINE,
  DEFAULT_LINK,
  PLAN_DEFAULTS,
  plannedPeer,
} from '../../src/scenarios/plan-defaults.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { nodeHasher } from './fake-world.ts';

export const SECOND = 1_000_000;
export const SMALL_PIECES = 32;
export const SMALL_BYTES = SMALL_PIECES * 65_536 - 777;

/** What one peer differs in; its `have` is "all" for the first of a plan and "none" for the others. */
export type PeerChange = Partial<PlannedPeer>;

/** One peer for each change: the first is the seed. */
export function smallPlan(peers: readonly PeerChange[], changes: Partial<Plan> = {}): Plan {
  return {
    ...PLAN_DEFAULTS,
    version: 1,
    name: 'small swarm',
    description: '',
    seed: 1,
    endUs: 600 * SECOND,
    sampleUs: SECOND,
    payload: 'reference',
    torrent: {
      name: 'content',
      pieceLengthBytes: 65_536,
      files: [{ path: ['content'], lengthBytes: SMALL_BYTES }],
    },
    tracker: {
      transport: 'udp',
      intervalUs: 30 * SECOND,
      numwant: 50,
      link: { ...DEFAULT_LINK, upBytesPerSec: 1e8, downBytesPerSec: 1e8, latencyUs: 5000 },
    },
    groups: ['seed', 'crowd'],
    peers: peers.map((change, index) =>
      plannedPeer(index === 0 ? 'seed-1' : `crowd-${index}`, {
        group: index === 0 ? 0 : 1,
        have: index === 0 ? 'all' : 'none',
        link: { ...DEFAULT_LINK, upBytesPerSec: 250_000, latencyUs: 10_000 + 1000 * index },
        engine: { ...DEFAULT_ENGINE, connectionsMax: 20 },
        ...change,
      }),
    ),
    ...changes,
  };
}

/** Runs a plan to its end. */
export function simulate(plan: Plan): Trace {
  const run = new SimulatedRun(plan, nodeHasher);
  while (run.advance(100_000));
  return run.finish();
}
