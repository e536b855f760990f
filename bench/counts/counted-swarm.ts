/** The swarm whose work is counted: small, and the same on every machine, event for event. */
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import { planOf, swarmScenario } from '../measure/swarm.ts';

export const COUNTED = { peers: 30, contentMiB: 16 };
export const COUNTED_BLOCKS = COUNTED.peers * COUNTED.contentMiB * 64;

export function countedSwarm(): SimulatedRun {
  return new SimulatedRun(planOf(swarmScenario(COUNTED)), new NodeHasher());
}
