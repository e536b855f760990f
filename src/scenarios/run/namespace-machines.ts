/**
 * The machines of a run in network namespaces: each has one of its own, whose line the kernel shapes, with the kernel's own
 * TCP. What only a shaped line in user space can do (latency, timetables, caps, faults) is refused before such a run
 * (`namespace-limits.ts`). Random draws come from the run's seed, as in simulation.
 */
import { StreamHttpClient } from '../../core/http/stream-client.ts';
import type { Clock, Disk, Hasher, Http, Network, Random } from '../../core/ports.ts';
import { invariant } from '../../core/result.ts';
import { NamespaceError, NamespaceLab } from '../../host/namespaces/namespace-lab.ts';
import { NodeClock } from '../../host/node-clock.ts';
import type { SeededRandom } from '../../sim/random.ts';
import type { Plan, PlannedLink } from '../plan.ts';
import { KeptDisk } from './kept-disk.ts';
import type { LoopbackStorage } from './loopback-disk.ts';
import type { Machine, MachinePlan } from './machine.ts';
import { type RealMachines, realStorage } from './real-machines.ts';
import { drawsOfRun } from './run-draws.ts';
import { RunFailure } from './run-options.ts';

class NamespaceMachine implements Machine {
  readonly name: string;
  readonly address: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults = undefined;
  readonly link: PlannedLink;
  storage: LoopbackStorage | undefined;
  #network: Network | undefined;
  #http: Http | undefined;

  constructor(plan: MachinePlan, address: string, clock: Clock, random: Random) {
    this.name = plan.name;
    this.link = plan.link;
    this.address = address;
    this.clock = clock;
    this.random = random.fork(plan.name);
  }

  /** It has a namespace now. */
  attach(network: Network): void {
    this.#network = network;
  }

  get network(): Network {
    invariant(this.#network !== undefined, `${this.name} has no network yet`);
    return this.#network;
  }

  get http(): Http {
    this.#http ??= new StreamHttpClient({ clock: this.clock, network: this.network });
    return this.#http;
  }

  openDisk(): Disk {
    invariant(this.storage !== undefined, `${this.name} stores nothing`);
    return new KeptDisk(this.storage.open());
  }

  disconnect(): void {
    // Its program has closed what it had open; nobody pulls the cable.
  }

  connect(): void {
    // The cable is in.
  }
}

export class NamespaceMachines implements RealMachines {
  readonly clock = new NodeClock();
  readonly hasher: Hasher;
  readonly faults = undefined;
  readonly #random: SeededRandom;
  readonly #lab: NamespaceLab;
  readonly #machines: NamespaceMachine[] = [];

  /** `agentFile`: the program of `host/namespaces/agent.ts`. */
  constructor(plan: Plan, hasher: Hasher, agentFile: string, draws = 0) {
    this.hasher = hasher;
    this.#random = drawsOfRun(plan.seed, draws);
    this.#lab = new NamespaceLab(agentFile);
  }

  create(plan: MachinePlan): Machine {
    const number = this.#machines.length + 1;
    const address = `10.77.${number >> 8}.${number & 0xff}`;
    const machine = new NamespaceMachine(plan, address, this.clock, this.#random);
    if (plan.storage !== undefined) machine.storage = realStorage(plan.storage, machine, this.hasher);
    this.#machines.push(machine);
    return machine;
  }

  async prepare(): Promise<void> {
    try {
      const hosts = this.#machines.map(({ address, link }) => ({ address, ...link }));
      const networks = await this.#lab.build(hosts);
      for (const [index, machine] of this.#machines.entries()) machine.attach(networks[index] as Network);
    } catch (error) {
      throw error instanceof NamespaceError ? new RunFailure(error.message) : error;
    }
  }

  begin(): void {
    // Nothing that a namespace can do depends on the time.
  }

  close(): Promise<void> {
    return this.#lab.close();
  }
}
