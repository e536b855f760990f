/**
 * A tracker on the real machine: HTTP and UDP on one port number each, over IPv4 and IPv6. Invariant: it either listens
 * by both transports on the same port, or not at all.
 */
import type { Address } from '../core/ports.ts';
import { HttpTrackerEndpoint } from '../core/tracker/http-endpoint.ts';
import { StatisticsPage } from '../core/tracker/statistics-page.ts';
import {
  SwarmRegistry,
  type SwarmRegistryOptions,
  type TrackerStatistics,
} from '../core/tracker/swarm-registry.ts';
import { UdpTrackerEndpoint } from '../core/tracker/udp-endpoint.ts';
import { NodeClock } from './node-clock.ts';
import { serveHttp } from './node-http-server.ts';
import { NodeNetwork } from './node-network.ts';
import { NodeRandom } from './node-random.ts';

export interface TrackerServerOptions {
  /** Local IP address; default: all, IPv4 and IPv6. */
  readonly localHost?: string;
  /** 0: any port that both transports can have. */
  readonly port: number;
  readonly registry?: Partial<SwarmRegistryOptions>;
}

/** With port 0 the port that HTTP got may be taken for UDP: so many others are tried. */
const PORTS_TRIED = 20;

export class TrackerServer {
  readonly #clock = new NodeClock();
  readonly #random = new NodeRandom();
  readonly #options: TrackerServerOptions;
  readonly #registry: SwarmRegistry;
  readonly #http: HttpTrackerEndpoint;
  readonly #page: StatisticsPage;
  #closers: (() => void)[] = [];

  constructor(options: TrackerServerOptions) {
    this.#options = options;
    this.#registry = new SwarmRegistry(
      { random: this.#random.fork('swarms') },
      { idleMayLackMetadata: true, ...options.registry },
    );
    this.#http = new HttpTrackerEndpoint(this.#registry, true);
    this.#page = new StatisticsPage(this.#registry, this.#clock.now());
  }

  /** Resolves to the address of both transports. Rejects with a message for people. */
  async listen(): Promise<Address> {
    for (let tries = 1; ; tries++) {
      const address = await this.#listenHttp(this.#options.port);
      try {
        await this.#listenUdp(address.port);
        return address;
      } catch (error) {
        this.close();
        if (this.#options.port !== 0 || tries === PORTS_TRIED) throw error;
      }
    }
  }

  statistics(): TrackerStatistics {
    return this.#page.read(this.#clock.now());
  }

  close(): void {
    for (const close of this.#closers) close();
    this.#closers = [];
  }

  #listenHttp(port: number): Promise<Address> {
    const { localHost } = this.#options;
    return new Promise((resolve, reject) => {
      const server = serveHttp(
        (target, from) => {
          const nowUs = this.#clock.now();
          return this.#page.handle(target, nowUs) ?? this.#http.handle(target, from, nowUs);
        },
        {
          port,
          ...(localHost === undefined ? {} : { localHost }),
          onListening: resolve,
          onError: (message) => reject(new Error(message)),
        },
      );
      this.#closers.push(() => server.close());
    });
  }

  async #listenUdp(port: number): Promise<void> {
    const { localHost } = this.#options;
    await this.#bind(localHost ?? '0.0.0.0', port);
    if (localHost !== undefined) return;
    // A machine without IPv6 serves IPv4 alone.
    await this.#bind('::', port).catch((error: Error) => {
      if (!/EAFNOSUPPORT|EADDRNOTAVAIL/.test(error.message)) throw error;
    });
  }

  #bind(localHost: string, port: number): Promise<Address> {
    return new Promise((resolve, reject) => {
      const ports = {
        clock: this.#clock,
        network: new NodeNetwork({ localHost }),
        random: this.#random.fork(`udp-${localHost}`),
      };
      const endpoint = new UdpTrackerEndpoint(ports, this.#registry, {
        port,
        onBound: resolve,
        onError: (message) => reject(new Error(message)),
      });
      this.#closers.push(() => endpoint.close());
    });
  }
}
