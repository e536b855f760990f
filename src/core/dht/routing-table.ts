/**
 * The nodes that we know, by distance from our own id (BEP 5): bucket i holds those that share exactly i leading bits with
 * it, the last one all that share more; only that one is ever split. Invariants: every node in it has answered a query
 * of ours (a stranger is asked before it is added, so a borrowed address never gets in), and no owner of addresses has
 * two of them.
 */
import { equalAddresses } from '../address.ts';
import { equalBytes } from '../bytes.ts';
import type { Address, Clock, Microseconds, Random } from '../ports.ts';
import { ownerOf } from './address-scope.ts';
import { Bucket, GOOD_US, isBad, K, type TableNode, tableNode } from './bucket.ts';
import type { NodeContact } from './compact-nodes.ts';
import { compareDistance, drawIdSharing, ID_BITS, sharedBits } from './node-id.ts';
import { isSecureId } from './secure-id.ts';

/** A bucket in which nothing happened for so long is searched. */
export const REFRESH_US: Microseconds = 900_000_000;

export class RoutingTable {
  readonly #clock: Clock;
  readonly #random: Random;
  #ownId: Uint8Array;
  #buckets: Bucket[];
  /** The socket address that each owner has in the table. */
  readonly #owners = new Map<string, Address>();

  constructor(clock: Clock, random: Random, ownId: Uint8Array) {
    this.#clock = clock;
    this.#random = random;
    this.#ownId = ownId;
    this.#buckets = [new Bucket(clock.now())];
  }

  get ownId(): Uint8Array {
    return this.#ownId;
  }

  get bucketCount(): number {
    return this.#buckets.length;
  }

