/** All hosts of a simulated world, by address. State is O(hosts + open streams). */
import { invariant } from '../core/result.ts';
import { AddressPool } from './address-pool.ts';
import { DatagramCarrier, type DatagramCounts } from './datagram-carrier.ts';
import type { DatagramSpace } from './datagrams.ts';
import { defaultStreamOptions, Medium, type StreamOptions } from './medium.ts';
import { NO_DISTANCE, type RouteOptions, Routes } from './routes.ts';
import { type HostOptions, SimulatedHost } from './simulated-host.ts';
import type { Simulation } from './simulation.ts';

export class SimulatedInternet implements DatagramSpace {
  readonly medium: Medium;
  readonly routes: Routes<SimulatedHost>;
  readonly datagrams: DatagramCarrier;
  readonly #addresses = new AddressPool();
  readonly #hosts = new Map<string, SimulatedHost>();

  constructor(
    simulation: Simulation,
    options: Partial<StreamOptions> = {},
    routeOptions: RouteOptions = NO_DISTANCE,
  ) {
    this.routes = new Routes(simulation.seed, routeOptions, () => this.#routesChanged());
    this.medium = new Medium(simulation, { ...defaultStreamOptions, ...options }, this.routes);
    this.datagrams = new DatagramCarrier(this.medium, this.routes);
  }

  /** What became of all datagrams so far. */
  get counts(): DatagramCounts {
    return this.datagrams.counts;
  }

  addHost(options: HostOptions): SimulatedHost {
    let address = options.address ?? this.#addresses.take();
    while (options.address === undefined && this.#hosts.has(address)) address = this.#addresses.take();
    invariant(!this.#hosts.has(address), `two hosts with the address ${address}`);
    const host = new SimulatedHost(this.medium, this, address, options);
    for (const link of host.links()) link.setQueueBytes(host.queueBytes);
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

  #routesChanged(): void {
    this.datagrams.routesChanged();
    for (const host of this.#hosts.values()) for (const stream of host.streams) stream.pathChanged();
  }
}
