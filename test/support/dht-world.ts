/**
 * A small simulated internet of DHT nodes at addresses of the open internet, where the rules about networks and ids hold,
 * and plain sockets for scripted neighbours that send what they like.
 */
import { Dht, type DhtOptions } from '../../src/core/dht/dht.ts';
import type { DhtNode } from '../../src/core/dht/dht-node.ts';
import type { TorrentSearch } from '../../src/core/dht/torrent-search.ts';
import type { Address, DatagramSocket } from '../../src/core/ports.ts';
import { SeededRandom } from '../../src/sim/random.ts';
import type { HostOptions } from '../../src/sim/simulated-host.ts';
import { SimulatedInternet } from '../../src/sim/simulated-internet.ts';
import { Simulation } from '../../src/sim/simulation.ts';
import { VirtualClock } from '../../src/sim/virtual-clock.ts';
import { nodeHasher } from './fake-world.ts';

export const DHT_PORT = 6881;

export interface DhtPeer {
  readonly dht: Dht;
  readonly node: DhtNode;
  readonly address: Address;
}

/** A socket that keeps what arrives. */
export interface RawNode {
  readonly address: Address;
  readonly received: { readonly bytes: Uint8Array; readonly from: Address }[];
  /** Does something with each datagram. */
  onDatagram: ((bytes: Uint8Array, from: Address) => void) | undefined;
  send(bytes: Uint8Array, to: Address): void;
}

export class DhtWorld {
  readonly simulation: Simulation;
  readonly internet: SimulatedInternet;
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly peers: DhtPeer[] = [];

  constructor(seed = 1) {
    this.simulation = new Simulation(seed);
    this.internet = new SimulatedInternet(this.simulation);
    this.clock = new VirtualClock(this.simulation);
    this.random = SeededRandom.ofRun(seed);
  }

  /** The `index`th address of the open internet, each in a network of its own. */
  static hostOf(index: number): string {
    return `${20 + (index % 150)}.${1 + (Math.floor(index / 150) % 250)}.7.${1 + (index % 200)}`;
  }

  add(host: string, options: DhtOptions = {}, link: Partial<HostOptions> = {}): DhtPeer {
    const machine = this.#host(host, link);
    const ports = {
      clock: this.clock,
      networks: [{ network: machine.network, ipv6: host.includes(':') }],
      hasher: nodeHasher,
      random: this.random.fork(`${host}-${this.peers.length}`),
    };
    const dht = new Dht(ports, options);
    dht.start(DHT_PORT);
    const peer = { dht, node: dht.nodes[0] as DhtNode, address: { host, port: DHT_PORT } };
    this.peers.push(peer);
    return peer;
  }

  /** So many nodes that know each other by the first of them. */
  populate(count: number): DhtPeer[] {
    const [first, ...others] = Array.from({ length: count }, (_, index) => DhtWorld.hostOf(index));
    const router = this.add(first as string);
    this.run(0.1);
    const bootstrap = [router.address];
    const peers = [router, ...others.map((host) => this.add(host, { bootstrap }))];
    this.run(120);
    return peers;
  }

  raw(host: string, port = DHT_PORT, link: Partial<HostOptions> = {}): RawNode {
    const machine = this.internet.hostAt(host) ?? this.#host(host, link);
    const node: RawNode & { socket: DatagramSocket | undefined } = {
      address: { host, port },
      received: [],
      onDatagram: undefined,
      socket: undefined,
      send: (bytes, to) => node.socket?.send(bytes, to),
    };
    node.socket = machine.network.bindDatagrams(port, {
      onBound: () => {},
      onDatagram: (bytes, from) => {
        node.received.push({ bytes: bytes.slice(), from });
        node.onDatagram?.(bytes.slice(), from);
      },
      onDatagramError: (message) => {
        throw new Error(message);
      },
    });
    this.run(0.01);
    return node;
  }

  /** Announces a torrent from this peer and collects whom it finds. */
  share(
    peer: DhtPeer,
    infoHash: Uint8Array,
    listenPort: number,
  ): { search: TorrentSearch; found: Address[] } {
    const found: Address[] = [];
    const search = peer.dht.searchFor(infoHash, listenPort, {
      onPeers: (addresses) => found.push(...addresses),
    });
    search.start();
    return { search, found };
  }

  /** Runs for so many seconds of virtual time. */
  run(seconds: number): void {
    this.simulation.runUntil(this.simulation.nowUs + Math.round(seconds * 1e6));
  }

  #host(address: string, link: Partial<HostOptions>) {
    return this.internet.addHost({
      address,
      upBytesPerSec: 1e6,
      downBytesPerSec: 1e6,
      latencyUs: 20_000,
      queueBytes: 1_000_000,
      ...link,
    });
  }
}
