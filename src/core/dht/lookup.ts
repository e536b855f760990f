/**
 * One iterative search through the DHT (BEP 5): asks the closest nodes known for closer ones, until the K closest have all
 * answered or nobody is left to ask. Invariants: no address is asked twice, one network has one candidate, what a node
 * names is believed only as far as `mayName` goes, and the number of queries, candidates and peers is bounded, so that
 * liars who name ever closer nodes end a search late at worst.
 */
import { formatAddress } from '../address.ts';
import { equalBytes } from '../bytes.ts';
import type { Address } from '../ports.ts';
import { mayName, ownerOf, subnetOf } from './address-scope.ts';
import { K } from './bucket.ts';
import type { NodeContact } from './compact-nodes.ts';
import type { KrpcQuery, KrpcReply, WantedNodes } from './krpc.ts';
import { compareDistance } from './node-id.ts';
import type { QueryHandler } from './query-table.ts';
import { isSecureId } from './secure-id.ts';

/** Queries under way at one time; one more for each that is slow. */
export const ALPHA = 4;
/** Queries of one search. */
export const LOOKUP_QUERIES_MAX = 100;
export const CANDIDATES_MAX = 128;
/** Different peers that one search may find. */
export const FOUND_MAX = 1000;

export interface LookupNetwork {
  readonly ownId: Uint8Array;
  /** False when it cannot be sent now. */
  ask(to: Address, query: KrpcQuery, handler: QueryHandler): boolean;
  /** Which lists of nodes to ask for; undefined: those of the family that the query travels by. */
  readonly want: WantedNodes | undefined;
  /** Whether this is an address of the other family, or one of our own: nothing that we could ask. */
  isElsewhere(address: Address): boolean;
}

export interface LookupEvents {
  /** Peers that no node has named before in this search. */
  onPeers(peers: readonly Address[]): void;
  /** It is over; those that answered, closest first, at most K. Not called after `stop`. */
  onDone(closest: readonly FoundNode[]): void;
}

/** A node that answered. */
export interface FoundNode extends NodeContact {
  /** What it wants to see in an announce. */
  readonly token: Uint8Array | undefined;
}

interface Candidate {
  /** Undefined for a node of which the address alone is known. */
  id: Uint8Array | undefined;
  readonly address: Address;
  readonly subnet: string;
  state: 'new' | 'asked' | 'slow' | 'answered' | 'failed';
  token: Uint8Array | undefined;
}

export class Lookup {
  readonly target: Uint8Array;
  readonly #method: 'find_node' | 'get_peers';
  readonly #network: LookupNetwork;
  readonly #events: LookupEvents;
  /** Closest first; those without an id come first of all. */
  #candidates: Candidate[] = [];
  readonly #seen = new Set<string>();
  readonly #found = new Set<string>();
  #queries = 0;
  #over = false;
  #advancing = false;

  constructor(
    target: Uint8Array,
    method: 'find_node' | 'get_peers',
    network: LookupNetwork,
    events: LookupEvents,
  ) {
    this.target = target;
    this.#method = method;
    this.#network = network;
    this.#events = events;
  }

  get queryCount(): number {
    return this.#queries;
  }

  get candidateCount(): number {
    return this.#candidates.length;
  }

  /** Begins with nodes of the table and with addresses of nodes whose ids are not known. Once. */
  start(nodes: readonly NodeContact[], addresses: readonly Address[]): void {
    for (const { id, address } of nodes) this.#add(id, address);
    for (const address of addresses) this.#add(undefined, address);
    this.advance();
  }

  stop(): void {
    this.#over = true;
  }

  /** Asks as many as may be asked now. To be called again when queries can be sent again. */
  advance(): void {
    if (this.#over || this.#advancing) return;
    this.#advancing = true;
    let underWay = this.#candidates.filter(({ state }) => state === 'asked').length;
    let waits = false;
    while (underWay < ALPHA && this.#queries < LOOKUP_QUERIES_MAX) {
      const next = this.#next();
      if (next === undefined) break;
      waits = !this.#ask(next);
      if (waits) break;
      underWay++;
    }
    this.#advancing = false;
    const isBusy = waits || this.#candidates.some(({ state }) => state === 'asked' || state === 'slow');
    if (!isBusy) this.#end();
  }

  /** The closest that was not asked yet, unless K closer ones have answered already. */
  #next(): Candidate | undefined {
    let answered = 0;
    for (const candidate of this.#candidates) {
      if (candidate.state === 'new') return candidate;
      // One whose id is not bound to its address does not end a search: whoever can choose ids would end all.
      const counts = candidate.state === 'answered' && this.#isSecure(candidate);
      if (counts && ++answered >= K) return undefined;
    }
    return undefined;
  }

