/**
 * The machines of a run on real sockets: every one has a loopback address of its own (127.x.y.z) and a line that is
 * shaped in user space as the plan says. Storage is memory; random draws come from the run's seed, as in simulation.
 */
import { MemoryDisk } from '../../core/memory-disk.ts';
import type { Disk, Hasher, Microseconds } from '../../core/ports.ts';
import { invariant } from '../../core/result.ts';
import { NodeClock } from '../../host/node-clock.ts';
import { NodeHttp } from '../../host/node-http.ts';
import { NodeNetwork } from '../../host/node-network.ts';
import { ShapedNetwork } from '../../host/shaped-network.ts';
import { SeededRandom } from '../../sim/random.ts';
import type { Plan } from '../plan.ts';
import { GeneratedDisk } from './generated-disk.ts';
import { KeptDisk } from './kept-disk.ts';
import type { Machine, MachinePlan, MachineStoragePlan, Machines } from './machine.ts';

export class LoopbackMachines implements Machines {
  readonly clock = new NodeClock();
  readonly hasher: Hasher;
  /** Real machines suffer nothing on purpose. */
  readonly faults = undefined;
  readonly #random: SeededRandom;
  readonly #latencies = new Map<string, Microseconds>();
  /** Different for each process, so that two runs on one machine do not meet. */
  readonly #block = process.pid % 0x3fff;

  constructor(plan: Plan, hasher: Hasher) {
    this.hasher = hasher;
    this.#random = SeededRandom.ofRun(plan.seed);
  }

  create({ name, link, storage }: MachinePlan): Machine {
    const address = this.#nextAddress();
    this.#latencies.set(address, link.latencyUs);
    const network = new ShapedNetwork(new NodeNetwork({ localHost: address }), this.clock, {
      ...link,
      latencyUs: (remote) => link.latencyUs + (this.#latencies.get(remote) ?? 0),
    });
    const stored = storage && this.#store(storage);
    return {
      name,
      address,
      clock: this.clock,
      network,
      http: new NodeHttp({ localHost: address }),
      random: this.#random.fork(name),
      openDisk: () => {
        invariant(stored !== undefined, `${name} stores nothing`);
        return new KeptDisk(stored);
      },
      disconnect: () => {},
      connect: () => {},
      faults: undefined,
    };
  }

  #store({ content: { content }, have }: MachineStoragePlan): Disk {
    const soon = (callback: () => void): void => {
      setImmediate(callback);
    };
    if (have === 'all') return new GeneratedDisk(content, soon);
    const { pieceLengthBytes, totalBytes } = content;
    const disk = new MemoryDisk({ soon, hasher: this.hasher }, { pieceLengthBytes, totalBytes });
    for (let piece = 0; have !== 'none' && piece < have.length; piece++) {
      if (!have.has(piece)) continue;
      const bytes = new Uint8Array(Math.min(pieceLengthBytes, totalBytes - piece * pieceLengthBytes));
      content.fill(piece, 0, bytes);
      disk.preload(piece, bytes);
    }
    return disk;
  }

  /** 127.64.0.1 and up: 16 thousand blocks of 250 addresses, and on into the next block when one is full. */
  #nextAddress(): string {
    const number = this.#latencies.size;
    const block = (this.#block + Math.floor(number / 250)) % 0x3fff;
    return `127.${64 + (block >> 8)}.${block & 0xff}.${1 + (number % 250)}`;
  }
}
