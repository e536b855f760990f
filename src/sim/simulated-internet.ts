/** All hosts of a simulated world, by address. State is O(hosts + open streams). */
import { invariant } from '../core/result.ts';
import { AddressPool } from './address-pool.ts';
import type { DatagramCounts, DatagramSpace, LossRule } from './datagrams.ts';
import { defaultStreamOptions, Medium, type StreamOptions } from './medium.ts';
import { type HostOptions, SimulatedHost } from './simulated-host.ts';
import type { Simulation } from './simulation.ts';

export class SimulatedInternet implements DatagramSpace {
  readonly medium: Medium;
  readonly counts: DatagramCounts = {
    sent: 0,
    delivered: 0,
    overflowed: 0,
    lost: 0,
    unclaimed: 0,
    missingBytes: 0,
  };
  /** Which datagrams are lost on the way; none when undefined. */
  lossRule: LossRule | undefined = undefined;
  readonly #addresses = new AddressPool();
  readonly #hosts = new Map<string, SimulatedHost>();

  constructor(simulation: Simulation, options: Partial<StreamOptions> = {}) {
    this.medium = new Medium(simulation, { ...defaultStreamOptions, ...options });
  }

  addHost(options: HostOptions): SimulatedHost {
    let address = options.address ?? this.#addresses.take();
    while (options.address === undefined && this.#hosts.has(address)) address = this.#addresses.take();
    invariant(!this.#hosts.has(address), `two hosts with the address ${address}`);
    const host = new SimulatedHost(this.medium, this, address, options);
    this.#hosts.set(address, host);
    return host;
  }

  hostAt(address: string): SimulatedHost | undefined {
    return this.#hosts.get(address);
  }

  /** In the order in which they were added. */
  hosts(): IterableIterator<SimulatedHost> {
    return this.#hosts.values();
  }
}
