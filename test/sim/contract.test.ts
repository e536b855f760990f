/** The simulated ports keep the contracts that the real ones keep. */
import { createHash } from 'node:crypto';
import type { Hasher } from '../../src/core/ports.ts';
import { contentHashes, SimulatedContent } from '../../src/sim/content.ts';
import { SeededRandom } from '../../src/sim/random.ts';
import { SimulatedDisk } from '../../src/sim/simulated-disk.ts';
import { SimulatedInternet } from '../../src/sim/simulated-internet.ts';
import { Simulation } from '../../src/sim/simulation.ts';
import { VirtualClock } from '../../src/sim/virtual-clock.ts';
import { describeClock } from '../contract/clock.ts';
import { describeDatagrams } from '../contract/datagrams.ts';
import { describeDisk } from '../contract/disk.ts';
import { describeNetwork } from '../contract/network.ts';
import { describeRandom } from '../contract/random.ts';

const hasher: Hasher = { sha1: (bytes) => createHash('sha1').update(bytes).digest() };

/** Runs the simulation event by event until the condition holds; rejects when nothing is left to happen. */
function untilOf(simulation: Simulation): (condition: () => boolean) => Promise<void> {
  return async (condition) => {
    while (!condition()) {
      if (!simulation.step()) throw new Error(`never came true: ${condition.toString()}`);
    }
  };
}

function networkWorld() {
  const simulation = new Simulation(1);
  const internet = new SimulatedInternet(simulation);
  const line = { upBytesPerSec: 1e6, downBytesPerSec: 4e6, latencyUs: 10_000, queueBytes: 262_144 };
  const left = internet.addHost(line);
  const right = internet.addHost(line);
  return {
    left: left.network,
    right: right.network,
    leftHost: left.address,
    rightHost: right.address,
    stallBytes: 2_000_000,
    until: untilOf(simulation),
  };
}

describeClock('virtual', () => {
  const simulation = new Simulation(1);
  return { clock: new VirtualClock(simulation), until: untilOf(simulation) };
});
describeNetwork('simulated', networkWorld, { payloadByReference: true });
describeDatagrams('simulated', networkWorld);
describeRandom('seeded', () => SeededRandom.ofRun(7));
describeDisk('simulated, bytes', (shape) => {
  const simulation = new Simulation(1);
  const content = new SimulatedContent(1, shape, 99, contentHashes(shape, 99, hasher));
  const disk = new SimulatedDisk(simulation, content, { payload: 'bytes', have: 'none', hasher });
  return { disk, until: untilOf(simulation) };
});
