/**
 * The DHT as a client has it: a node for each family of addresses, shared by all torrents, what it remembers between
 * sessions, and the addresses to begin with. Private torrents never get here (BEP 27).
 */
import type { DiscoverySubject, PeerDiscoverer, PeerOrigin, PeerSource } from '../discovery/peer-source.ts';
import type { Address, Clock, Hasher, Microseconds, Network, Random, Timer } from '../ports.ts';
import { literalHost, type Resolver, type ResolverCall } from '../tracker/resolver.ts';
import { isIpv6, isUsable } from './address-scope.ts';
import { DhtNode, type DhtNodeOptions } from './dht-node.ts';
import { decodeDhtState, encodeDhtState } from './dht-state.ts';
import { TorrentSearch, type TorrentSearchHandler } from './torrent-search.ts';

/** Between two times that the state is saved. */
const SAVE_US: Microseconds = 600_000_000;
/** Names being looked up at one time. */
const LOOKUPS_MAX = 16;

/** Where the DHT's state is kept between sessions. */
export interface DhtStore {
  /** What was saved last; undefined when there is nothing. */
  load(): Uint8Array | undefined;
  /** Keeps `bytes` in place of what was saved before, all of it or none. A failure is the store's own matter. */
  save(bytes: Uint8Array): void;
}

export interface DhtNetwork {
  readonly network: Network;
  /** Its datagram sockets are of IPv6. */
  readonly ipv6: boolean;
}

export interface DhtPorts {
  readonly clock: Clock;
  /** One for each family of addresses that the client has. */
  readonly networks: readonly DhtNetwork[];
  readonly hasher: Hasher;
  readonly random: Random;
  readonly resolver?: Resolver | undefined;
}

export interface DhtOptions {
  /** Addresses of nodes to begin with. Default: none; then the first node is one that a peer or a torrent names. */
  readonly bootstrap?: readonly Address[];
  readonly store?: DhtStore;
  /** Asks, but answers nobody (BEP 43): for machines that cannot be reached or must not be busy. Default false. */
  readonly readOnly?: boolean;
  /**
   * Announces the port that our datagrams come from instead of the one on which we listen. Right only where a NAT gives
   * both the same port. Default false.
   */
  readonly impliedPort?: boolean;
  /** A datagram socket cannot be had; the client goes on without. */
  readonly onFailed?: (message: string) => void;
  /** The DHT has been reached, for the first time or again; so many nodes are known. */
  readonly onJoined?: (nodes: number) => void;
}

export class Dht implements PeerDiscoverer {
  readonly origin: PeerOrigin = 'dht';
  readonly #ports: DhtPorts;
  readonly #options: DhtOptions;
  readonly #searches = new Set<TorrentSearch>();
  readonly #lookups = new Set<ResolverCall>();
  #nodes: DhtNode[] = [];
  #saving: Timer | undefined;
  #started = false;

