/**
 * The machines of a run on real sockets: every one has a loopback address of its own (127.x.y.z), a line that is shaped
 * in user space and a disk in memory, both as the plan says, and ways to the others with the delays of the simulated
 * network. Random draws come from the run's seed, as in simulation.
 */
import type { Hasher } from '../../core/ports.ts';
import { NodeClock } from '../../host/node-clock.ts';
import type { ShapedWays } from '../../host/shaped-way.ts';
import type { SeededRandom } from '../../sim/random.ts';
import { Routes, stronger } from '../../sim/routes.ts';
import { Stall } from '../../sim/stall.ts';
import type { Plan } from '../plan.ts';
import { LoopbackMachine } from './loopback-machine.ts';
import type { Machine, MachinePlan, NetworkFaults } from './machine.ts';
import { type RealMachines, realStorage } from './real-machines.ts';
import { drawsOfRun } from './run-draws.ts';

/** As late as a timer comes on a computer that has nothing else to do, and a little more. */
const LATE_MAX_US = 4_000;

export class LoopbackMachines implements RealMachines {
  /** Everybody who is in the run is in this process: a computer that is busy with other things takes no time from them. */
  readonly clock = new NodeClock({ lateMaxUs: LATE_MAX_US });
  readonly hasher: Hasher;
  readonly faults: NetworkFaults;
  readonly #plan: Plan;
  readonly #random: SeededRandom;
  readonly #routes: Routes<LoopbackMachine>;
  /** By address, in the order in which they were made. */
  readonly #machines = new Map<string, LoopbackMachine>();
  static #runs = 0;
  /** Different for each process and each run in it, so that two runs on one machine do not meet. */
  readonly #block = (process.pid + 4001 * LoopbackMachines.#runs++) % 0x3fff;

  constructor(plan: Plan, hasher: Hasher, draws = 0) {
    this.#plan = plan;
    this.hasher = hasher;
    this.#random = drawsOfRun(plan.seed, draws);
    this.#routes = new Routes(plan.seed, plan.internet, () => this.#waysChanged());
    this.faults = this.#networkFaults();
  }

  create(plan: MachinePlan): Machine {
    const address = this.#nextAddress();
    const machine = new LoopbackMachine(plan, {
      address,
      clock: this.clock,
      startsAtUs: this.#plan.startsAtUs,
      random: this.#random,
      ways: this.#waysOf(address),
      onPresenceChanged: () => this.#waysChanged(),
    });
    if (plan.storage !== undefined) machine.storage = realStorage(plan.storage, machine, this.hasher);
    this.#machines.set(address, machine);
    return machine;
  }

  async prepare(): Promise<void> {
    // Loopback addresses are there.
  }

  /** The plan's times count from `startUs` on. */
  begin(startUs: number): void {
    for (const machine of this.#machines.values()) machine.line.begin(startUs);
  }

  /** After the last program has ended: nothing is left open. */
  async close(): Promise<void> {
    for (const machine of this.#machines.values()) machine.close();
  }

  #waysOf(address: string): ShapedWays {
    const here = (): LoopbackMachine => this.#machines.get(address) as LoopbackMachine;
    const at = (host: string): LoopbackMachine | undefined => this.#machines.get(host);
    return {
      latencyUs: (host) => {
        const from = at(host);
        return from === undefined ? here().latencyUs : this.#routes.latencyUs(from, here());
      },
      jitterUs: (host) => (at(host)?.jitterUs ?? 0) + here().jitterUs,
      passageFrom: (host) => {
        const from = at(host);
        // What nobody of the run sends (an address that a lying tracker made up is answered by nobody).
        if (from === undefined) return 'open';
        if (!from.online || !here().online) return 'cut';
        return this.#routes.passage(from, here());
      },
      passageTo: (host) => {
        const to = at(host);
        if (to === undefined) return 'open';
        if (!to.online || !here().online) return 'cut';
        return stronger(this.#routes.passage(here(), to), this.#routes.passage(to, here()));
      },
      newStall: () => new Stall(),
    };
  }

  #waysChanged(): void {
    for (const machine of this.#machines.values()) machine.network.waysChanged();
  }

  #networkFaults(): NetworkFaults {
    return {
      stop: (kind, from, to, bothWays) => {
        const left = new Set(from);
        const right = new Set(to);
        return this.#routes.lay({
          kind,
          applies: (source, target) =>
            (left.has(source) && right.has(target)) || (bothWays && left.has(target) && right.has(source)),
        });
      },
      delay: (machines, addUs) => {
        const slow = new Set(machines);
        const applies = (source: Machine, target: Machine): boolean => slow.has(source) || slow.has(target);
        return this.#routes.lay({ kind: 'delay', addUs, applies });
      },
    };
  }

  /** 127.64.0.1 and up: 16 thousand blocks of 250 addresses, and on into the next block when one is full. */
  #nextAddress(): string {
    const number = this.#machines.size;
    const block = (this.#block + Math.floor(number / 250)) % 0x3fff;
    return `127.${64 + (block >> 8)}.${block & 0xff}.${1 + (number % 250)}`;
  }
}
