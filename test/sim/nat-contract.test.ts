/** The datagram contract holds behind every kind of translation, and over lines with jitter. */
import { natKinds } from '../../src/sim/nat.ts';
import { SimulatedInternet } from '../../src/sim/simulated-internet.ts';
import { Simulation } from '../../src/sim/simulation.ts';
import { describeDatagrams } from '../contract/datagrams.ts';

for (const nat of natKinds) {
  describeDatagrams(`simulated, ${nat}, with jitter`, () => {
    const simulation = new Simulation(1);
    const internet = new SimulatedInternet(simulation);
    const line = { upBytesPerSec: 1e6, downBytesPerSec: 4e6, latencyUs: 10_000, queueBytes: 262_144 };
    const left = internet.addHost({ ...line, nat, jitterUs: 30_000 });
    const right = internet.addHost({ ...line, jitterUs: 5_000 });
    return {
      left: left.network,
      right: right.network,
      leftHost: left.address,
      rightHost: right.address,
      until: async (condition) => {
        while (!condition()) {
          if (!simulation.step()) throw new Error(`never came true: ${condition.toString()}`);
        }
      },
    };
  });
}
