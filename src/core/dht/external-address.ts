/**
 * Where the world sees us, by the votes of those that answered us (BEP 42). Invariant: one network has one vote, and an
 * address is believed only when enough networks agree and no other has as many; what was believed last holds until then.
 */
import type { Address, Microseconds } from '../ports.ts';
import { isIpv6, scopeOf, subnetOf } from './address-scope.ts';

/** The last votes that count, and how many of them have to agree. */
const VOTES_MAX = 32;
export const AGREEING_MIN = 5;
/** Our address changes at most this often: an id that wanders is found by nobody. */
const CHANGE_US: Microseconds = 600_000_000;

export class ExternalAddress {
  /** By voting network, the latest last. */
  readonly #votes = new Map<string, string>();
  #host: string | undefined;
  #changedAtUs = Number.NEGATIVE_INFINITY;

  /** `host`: what was believed in an earlier session. */
  constructor(host?: string) {
    this.#host = host;
  }

  /** The address that is believed; undefined while none is. */
  get host(): string | undefined {
    return this.#host;
  }

  /** A node at `voter` sees us at `host`. True when another address is believed now. */
  vote(voter: Address, host: string, nowUs: Microseconds): boolean {
    // What a neighbour in our own network sees says nothing about the world, nor does the other family.
    if (scopeOf(host) !== 'global' || scopeOf(voter.host) !== 'global') return false;
    if (isIpv6(voter.host) !== isIpv6(host)) return false;
    const network = subnetOf(voter);
    this.#votes.delete(network);
    this.#votes.set(network, host);
    if (this.#votes.size > VOTES_MAX) this.#votes.delete(this.#votes.keys().next().value as string);
    if (host === this.#host || nowUs - this.#changedAtUs < CHANGE_US) return false;
    const counts = new Map<string, number>();
    for (const named of this.#votes.values()) counts.set(named, (counts.get(named) ?? 0) + 1);
    const agreeing = counts.get(host) ?? 0;
    if (agreeing < AGREEING_MIN || agreeing * 2 <= this.#votes.size) return false;
    this.#host = host;
    this.#changedAtUs = nowUs;
    return true;
  }
}
