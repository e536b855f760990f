/**
 * One node of the DHT of one address family (BEP 5, 32, 42, 43): its socket, its table, its searches. It routes datagrams to
 * the responder and to the queries that wait, and looks after its table. Invariants: nothing that arrives throws; queries,
 * searches and pings under way are bounded; a stranger gets into the table by answering alone.
 */
import { equalAddresses } from '../address.ts';
import { equalBytes } from '../bytes.ts';
import type { Address, Clock, DatagramSocket, Hasher, Network, Random } from '../ports.ts';
import { isIpv6, isUsable, mayName } from './address-scope.ts';
import { K } from './bucket.ts';
import type { NodeContact } from './compact-nodes.ts';
import type { DhtFamilyState } from './dht-state.ts';
import { ExternalAddress } from './external-address.ts';
import { decodeKrpc, encodeError, encodeQuery, type KrpcMessage, type KrpcQuery } from './krpc.ts';
import type { LookupEvents, LookupNetwork } from './lookup.ts';
import { Neighbourhood } from './neighbourhood.ts';
import { QueryLimits } from './query-limits.ts';
import { type QueryHandler, QueryTable } from './query-table.ts';
import { Responder } from './responder.ts';
import { RoutingTable } from './routing-table.ts';
import { SearchQueue, type SearchStart } from './search-queue.ts';
import { deriveNodeId, isSecureId } from './secure-id.ts';

/** Client and version (BEP 5). */
const VERSION = 'SL\u0000\u0001';
/** Strangers being asked whether they are there. */
const PINGS_MAX = 16;
/** Addresses of nodes to begin with. */
const CONTACTS_MAX = 64;

export interface DhtNodePorts {
  readonly clock: Clock;
  readonly network: Network;
  readonly hasher: Hasher;
  readonly random: Random;
}

export interface DhtNodeOptions {
  /** Tried first; where it is taken, any free port. 0: any free port. */
  readonly port: number;
  /** Answers nobody and asks not to be remembered (BEP 43). */
  readonly readOnly: boolean;
  /** What is known from an earlier session. */
  readonly state: DhtFamilyState | undefined;
}

export interface DhtNodeEvents {
  onBound(address: Address): void;
  onFailed(message: string): void;
  /** Its neighbours are known: searches lead somewhere from here on. */
  onJoined(): void;
  /** Somebody has announced a torrent to us. */
  onAnnounced(infoHash: Uint8Array, address: Address): void;
  /** Nodes of the other family, named by one of this. */
  onOthersNamed(nodes: readonly NodeContact[]): void;
}

export class DhtNode implements LookupNetwork {
  readonly table: RoutingTable;
  readonly responder: Responder;
  /** The node of the other family, which is named to those who want its nodes. */
  sibling: DhtNode | undefined;
  readonly #ports: DhtNodePorts;
  readonly #options: DhtNodeOptions;
  readonly #events: DhtNodeEvents;
  readonly #queries: QueryTable;
  readonly #limits: QueryLimits;
  readonly #external: ExternalAddress;
  readonly #searches: SearchQueue;
  readonly #neighbourhood: Neighbourhood;
  readonly #contacts: Address[] = [];
  #socket: DatagramSocket | undefined;
  #bound: Address | undefined;
  #pings = 0;
  #lastSeenAt: string | undefined;
  #starved = false;
  #stopped = false;

