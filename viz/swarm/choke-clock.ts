/**
 * When a peer decides next whom it serves, as far as its chokes and unchokes tell: rounds come every 10 s (BEP 3), each
 * third draws the optimistic peers anew, and without interested peers there are none. A free slot is given away between
 * rounds too, but nobody is choked then.
 */
import type { SwarmTimer } from './swarm-history.ts';

export const ROUND_US = 10_000_000;
/** Rounds for which an optimistic slot is kept. */
export const OPTIMISTIC_ROUNDS = 3;
/** On a real machine a timer is late by some milliseconds. */
const TOLERANCE_US = 100_000;

/** Fields of a peer: the start of its rounds (NaN: none known), rounds before that, and since when nobody wants anything. */
const FIELDS = 3;
const ANCHOR = 0;
const BEFORE = 1;
const IDLE = 2;

export class ChokeClock {
  readonly #fields: Float64Array;

  constructor(peers: number) {
    this.#fields = new Float64Array(peers * FIELDS);
    for (let peer = 0; peer < peers; peer++) this.forget(peer);
  }

  copy(): Float64Array {
    return this.#fields.slice();
  }

  restore(fields: Float64Array): void {
    this.#fields.set(fields);
  }

  /** Its program ended; it begins anew. */
  forget(peer: number): void {
    this.#set(peer, ANCHOR, Number.NaN);
    this.#set(peer, BEFORE, 0);
    this.#set(peer, IDLE, 0);
  }

  /** Whether anybody is interested in the peer from now on. */
  wanted(peer: number, isWanted: boolean, timeUs: number): void {
    if (isWanted && !this.#stops(peer, timeUs)) this.#set(peer, IDLE, Number.NaN);
    else if (!isWanted && Number.isNaN(this.#get(peer, IDLE))) this.#set(peer, IDLE, timeUs);
  }

  unchoked(peer: number, timeUs: number): void {
    if (Number.isNaN(this.#get(peer, ANCHOR)) || this.#stops(peer, timeUs)) this.#begin(peer, timeUs);
  }

  choked(peer: number, timeUs: number): void {
    if (Number.isNaN(this.#get(peer, ANCHOR)) || !this.#isRound(peer, timeUs)) this.#begin(peer, timeUs);
  }

  roundTimer(peer: number, timeUs: number): SwarmTimer | undefined {
    const anchor = this.#get(peer, ANCHOR);
    if (Number.isNaN(anchor) || this.#stops(peer, timeUs)) return undefined;
    const fromUs = anchor + Math.floor((timeUs - anchor) / ROUND_US) * ROUND_US;
    return { fromUs, toUs: fromUs + ROUND_US };
  }

  optimisticTimer(peer: number, timeUs: number): SwarmTimer | undefined {
    const anchor = this.#get(peer, ANCHOR);
    if (Number.isNaN(anchor) || this.#stops(peer, timeUs)) return undefined;
    const before = this.#get(peer, BEFORE);
    const rounds = before + Math.floor((timeUs - anchor) / ROUND_US);
    const drawn = rounds - (rounds % OPTIMISTIC_ROUNDS);
    const fromUs = anchor + (drawn - before) * ROUND_US;
    return { fromUs, toUs: fromUs + OPTIMISTIC_ROUNDS * ROUND_US };
  }

  /** Whether rounds have ended by then, because at one of them nobody was interested. */
  #stops(peer: number, timeUs: number): boolean {
    const idle = this.#get(peer, IDLE);
    const anchor = this.#get(peer, ANCHOR);
    if (Number.isNaN(idle) || Number.isNaN(anchor)) return false;
    const lastRound = anchor + Math.max(0, Math.ceil((idle - anchor) / ROUND_US)) * ROUND_US;
    return timeUs > lastRound + TOLERANCE_US;
  }

  #isRound(peer: number, timeUs: number): boolean {
    const since = (timeUs - this.#get(peer, ANCHOR)) % ROUND_US;
    return since < TOLERANCE_US || since > ROUND_US - TOLERANCE_US;
  }

  #begin(peer: number, timeUs: number): void {
    const anchor = this.#get(peer, ANCHOR);
    const idle = this.#get(peer, IDLE);
    if (!Number.isNaN(anchor)) {
      const untilUs = Number.isNaN(idle) ? timeUs : Math.max(anchor, idle);
      this.#set(peer, BEFORE, this.#get(peer, BEFORE) + Math.ceil((untilUs - anchor) / ROUND_US));
    }
    this.#set(peer, ANCHOR, timeUs);
    this.#set(peer, IDLE, Number.NaN);
  }

  #get(peer: number, field: number): number {
    return this.#fields[peer * FIELDS + field] as number;
  }

  #set(peer: number, field: number, value: number): void {
    this.#fields[peer * FIELDS + field] = value;
  }
}