  /** Nodes in the buckets, without those that wait for a place. */
  get size(): number {
    let size = 0;
    for (const { nodes } of this.#buckets) size += nodes.length;
    return size;
  }

  /** All nodes in the buckets that are not bad. */
  nodes(): TableNode[] {
    return this.#buckets.flatMap(({ nodes }) => nodes.filter((node) => !isBad(node)));
  }

  /** A node has answered us. */
  answered(contact: NodeContact): void {
    const nowUs = this.#clock.now();
    const { id, address } = contact;
    if (equalBytes(id, this.#ownId)) return;
    const owner = ownerOf(address);
    const held = this.#owners.get(owner);
    if (held !== undefined) {
      const known = this.#find(held);
      if (known !== undefined && equalAddresses(held, address) && equalBytes(known.id, id)) {
        known.heardAtUs = nowUs;
        known.failures = 0;
        return;
      }
      // The same socket under another id has begun anew; another socket of the same owner is one too many.
      if (known !== undefined && !equalAddresses(held, address) && !isBad(known)) return;
      if (known !== undefined) this.#remove(known);
    }
    this.#add(tableNode(contact, isSecureId(id, address.host), nowUs), owner);
  }

  /** A node has asked us something. Whether it should be asked whether it is there, because it could be added. */
  asked({ id, address }: NodeContact): boolean {
    const held = this.#owners.get(ownerOf(address));
    if (held !== undefined) {
      const known = this.#find(held);
      if (known === undefined || !equalAddresses(held, address)) return false;
      if (!equalBytes(known.id, id)) return true;
      known.heardAtUs = this.#clock.now();
      return false;
    }
    if (equalBytes(id, this.#ownId)) return false;
    const bucket = this.#bucketOf(id);
    const isLast = bucket === this.#buckets.at(-1);
    return bucket.nodes.length < K || isLast || bucket.waiting.length < K || bucket.nodes.some(isBad);
  }

  /** A node did not answer us; harmless for those that are not in the table. */
  failed(address: Address): void {
    const held = this.#owners.get(ownerOf(address));
    if (held === undefined || !equalAddresses(held, address)) return;
    const node = this.#find(address);
    if (node !== undefined && this.#bucketOf(node.id).failed(node)) this.#owners.delete(ownerOf(address));
  }

  /**
   * The nodes closest to `target`, at most `max`, closest first: good ones, and questionable ones where those are too few.
   * `except`: not the one that asks.
   */
  closest(target: Uint8Array, max: number, except?: Address): TableNode[] {
    const nowUs = this.#clock.now();
    const good: TableNode[] = [];
    const questionable: TableNode[] = [];
    for (const { nodes } of this.#buckets) {
      for (const node of nodes) {
        if (isBad(node) || (except !== undefined && equalAddresses(node.address, except))) continue;
        (nowUs - node.heardAtUs < GOOD_US ? good : questionable).push(node);
      }
    }
    const byDistance = (a: NodeContact, b: NodeContact): number => compareDistance(target, a.id, b.id);
    good.sort(byDistance);
    if (good.length < max) good.push(...questionable.sort(byDistance));
    return good.slice(0, max);
  }

  /** Questionable nodes whose places others wait for, at most one a bucket. */
  toAsk(): TableNode[] {
    const nowUs = this.#clock.now();
    const nodes: TableNode[] = [];
    for (const bucket of this.#buckets) {
      const node = bucket.waiting.length > 0 ? bucket.questionable(nowUs) : undefined;
      if (node !== undefined) nodes.push(node);
    }
    return nodes;
  }

  /** An id to search for so that the bucket that was left alone for longest is refreshed; undefined: none needs it. */
  drawRefreshTarget(): Uint8Array | undefined {
    const nowUs = this.#clock.now();
    let stale = -1;
    let changedAtUs = nowUs - REFRESH_US + 1;
    for (const [index, bucket] of this.#buckets.entries()) {
      if (bucket.changedAtUs >= changedAtUs) continue;
      stale = index;
      changedAtUs = bucket.changedAtUs;
    }
    if (stale < 0) return undefined;
    (this.#buckets[stale] as Bucket).changedAtUs = nowUs;
    return drawIdSharing(this.#ownId, stale, this.#random);
  }

  /** Goes on under another id: everybody gets a new place. */
  rename(ownId: Uint8Array): void {
    const nodes = this.#buckets.flatMap((bucket) => [...bucket.nodes, ...bucket.waiting]);
    this.#ownId = ownId;
    this.#buckets = [new Bucket(this.#clock.now())];
    this.#owners.clear();
    for (const node of nodes) if (!equalBytes(node.id, ownId)) this.#add(node, ownerOf(node.address));
  }

  #add(node: TableNode, owner: string): void {
    let bucket = this.#bucketOf(node.id);
    const twin = bucket.find(node.address);
    if (twin !== undefined) this.#remove(twin);
    while (bucket.nodes.length >= K && bucket === this.#buckets.at(-1) && this.#buckets.length < ID_BITS) {
      this.#split(bucket);
      bucket = this.#bucketOf(node.id);
    }
    const before = [...bucket.nodes, ...bucket.waiting];
    if (!bucket.add(node)) return;
    this.#owners.set(owner, node.address);
    for (const other of before) {
      const stays = bucket.nodes.includes(other) || bucket.waiting.includes(other);
      if (!stays) this.#owners.delete(ownerOf(other.address));
    }
  }

  #remove(node: TableNode): void {
    this.#bucketOf(node.id).remove(node);
    this.#owners.delete(ownerOf(node.address));
  }

  #find(address: Address): TableNode | undefined {
    for (const bucket of this.#buckets) {
      const node = bucket.find(address);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  #bucketOf(id: Uint8Array): Bucket {
    const index = Math.min(sharedBits(this.#ownId, id), this.#buckets.length - 1);
    return this.#buckets[index] as Bucket;
  }

  /** Gives those of the last bucket that share more bits a bucket of their own. */
  #split(last: Bucket): void {
    const bits = this.#buckets.length - 1;
    const closer = new Bucket(last.changedAtUs);
    const isCloser = ({ id }: NodeContact): boolean => sharedBits(this.#ownId, id) > bits;
    closer.nodes = last.nodes.filter(isCloser);
    last.nodes = last.nodes.filter((node) => !isCloser(node));
    const waiting = last.waiting;
    closer.waiting = waiting.filter(isCloser);
    last.waiting = waiting.filter((node) => !isCloser(node));
    for (const bucket of [closer, last]) {
      while (bucket.nodes.length < K && bucket.waiting.length > 0) {
        bucket.nodes.push(bucket.waiting.pop() as TableNode);
      }
    }
    this.#buckets.push(closer);
  }
}