  constructor(ports: DhtNodePorts, options: DhtNodeOptions, events: DhtNodeEvents) {
    const { clock, random } = ports;
    const { state } = options;
    this.#ports = ports;
    this.#options = options;
    this.#events = events;
    this.#external = new ExternalAddress(state?.host);
    const id = deriveNodeId(state?.host, random.fork('id'));
    this.table = new RoutingTable(clock, random.fork('table'), id);
    this.responder = new Responder(
      { ...ports, random: random.fork('responder') },
      this.#named(),
      VERSION,
      (infoHash, address) => events.onAnnounced(infoHash, address),
    );
    this.#queries = new QueryTable(clock, random.fork('transactions'));
    this.#limits = new QueryLimits(clock);
    this.#searches = new SearchQueue(clock, this, (target) => this.#startOf(target));
    this.#neighbourhood = new Neighbourhood(clock, this.table, {
      search: (target, method, searchEvents) => this.search(target, method, searchEvents),
      onJoined: () => events.onJoined(),
      onCare: () => this.#lookAfterTable(),
    });
  }

  get ownId(): Uint8Array {
    return this.table.ownId;
  }

  get want(): { readonly n4: boolean; readonly n6: boolean } | undefined {
    return this.sibling === undefined ? undefined : { n4: true, n6: true };
  }

  /** The UDP port in use; 0 while there is none. */
  get port(): number {
    return this.#bound?.port ?? 0;
  }

  get isIpv6(): boolean {
    return isIpv6(this.#bound?.host ?? '');
  }

  /** The address that the last one who said so sees us at. Nothing to rely on. */
  get lastSeenAt(): string | undefined {
    return this.#lastSeenAt;
  }

  /** Whether there is anybody to ask. */
  get joined(): boolean {
    return this.#neighbourhood.joined;
  }

  /** Whether so few nodes are known that the DHT may still be growing around us. */
  get isYoung(): boolean {
    return this.#neighbourhood.isYoung;
  }

  /** Queries of ours that wait for answers, searches under way and those that wait. */
  get load(): { readonly queries: number; readonly searches: number; readonly waiting: number } {
    const { underWayCount, waitingCount } = this.#searches;
    return { queries: this.#queries.size, searches: underWayCount, waiting: waitingCount };
  }

  start(): void {
    this.#bind(this.#options.port);
  }

  stop(): void {
    this.#stopped = true;
    this.#neighbourhood.stop();
    this.#queries.stop();
    this.#searches.stop();
    this.#socket?.close();
  }

  /** What is worth keeping for the next session. */
  state(): DhtFamilyState {
    return { host: this.#external.host, nodes: this.table.nodes() };
  }

  /** There may be a node at this address. */
  addContact(address: Address): void {
    if (this.#stopped || !isUsable(address)) return;
    if (this.#bound !== undefined && this.isElsewhere(address)) return;
    const isNew = !this.#contacts.some((other) => equalAddresses(other, address));
    if (isNew && this.#contacts.length >= CONTACTS_MAX) this.#contacts.shift();
    if (isNew) this.#contacts.push(address);
    if (this.#bound !== undefined) this.#ping(address);
  }

  /** Searches; what it finds goes to `events`, later. False: too many wait already, and nothing will come. */
  search(target: Uint8Array, method: 'find_node' | 'get_peers', events: LookupEvents): boolean {
    return this.#searches.add(target, method, events);
  }

  /** Tells a node that somebody here shares a torrent (BEP 5). */
  announce(
    to: NodeContact,
    infoHash: Uint8Array,
    announce: { readonly port: number; readonly impliedPort: boolean; readonly token: Uint8Array },
  ): void {
    const query: KrpcQuery = { method: 'announce_peer', id: this.ownId, infoHash, ...announce };
    this.ask(to.address, query, { onReply: () => {}, onFailed: () => {} });
  }

  // What a search asks of its node.

  ask(to: Address, query: KrpcQuery, handler: QueryHandler): boolean {
    if (this.#stopped || this.#bound === undefined || this.#queries.isFull) {
      this.#starved = true;
      return false;
    }
    const transaction = this.#queries.expect(to, {
      onReply: (reply) => {
        this.#answered({ id: reply.id, address: to });
        this.#tellSibling(to, [...reply.nodes, ...reply.nodes6]);
        handler.onReply(reply);
        this.#feedStarved();
      },
      onSlow: () => handler.onSlow?.(),
      onFailed: () => {
        this.table.failed(to);
        handler.onFailed();
        this.#feedStarved();
      },
    });
    const { readOnly } = this.#options;
    this.#socket?.send(encodeQuery(transaction, query, { readOnly, version: VERSION }), to);
    return true;
  }

  isElsewhere(address: Address): boolean {
    const bound = this.#bound;
    if (bound === undefined || isIpv6(address.host) !== isIpv6(bound.host)) return true;
    const isOurHost = address.host === bound.host || address.host === this.#external.host;
    return isOurHost && address.port === bound.port;
  }

  // What the socket reports.

  #bind(port: number): void {
    this.#socket = this.#ports.network.bindDatagrams(port, {
      onBound: (address) => this.#onBound(address),
      onDatagram: (bytes, from) => this.#receive(bytes, from),
      onDatagramError: (message) => {
        this.#socket = undefined;
        const isTaken = this.#bound === undefined && port !== 0 && !this.#stopped;
        this.#bound = undefined;
        if (isTaken) this.#bind(0);
        else if (!this.#stopped) this.#events.onFailed(message);
      },
    });
  }

  #onBound(address: Address): void {
    if (this.#stopped) return;
    this.#bound = address;
    this.#events.onBound(address);
    this.#searches.open();
    this.#neighbourhood.start();
  }

  #receive(bytes: Uint8Array, from: Address): void {
    if (this.#stopped || !isUsable(from)) return;
    const decoded = decodeKrpc(bytes);
    if (!decoded.ok) return;
    const message = decoded.value;
    if (message.kind === 'query' || message.kind === 'bad query') this.#onQuery(message, from, bytes.length);
    else if (message.kind === 'error') this.#queries.settle(message.transaction, from, undefined);
    else {
      const asked = this.#queries.settle(message.transaction, from, message.reply);
      if (asked && message.seenAt !== undefined) this.#onSeenAt(from, message.seenAt.host);
    }
  }

  #onQuery(
    message: Extract<KrpcMessage, { kind: 'query' | 'bad query' }>,
    from: Address,
    length: number,
  ): void {
    if (this.#options.readOnly || !this.#limits.admits(from) || !this.#limits.mayAnswer) return;
    const { transaction } = message;
    if (message.kind === 'bad query') {
      this.#answer(encodeError(transaction, message.code, message.message), from);
      return;
    }
    const { query } = message;
    if (equalBytes(query.id, this.ownId)) return;
    this.#answer(this.responder.answer(transaction, query, from, length), from);
    if (!message.readOnly && this.table.asked({ id: query.id, address: from })) this.#ping(from);
  }

  #answer(bytes: Uint8Array, to: Address): void {
    this.#limits.answered(bytes.length);
    this.#socket?.send(bytes, to);
  }

  #answered(contact: NodeContact): void {
    this.table.answered(contact);
    this.#neighbourhood.answered();
  }

  #onSeenAt(voter: Address, host: string): void {
    this.#lastSeenAt = host;
    this.seenAt(voter, host);
  }

  /** A vote about our address: an id follows the one that the world sees (BEP 42). */
  seenAt(voter: Address, host: string): void {
    if (!this.#external.vote(voter, host, this.#ports.clock.now())) return;
    if (isSecureId(this.ownId, host)) return;
    this.table.rename(deriveNodeId(host, this.#ports.random.fork(`id-${host}`)));
    this.#neighbourhood.join();
  }

  #tellSibling(by: Address, nodes: readonly NodeContact[]): void {
    if (this.sibling === undefined) return;
    const isIpv6Here = this.isIpv6;
    const others = nodes.filter(
      ({ address }) => isIpv6(address.host) !== isIpv6Here && mayName(by.host, address),
    );
    if (others.length > 0) this.#events.onOthersNamed(others);
  }

  // How the node looks after itself.

  #ping(address: Address): void {
    if (this.#pings >= PINGS_MAX) return;
    const over = (): void => {
      this.#pings--;
    };
    const sent = this.ask(address, { method: 'ping', id: this.ownId }, { onReply: over, onFailed: over });
    if (sent) this.#pings++;
  }

  /** Whom a search asks first: who is closest in the table, and where that is nearly empty, all that we ever heard of. */
  #startOf(target: Uint8Array): SearchStart {
    const nodes = this.table.closest(target, 2 * K);
    if (nodes.length >= K) return { nodes, addresses: [] };
    return { nodes: [...nodes, ...(this.#options.state?.nodes ?? [])], addresses: this.#contacts };
  }

  #lookAfterTable(): void {
    this.responder.store.expire();
    for (const { address } of this.table.toAsk()) this.#ping(address);
  }

  /** Queries can be sent again: searches that could not go on do. */
  #feedStarved(): void {
    if (!this.#starved || this.#queries.isFull) return;
    this.#starved = false;
    this.#searches.advance();
  }

  #named() {
    const node = this;
    return {
      get ownId(): Uint8Array {
        return node.ownId;
      },
      closest(family: 'n4' | 'n6', target: Uint8Array, max: number, except: Address) {
        const owner = (family === 'n6') === node.isIpv6 ? node : node.sibling;
        return owner?.table.closest(target, max, except);
      },
    };
  }
}
