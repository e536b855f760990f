/**
 * What peers are to each other: connected, unchoking, interested. Dense tables by peer and remote, since a picture shows
 * some dozens of peers; more than one of a thing only with a peer that stands for a crowd.
 */
import type { SwarmUnchoke, SwarmUnchokeReason } from './swarm-history.ts';

const REASONS: readonly SwarmUnchokeReason[] = ['regular', 'optimistic', 'seed'];

type Count = 'connections' | 'unchokes' | 'interests';

interface Columns {
  /** By peer and remote. */
  readonly connections: Uint16Array;
  readonly unchokes: Uint16Array;
  readonly interests: Uint16Array;
  readonly reason: Uint8Array;
  readonly sinceUs: Float64Array;
  /** By peer: how many serve it, in how many it is interested, how many are interested in it. */
  readonly unchokers: Int32Array;
  readonly wants: Int32Array;
  readonly wantedBy: Int32Array;
}

export class PairTable {
  readonly #peers: number;
  readonly #columns: Columns;

  constructor(peers: number, columns?: Columns) {
    const pairs = peers * peers;
    this.#peers = peers;
    this.#columns = columns ?? {
      connections: new Uint16Array(pairs),
      unchokes: new Uint16Array(pairs),
      interests: new Uint16Array(pairs),
      reason: new Uint8Array(pairs),
      sinceUs: new Float64Array(pairs),
      unchokers: new Int32Array(peers),
      wants: new Int32Array(peers),
      wantedBy: new Int32Array(peers),
    };
  }

  copy(): PairTable {
    const { connections, unchokes, interests, reason, sinceUs, unchokers, wants, wantedBy } = this.#columns;
    return new PairTable(this.#peers, {
      connections: connections.slice(),
      unchokes: unchokes.slice(),
      interests: interests.slice(),
      reason: reason.slice(),
      sinceUs: sinceUs.slice(),
      unchokers: unchokers.slice(),
      wants: wants.slice(),
      wantedBy: wantedBy.slice(),
    });
  }

  isConnected(peer: number, remote: number): boolean {
    return this.#get('connections', peer, remote) > 0;
  }

  isInterested(peer: number, remote: number): boolean {
    return this.#get('interests', peer, remote) > 0;
  }

  unchokeOf(peer: number, remote: number): SwarmUnchoke | undefined {
    if (this.#get('unchokes', peer, remote) === 0) return undefined;
    const pair = peer * this.#peers + remote;
    const reason = REASONS[this.#columns.reason[pair] as number] ?? 'regular';
    return { remote, reason, sinceUs: this.#columns.sinceUs[pair] as number };
  }

  unchokersOf(peer: number): number {
    return this.#columns.unchokers[peer] as number;
  }

  interestsOf(peer: number): number {
    return this.#columns.wants[peer] as number;
  }

  isWanted(peer: number): boolean {
    return (this.#columns.wantedBy[peer] as number) > 0;
  }

  connect(peer: number, remote: number): void {
    this.#add('connections', peer, remote, 1);
  }

  /** With the last connection goes what the peer was to the remote. */
  disconnect(peer: number, remote: number): void {
    this.#add('connections', peer, remote, -1);
    if (this.isConnected(peer, remote)) return;
    this.choke(peer, remote, Number.POSITIVE_INFINITY);
    this.interest(peer, remote, Number.NEGATIVE_INFINITY);
  }

  /** The peer's program has ended: it is nothing to anybody. */
  disconnectAll(peer: number): void {
    for (let remote = 0; remote < this.#peers; remote++) {
      this.#columns.connections[peer * this.#peers + remote] = 0;
      this.disconnect(peer, remote);
    }
  }

  unchoke(peer: number, remote: number, reason: number, timeUs: number): void {
    const pair = peer * this.#peers + remote;
    this.#add('unchokes', peer, remote, 1);
    this.#columns.unchokers[remote] = this.unchokersOf(remote) + 1;
    this.#columns.reason[pair] = reason;
    this.#columns.sinceUs[pair] = timeUs;
  }

  /** Takes back one unchoke, or as many as there are up to `most`. */
  choke(peer: number, remote: number, most = 1): void {
    const count = Math.min(most, this.#get('unchokes', peer, remote));
    this.#add('unchokes', peer, remote, -count);
    this.#columns.unchokers[remote] = this.unchokersOf(remote) - count;
  }

  /** `change`: how many interests more, or fewer, down to none. */
  interest(peer: number, remote: number, change: number): void {
    const counted = Math.max(change, -this.#get('interests', peer, remote));
    this.#add('interests', peer, remote, counted);
    this.#columns.wants[peer] = this.interestsOf(peer) + counted;
    this.#columns.wantedBy[remote] = (this.#columns.wantedBy[remote] as number) + counted;
  }

  #get(column: Count, peer: number, remote: number): number {
    return this.#columns[column][peer * this.#peers + remote] as number;
  }

  #add(column: Count, peer: number, remote: number, count: number): void {
    this.#columns[column][peer * this.#peers + remote] = Math.max(0, this.#get(column, peer, remote) + count);
  }
}
