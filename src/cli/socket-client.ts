/** The engine's client on the sockets of this machine: one listening port, one node of the DHT, any number of torrents. */
import { Client } from '../core/client.ts';
import { LocalDiscovery } from '../core/discovery/local-discovery.ts';
import type { ClientLimitOptions } from '../core/limits/client-limits.ts';
import type { Address } from '../core/ports.ts';
import { blockBuffers } from '../host/buffer-pool.ts';
import { NodeClock } from '../host/node-clock.ts';
import { NodeHasher } from '../host/node-hasher.ts';
import { NodeHttp } from '../host/node-http.ts';
import { NodeMulticast } from '../host/node-multicast.ts';
import { NodeNetwork } from '../host/node-network.ts';
import { NodeRandom } from '../host/node-random.ts';
import { trackerResolver } from '../host/node-tracker-resolver.ts';
import type { ClientSettings } from './client-arguments.ts';
import { dhtNetworks, dhtOptions } from './dht-of-client.ts';
import type { Terminal } from './output/terminal.ts';

export interface SocketClientEvents {
  /** Torrents are added after this. */
  onListening(address: Address): void;
  onFailed(message: string): void;
}

export class SocketClient {
  readonly client: Client;
  readonly clock = new NodeClock();
  /** Of all torrents together. */
  readonly blockBuffers = blockBuffers();

  /** `limits`: of all torrents together. */
  constructor(
    settings: Pick<ClientSettings, 'host' | 'port' | 'localDiscovery' | 'dht' | 'verbose' | 'stateFolder'>,
    terminal: Pick<Terminal, 'print'>,
    events: SocketClientEvents,
    limits?: ClientLimitOptions,
  ) {
    const { host, port, localDiscovery } = settings;
    const local = host === undefined ? {} : { localHost: host };
    const { clock } = this;
    const random = new NodeRandom();
    const network = new NodeNetwork(local);
    const lsd = new LocalDiscovery({ clock, random, multicast: new NodeMulticast(local) });
    const ports = {
      clock,
      random,
      network,
      ...(host === undefined ? { ipv6Network: new NodeNetwork({ localHost: '::' }) } : {}),
      dhtNetworks: dhtNetworks(host, network),
      http: new NodeHttp(local),
      hasher: new NodeHasher(),
      resolver: trackerResolver,
      discoverers: localDiscovery ? [lsd] : [],
    };
    this.client = new Client(ports, {
      port,
      dht: dhtOptions(settings, terminal),
      limits: limits ?? {},
      onListening: (address) => events.onListening(address),
      onListenError: (message) => events.onFailed(host === undefined ? message : `${host}: ${message}`),
    });
  }

  start(): void {
    this.client.start();
  }
}
