/** The contract of the DHT on the simulated network, over both families of addresses and with losses. */
import { SeededRandom } from '../../src/sim/random.ts';
import { SimulatedInternet } from '../../src/sim/simulated-internet.ts';
import { Simulation } from '../../src/sim/simulation.ts';
import { VirtualClock } from '../../src/sim/virtual-clock.ts';
import { type DhtContractWorld, describeDht } from '../contract/dht.ts';
import { nodeHasher } from '../support/fake-world.ts';

/** So many of a second's events at a time that a condition is looked at often. */
const END_US = 3_600_000_000;

function simulated(hostOf: (index: number) => string, lossPerMillion = 0): DhtContractWorld {
  const simulation = new Simulation(3);
  const internet = new SimulatedInternet(simulation);
  const machines = [0, 1, 2, 3, 4].map((index) => {
    const host = hostOf(index);
    const machine = internet.addHost({
      address: host,
      upBytesPerSec: 1e6,
      downBytesPerSec: 1e6,
      latencyUs: 20_000,
      queueBytes: 100_000,
      lossPerMillion,
    });
    return { network: machine.network, host };
  });
  return {
    clock: new VirtualClock(simulation),
    hasher: nodeHasher,
    random: SeededRandom.ofRun(3),
    machines,
    until: (condition) => {
      while (!condition())
        if (!simulation.step(END_US)) return Promise.reject(new Error('it never came true'));
      return Promise.resolve();
    },
  };
}

describeDht('simulated, IPv4', () => simulated((index) => `2${index}.1.1.1`));
describeDht('simulated, IPv6', () => simulated((index) => `2001:db8:${index + 1}::1`));
describeDht('simulated, one home network', () => simulated((index) => `192.168.0.${index + 1}`));
describeDht('simulated, a tenth of the datagrams lost', () =>
  simulated((index) => `2${index}.1.1.1`, 50_000),
);
