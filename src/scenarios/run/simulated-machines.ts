/** The machines of a simulated run: hosts on one simulated internet, in virtual time. */

import { StreamHttpClient } from '../../core/http/stream-client.ts';
import type { Disk, Hasher } from '../../core/ports.ts';
import { SeededRandom } from '../../sim/random.ts';
import { SimulatedDisk } from '../../sim/simulated-disk.ts';
import { SimulatedInternet } from '../../sim/simulated-internet.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { VirtualClock } from '../../sim/virtual-clock.ts';
import type { Plan, PlannedLink, PlannedPeer } from '../plan.ts';
import type { Machine, Machines } from './machine.ts';
import type { PlannedContent } from './planned-content.ts';

export class SimulatedMachines implements Machines {
  readonly clock: VirtualClock;
  readonly hasher: Hasher;
  readonly internet: SimulatedInternet;
  readonly #simulation: Simulation;
  readonly #random: SeededRandom;
  readonly #payload: Plan['payload'];

  constructor(simulation: Simulation, plan: Plan, hasher: Hasher) {
    this.clock = new VirtualClock(simulation);
    this.hasher = hasher;
    this.internet = new SimulatedInternet(simulation);
    this.#simulation = simulation;
    this.#random = SeededRandom.ofRun(plan.seed);
    this.#payload = plan.payload;
  }

  create(name: string, link: PlannedLink): Machine {
    const host = this.internet.addHost({ name, ...link });
    return {
      address: host.address,
      network: host.network,
      http: new StreamHttpClient({ clock: this.clock, network: host.network }),
      random: this.#random.fork(name),
      openDisk: ({ content }: PlannedContent, have: PlannedPeer['have']): Disk =>
        new SimulatedDisk(this.#simulation, content, { payload: this.#payload, have, hasher: this.hasher }),
      disconnect: () => host.disconnect(),
    };
  }
}
