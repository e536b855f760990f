/** The machines of a simulated run: hosts on one simulated internet, in virtual time. */

import { StreamHttpClient } from '../../core/http/stream-client.ts';
import type { Disk, Hasher, Network } from '../../core/ports.ts';
import { invariant } from '../../core/result.ts';
import type { SeededRandom } from '../../sim/random.ts';
import type { SimulatedHost } from '../../sim/simulated-host.ts';
import { SimulatedInternet } from '../../sim/simulated-internet.ts';
import { SimulatedStorage } from '../../sim/simulated-storage.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { VirtualClock } from '../../sim/virtual-clock.ts';
import type { Plan } from '../plan.ts';
import type { Lift, Machine, MachineFaults, MachinePlan, Machines, NetworkFaults } from './machine.ts';
import type { MessageTally } from './message-tally.ts';
import { drawsOfRun } from './run-draws.ts';

/** A machine with what checkers look at. */
export class SimulatedMachine implements Machine {
  readonly name: string;
  readonly host: SimulatedHost;
  readonly storage: SimulatedStorage | undefined;
  readonly clock: VirtualClock;
  readonly network: Network;
  readonly random: SeededRandom;
  #http: StreamHttpClient | undefined = undefined;
  #faults: MachineFaults | undefined = undefined;

  constructor(
    name: string,
    host: SimulatedHost,
    storage: SimulatedStorage | undefined,
    clock: VirtualClock,
    network: Network,
    random: SeededRandom,
  ) {
    this.name = name;
    this.host = host;
    this.storage = storage;
    this.clock = clock;
    this.network = network;
    this.random = random;
  }

  get address(): string {
    return this.host.address;
  }

  get http(): StreamHttpClient {
    this.#http ??= new StreamHttpClient({ clock: this.clock, network: this.network });
    return this.#http;
  }

  /** Made for the first who asks: most machines suffer nothing. */
  get faults(): MachineFaults {
    this.#faults ??= machineFaults(this.host, this.storage, this.clock);
    return this.#faults;
  }

  openDisk(): Disk {
    invariant(this.storage !== undefined, () => `${this.name} stores nothing`);
    return this.storage.open();
  }

  disconnect(): void {
    this.host.disconnect();
  }

  connect(): void {
    this.host.connect();
  }
}

export class SimulatedMachines implements Machines {
  readonly clock: VirtualClock;
  readonly hasher: Hasher;
  readonly internet: SimulatedInternet;
  readonly faults: NetworkFaults;
  /** In the order in which they were made. */
  readonly created: SimulatedMachine[] = [];
  readonly #simulation: Simulation;
  readonly #random: SeededRandom;
  readonly #plan: Plan;
  readonly #mayCrash: boolean;
  readonly #messages: MessageTally | undefined;

  /** `draws`: which of the draws that the seed leaves open, see `drawsOfRun`. */
  constructor(simulation: Simulation, plan: Plan, hasher: Hasher, messages?: MessageTally, draws = 0) {
    this.clock = new VirtualClock(simulation);
    this.hasher = hasher;
    this.internet = new SimulatedInternet(simulation, {}, plan.internet);
    this.faults = networkFaults(this.internet);
    this.#simulation = simulation;
    this.#random = drawsOfRun(plan.seed, draws);
    this.#plan = plan;
    this.#messages = messages;
    this.#mayCrash = plan.events.some(({ kind }) => kind === 'crash');
  }

  create({ name, link, storage: stored, onLineChanged }: MachinePlan): SimulatedMachine {
    const host = this.internet.addHost({
      name,
      upBytesPerSec: link.upBytesPerSec,
      downBytesPerSec: link.downBytesPerSec,
      latencyUs: link.latencyUs,
      queueBytes: link.queueBytes,
      jitterUs: link.jitterUs,
      lossPerMillion: link.lossPerMillion,
      lossBurst: link.lossBurst,
      region: link.region,
      nat: link.nat,
      schedule: link.schedule,
      caps: link.caps,
      startsAtUs: this.#plan.startsAtUs,
    });
    if (onLineChanged !== undefined) {
      host.line.listener = { onLineChanged };
      const { up, down } = host;
      const slow = up.capacity !== link.upBytesPerSec || down.capacity !== link.downBytesPerSec;
      if (slow) onLineChanged(up.capacity, down.capacity, 'schedule');
    }
    const storage = stored && this.#store(name, stored);
    const clock = new VirtualClock(this.#simulation);
    const network = this.#messages?.watch(host.network) ?? host.network;
    const random = this.#random.fork(name);
    const machine = new SimulatedMachine(name, host, storage, clock, network, random);
    this.created.push(machine);
    return machine;
  }

  #store(name: string, { disk, content, have }: NonNullable<MachinePlan['storage']>): SimulatedStorage {
    return new SimulatedStorage(this.#simulation, content.content, {
      payload: this.#plan.payload,
      have: typeof have === 'string' ? have : have.bytes,
      hasher: this.hasher,
      name: `${this.#plan.seed}/${name}/disk`,
      accessUs: disk.accessUs,
      readBytesPerSec: disk.readBytesPerSec,
      writeBytesPerSec: disk.writeBytesPerSec,
      corruptPerMillion: disk.corruptPerMillion,
      // Without a crash nothing is lost, and nobody need remember what was written when.
      unsyncedUs: this.#mayCrash ? disk.unsyncedUs : 0,
      roomBytes: disk.roomBytes,
    });
  }
}

function machineFaults(
  host: SimulatedHost,
  storage: SimulatedStorage | undefined,
  clock: VirtualClock,
): MachineFaults {
  const planned = { lossPerMillion: host.lossPerMillion, lossBurst: host.lossBurst };
  const losses = new Set([planned]);
  // Of several at a time, the worst holds.
  const settleLoss = (): void => {
    let worst = planned;
    for (const loss of losses) if (loss.lossPerMillion > worst.lossPerMillion) worst = loss;
    host.setLoss(worst.lossPerMillion, worst.lossBurst);
  };
  return {
    crash: () => {
      clock.stop();
      host.vanish();
      storage?.crash();
    },
    lose: (lossPerMillion, lossBurst) => {
      const loss = { lossPerMillion, lossBurst };
      losses.add(loss);
      settleLoss();
      return () => {
        if (losses.delete(loss)) settleLoss();
      };
    },
    limit: (upBytesPerSec, downBytesPerSec) => host.limit({ upBytesPerSec, downBytesPerSec }),
    harmDisk: (fault): Lift => storage?.lay(fault) ?? (() => {}),
  };
}

function networkFaults(internet: SimulatedInternet): NetworkFaults {
  const hostsOf = (machines: readonly Machine[]): ReadonlySet<SimulatedHost> =>
    new Set(machines.map((machine) => (machine as SimulatedMachine).host));
  return {
    stop: (kind, from, to, bothWays) => {
      const left = hostsOf(from);
      const right = hostsOf(to);
      return internet.routes.lay({
        kind,
        applies: (source, target) =>
          (left.has(source) && right.has(target)) || (bothWays && left.has(target) && right.has(source)),
      });
    },
    delay: (machines, addUs) => {
      const slow = hostsOf(machines);
      return internet.routes.lay({
        kind: 'delay',
        addUs,
        applies: (source, target) => slow.has(source) || slow.has(target),
      });
    },
  };
}