  #ask(candidate: Candidate): boolean {
    const { ownId: id, want } = this.#network;
    const query: KrpcQuery =
      this.#method === 'find_node'
        ? { method: 'find_node', id, target: this.target, want }
        : { method: 'get_peers', id, infoHash: this.target, want };
    const sent = this.#network.ask(candidate.address, query, {
      onReply: (reply) => this.#answered(candidate, reply),
      onSlow: () => {
        candidate.state = 'slow';
        this.advance();
      },
      onFailed: () => {
        candidate.state = 'failed';
        this.advance();
      },
    });
    if (!sent) return false;
    candidate.state = 'asked';
    this.#queries++;
    return true;
  }

  #answered(candidate: Candidate, reply: KrpcReply): void {
    if (this.#over) return;
    if (equalBytes(reply.id, this.#network.ownId)) {
      candidate.state = 'failed';
      this.advance();
      return;
    }
    candidate.state = 'answered';
    candidate.token = reply.token;
    // It is where its own word puts it, not where another said that it was.
    candidate.id = reply.id;
    for (const { id, address } of [...reply.nodes, ...reply.nodes6]) {
      if (mayName(candidate.address.host, address)) this.#add(id, address);
    }
    this.#sort();
    this.#takePeers(candidate.address, reply.values);
    this.advance();
  }

  #takePeers(by: Address, values: readonly Address[]): void {
    const fresh: Address[] = [];
    for (const peer of values) {
      const key = formatAddress(peer);
      if (!mayName(by.host, peer) || this.#found.has(key) || this.#found.size >= FOUND_MAX) continue;
      this.#found.add(key);
      fresh.push(peer);
    }
    if (fresh.length > 0) this.#events.onPeers(fresh);
  }

  #add(id: Uint8Array | undefined, address: Address): void {
    const owner = ownerOf(address);
    const subnet = subnetOf(address);
    if (this.#seen.has(owner) || this.#network.isElsewhere(address)) return;
    if (id !== undefined && equalBytes(id, this.#network.ownId)) return;
    if (this.#candidates.some((other) => other.subnet === subnet)) return;
    if (this.#candidates.length >= CANDIDATES_MAX) {
      // The farthest that was not asked makes room for a closer one.
      const farthest = this.#candidates.findLastIndex(({ state }) => state === 'new');
      const other = this.#candidates[farthest];
      if (other?.id === undefined || id === undefined) return;
      if (compareDistance(this.target, id, other.id) >= 0) return;
      this.#candidates.splice(farthest, 1);
      this.#seen.delete(ownerOf(other.address));
    }
    this.#seen.add(owner);
    this.#candidates.push({ id, address, subnet, state: 'new', token: undefined });
    if (id !== undefined) this.#sort();
  }

  #sort(): void {
    this.#candidates.sort((a, b) => {
      if (a.id === undefined || b.id === undefined)
        return Number(a.id !== undefined) - Number(b.id !== undefined);
      return compareDistance(this.target, a.id, b.id);
    });
  }

  #isSecure({ id, address }: Candidate): boolean {
    return id !== undefined && isSecureId(id, address.host);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    const answered = this.#candidates.filter(({ state }) => state === 'answered');
    // Those whose ids are bound to their addresses first (BEP 42), each by distance.
    const secure = answered.filter((candidate) => this.#isSecure(candidate));
    const others = answered.filter((candidate) => !this.#isSecure(candidate));
    const closest = [...secure, ...others].slice(0, K);
    this.#events.onDone(closest.map(({ id, address, token }) => ({ id: id as Uint8Array, address, token })));
  }
}
