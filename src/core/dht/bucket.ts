/**
 * One bucket of a routing table (BEP 5): at most K nodes that answered us, and as many more that wait for a place.
 * Invariant: all of them answered a query of ours at least once, and no two share an address or a network.
 */
import { equalAddresses } from '../address.ts';
import { equalBytes } from '../bytes.ts';
import type { Address, Microseconds } from '../ports.ts';
import { subnetOf } from './address-scope.ts';
import type { NodeContact } from './compact-nodes.ts';

export const K = 8;
/** A node that was heard of within so long is good. */
export const GOOD_US: Microseconds = 900_000_000;
/** So many failures in a row make a node bad: it is named to nobody and makes room for any other. */
const BAD_FAILURES = 2;
/** So many, and it goes whether or not another waits. */
const GONE_FAILURES = 5;

export interface TableNode extends NodeContact {
  /** Its id is bound to its address (BEP 42). */
  readonly secure: boolean;
  readonly subnet: string;
  /** When it last answered us, or asked after that. */
  heardAtUs: Microseconds;
  failures: number;
}

export function isBad(node: TableNode): boolean {
  return node.failures >= BAD_FAILURES;
}

export class Bucket {
  /** In the order in which they came. */
  nodes: TableNode[] = [];
  /** The latest last. */
  waiting: TableNode[] = [];
  /** When a node was last added, or a search last went through here. */
  changedAtUs: Microseconds;

  constructor(nowUs: Microseconds) {
    this.changedAtUs = nowUs;
  }

  find(address: Address): TableNode | undefined {
    const isIt = (node: TableNode): boolean => equalAddresses(node.address, address);
    return this.nodes.find(isIt) ?? this.waiting.find(isIt);
  }

  /** Takes a node that has just answered and is not in the bucket. False when it has no place here. */
  add(node: TableNode): boolean {
    const twin = this.#twinOf(node);
    if (twin !== undefined) {
      // The same id at another address, or another id of the same network: who is there already stays while it answers.
      if (!isBad(twin)) return false;
      this.remove(twin);
    }
    if (this.nodes.length < K) {
      this.nodes.push(node);
      this.changedAtUs = node.heardAtUs;
      return true;
    }
    const index = this.#indexToGiveUp(node);
    if (index >= 0) {
      this.nodes[index] = node;
      this.changedAtUs = node.heardAtUs;
      return true;
    }
    if (this.waiting.length >= K) this.waiting.shift();
    this.waiting.push(node);
    return true;
  }

  remove(node: TableNode): void {
    const index = this.nodes.indexOf(node);
    if (index < 0) {
      this.waiting = this.waiting.filter((other) => other !== node);
      return;
    }
    const next = this.waiting.pop();
    if (next === undefined) this.nodes.splice(index, 1);
    else this.nodes[index] = next;
  }

  /** A query to the node was not answered. True when the node is no longer in the bucket. */
  failed(node: TableNode): boolean {
    node.failures++;
    const waits = this.waiting.includes(node);
    const goes = waits || node.failures >= GONE_FAILURES || (isBad(node) && this.waiting.length > 0);
    if (goes) this.remove(node);
    return goes;
  }

  /** The one to ask whether it is still there, when others would like its place: the longest silent one, if any. */
  questionable(nowUs: Microseconds): TableNode | undefined {
    let oldest: TableNode | undefined;
    for (const node of this.nodes) {
      if (nowUs - node.heardAtUs < GOOD_US) continue;
      if (oldest === undefined || node.heardAtUs < oldest.heardAtUs) oldest = node;
    }
    return oldest;
  }

  #twinOf({ id, subnet }: TableNode): TableNode | undefined {
    const isTwin = (other: TableNode): boolean => other.subnet === subnet || equalBytes(other.id, id);
    return this.nodes.find(isTwin) ?? this.waiting.find(isTwin);
  }

  /** A bad node, or for one whose id is bound to its address one whose id is not; -1 when all are worth keeping. */
  #indexToGiveUp({ secure }: TableNode): number {
    const bad = this.nodes.findIndex(isBad);
    return bad >= 0 || !secure ? bad : this.nodes.findIndex((node) => !node.secure);
  }
}

export function tableNode(contact: NodeContact, secure: boolean, nowUs: Microseconds): TableNode {
  return { ...contact, secure, subnet: subnetOf(contact.address), heardAtUs: nowUs, failures: 0 };
}