  constructor(ports: DhtPorts, options: DhtOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** The nodes, one for each family that could be had. */
  get nodes(): readonly DhtNode[] {
    return this.#nodes;
  }

  /** The UDP port to be told to peers (BEP 5); 0 while there is none. */
  get port(): number {
    return this.#nodes.find(({ port }) => port !== 0)?.port ?? 0;
  }

  get clock(): Clock {
    return this.#ports.clock;
  }

  get random(): Random {
    return this.#ports.random;
  }

  get impliedPort(): boolean {
    return this.#options.impliedPort ?? false;
  }

  /** `port`: the one on which the client accepts peers, which is tried for datagrams too. Once. */
  start(port: number): void {
    const { clock, networks, hasher, random } = this.#ports;
    const { readOnly = false, store, bootstrap = [] } = this.#options;
    const bytes = store?.load();
    const state = bytes === undefined ? undefined : decodeDhtState(bytes);
    this.#started = true;
    this.#nodes = networks.map(({ network, ipv6 }) => {
      const ports = { clock, network, hasher, random: random.fork(ipv6 ? 'ipv6' : 'ipv4') };
      return this.#createNode(ports, { port, readOnly, state: ipv6 ? state?.ipv6 : state?.ipv4 });
    });
    for (const node of this.#nodes) {
      for (const address of bootstrap) node.addContact(address);
      node.start();
    }
    if (store !== undefined) this.#saveLater();
  }

  /** Saves the state and closes the sockets. */
  stop(): void {
    this.#saving?.cancel();
    for (const lookup of this.#lookups) lookup.cancel();
    for (const search of [...this.#searches]) search.stop();
    if (this.#started) this.#save();
    for (const node of this.#nodes) node.stop();
    this.#nodes = [];
  }

  /** There may be a node at this address: a peer says so (the PORT message), or a torrent file. */
  addContact(address: Address): void {
    for (const node of this.#nodes) node.addContact(address);
  }

  /** Somebody at `voter` who is no node sees us at the IP address `host`: one vote among those of the nodes (BEP 42). */
  seenAt(voter: Address, host: string): void {
    for (const node of this.#nodes) if (node.isIpv6 === isIpv6(host)) node.seenAt(voter, host);
  }

  /** As `addContact`, for a host that may be a name; without a resolver names are passed over. */
  addNamedContact(host: string, port: number): void {
    const literal = literalHost(host);
    if (literal !== undefined) this.addContact({ host: literal, port });
    if (literal !== undefined || this.#lookups.size >= LOOKUPS_MAX) return;
    const call = this.#ports.resolver?.resolve(host, (found) => {
      if (call !== undefined) this.#lookups.delete(call);
      if (found !== undefined) this.addContact({ host: found, port });
    });
    if (call !== undefined) this.#lookups.add(call);
  }

  sourceFor({ infoHash, listenPort, onPeers }: DiscoverySubject): PeerSource {
    return this.searchFor(infoHash, listenPort, { onPeers });
  }

  /** A torrent to be found by others, and to find them. */
  searchFor(infoHash: Uint8Array, listenPort: number, handler: TorrentSearchHandler): TorrentSearch {
    const search = new TorrentSearch(this, infoHash, listenPort, {
      onPeers: handler.onPeers,
      onStopped: () => this.#searches.delete(search),
    });
    this.#searches.add(search);
    return search;
  }

  #createNode(ports: ConstructorParameters<typeof DhtNode>[0], options: DhtNodeOptions): DhtNode {
    const node: DhtNode = new DhtNode(ports, options, {
      onBound: () => this.#introduce(),
      onFailed: (message) => {
        this.#nodes = this.#nodes.filter((other) => other !== node);
        this.#introduce();
        // Many machines have no IPv6: only to be without any is worth a word.
        if (this.#nodes.length === 0) this.#options.onFailed?.(message);
      },
      onJoined: () => {
        this.#options.onJoined?.(node.table.size);
        for (const search of this.#searches) search.joined();
      },
      onAnnounced: (infoHash, address) => {
        for (const search of this.#searches) search.announcedToUs(infoHash, address);
      },
      onOthersNamed: (nodes) => {
        const { sibling } = node;
        if (sibling === undefined || sibling.table.size > 0) return;
        for (const { address } of nodes.filter((other) => isUsable(other.address)))
          sibling.addContact(address);
      },
    });
    return node;
  }

  /** The two that are bound, of different families, are each other's siblings. */
  #introduce(): void {
    const bound = this.#nodes.filter(({ port }) => port !== 0);
    for (const node of bound) {
      node.sibling = bound.find((other) => other !== node && other.isIpv6 !== node.isIpv6);
    }
  }

  #saveLater(): void {
    const { clock } = this.#ports;
    this.#saving = clock.schedule(clock.now() + SAVE_US, () => {
      this.#save();
      this.#saveLater();
    });
  }

  #save(): void {
    const { store } = this.#options;
    const states = this.#nodes
      .filter(({ port }) => port !== 0)
      .map((node) => ({ node, state: node.state() }));
    // Better what was known before than nothing at all.
    if (store === undefined || states.every(({ state }) => state.nodes.length === 0)) return;
    store.save(
      encodeDhtState({
        ipv4: states.find(({ node }) => !node.isIpv6)?.state,
        ipv6: states.find(({ node }) => node.isIpv6)?.state,
      }),
    );
  }
}

/** What the DHT needs of a client's ports. */
export interface DhtClientPorts {
  readonly clock: Clock;
  readonly network: Network;
  readonly hasher: Hasher;
  readonly random: Random;
  readonly resolver?: Resolver;
  /** Default: `network`, as IPv4. */
  readonly dhtNetworks?: readonly DhtNetwork[];
}

/** The DHT on a client's ports. */
export function createDht(ports: DhtClientPorts, options: DhtOptions): Dht {
  const { clock, hasher, resolver, network, random } = ports;
  const networks = ports.dhtNetworks ?? [{ network, ipv6: false }];
  return new Dht({ clock, networks, hasher, resolver, random: random.fork('dht') }, options);
}
