/**
 * The addresses that a torrent has heard of, and how it fared with each: one row of numbers an address, found by its hash.
 * A crowd makes every peer hear of thousands, so an address is a number where it can be one (IPv4, in its canonical
 * text); others are kept as they are. Nothing is ever forgotten, so the numbers by which addresses are called stay.
 */
import { formatAddress } from '../address.ts';
import type { Address, Microseconds } from '../ports.ts';

/** The number of an address that is not known. */
export const UNKNOWN = -1;

/** Numbers in a row: the address, an instant, the state. */
const ROW_LENGTH = 3;
const RETRY_AT = 1;
const STATE = 2;

// The state, from the lowest bit on: whether it is queued, failures and tries in vain of four bits each, where it was
// heard of, what is held.
const QUEUED = 1;
const FAILURES_SHIFT = 1;
const IN_VAIN_SHIFT = 5;
const ORIGINS_SHIFT = 9;
const ORIGINS_MASK = 127;
const HELD_SHIFT = 16;
const COUNT_MASK = 15;
const HELD = 1 << HELD_SHIFT;

const PORTS = 65_536;
const NO_KEY = -1;

export class KnownPeers {
  readonly #max: number;
  #rows = new Float64Array(0);
  /** By number, once there is such an instant: as a rule when everything is there. */
  #uselessUntilUs: Float64Array | undefined = undefined;
  #size = 0;
  /** A hash table of row numbers plus one; 0 where it is free. Never more than two thirds full. */
  #places = new Int32Array(8);
  /** Addresses that are no numbers; in its row each has its index here, counted down from -1. */
  #others: Address[] | undefined = undefined;
  #byText: Map<string, number> | undefined = undefined;

  constructor(max: number) {
    this.#max = max;
  }

  /** The number of an address, `UNKNOWN` when it is new. */
  find(address: Address): number {
    const key = keyOf(address);
    if (key === NO_KEY) return this.#byText?.get(formatAddress(address)) ?? UNKNOWN;
    for (let place = this.#firstPlace(key); ; place = (place + 1) & (this.#places.length - 1)) {
      const peer = (this.#places[place] as number) - 1;
      if (peer === UNKNOWN || this.#rows[peer * ROW_LENGTH] === key) return peer;
    }
  }

  /** Its number, also when it is new; `UNKNOWN` when it is new and there are as many as may be. */
  add(address: Address): number {
    const known = this.find(address);
    if (known !== UNKNOWN || this.#size >= this.#max) return known;
    const peer = this.#size++;
    this.#makeRoom();
    const key = keyOf(address);
    if (key === NO_KEY) this.#addOther(peer, address);
    else {
      this.#rows[peer * ROW_LENGTH] = key;
      this.#place(peer);
    }
    return peer;
  }

  addressOf(peer: number): Address {
    const key = this.#rows[peer * ROW_LENGTH] as number;
    if (key < 0) return this.#others?.[-1 - key] as Address;
    const ip = Math.floor(key / PORTS);
    const host = `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;
    return { host, port: key % PORTS };
  }

  /** Addresses known so far. */
  get size(): number {
    return this.#size;
  }

  /** Where it was heard of, a bit each; what the bits mean is up to the caller, seven of them. */
  origins(peer: number): number {
    return (this.#state(peer) >> ORIGINS_SHIFT) & ORIGINS_MASK;
  }

  addOrigin(peer: number, origin: number): void {
    this.#setState(peer, this.#state(peer) | ((origin & ORIGINS_MASK) << ORIGINS_SHIFT));
  }

  /** Of everybody: nobody was heard of anywhere. */
  clearOrigins(): void {
    for (let peer = 0; peer < this.#size; peer++) {
      this.#setState(peer, this.#state(peer) & ~(ORIGINS_MASK << ORIGINS_SHIFT));
    }
  }

  /** It may not be dialled before. */
  retryAtUs(peer: number): Microseconds {
    return this.#rows[peer * ROW_LENGTH + RETRY_AT] as number;
  }

  setRetryAtUs(peer: number, atUs: Microseconds): void {
    this.#rows[peer * ROW_LENGTH + RETRY_AT] = atUs;
  }

  /** Until then there is nothing to be had or given there; for ever when it is ourselves. */
  uselessUntilUs(peer: number): Microseconds {
    return this.#uselessUntilUs?.[peer] ?? 0;
  }

  setUselessUntilUs(peer: number, atUs: Microseconds): void {
    if (atUs === 0 && this.#uselessUntilUs === undefined) return;
    this.#uselessUntilUs ??= new Float64Array(this.#rows.length / ROW_LENGTH);
    this.#uselessUntilUs[peer] = atUs;
  }

  /** It waits in the queue for its turn. */
  isQueued(peer: number): boolean {
    return (this.#state(peer) & QUEUED) !== 0;
  }

  setQueued(peer: number, queued: boolean): void {
    this.#setState(peer, queued ? this.#state(peer) | QUEUED : this.#state(peer) & ~QUEUED);
  }

  /** Dials in a row that led to no handshake; no more than 15 are counted. */
  failures(peer: number): number {
    return (this.#state(peer) >> FAILURES_SHIFT) & COUNT_MASK;
  }

  setFailures(peer: number, failures: number): void {
    this.#setCount(peer, FAILURES_SHIFT, failures);
  }

  /** Tries in a row that led to nothing, those included that were turned away; no more than 15 are counted. */
  inVain(peer: number): number {
    return (this.#state(peer) >> IN_VAIN_SHIFT) & COUNT_MASK;
  }

  setInVain(peer: number, tries: number): void {
    this.#setCount(peer, IN_VAIN_SHIFT, tries);
  }

  /** Connections that we hold to it, the one being dialled included; two for a moment when both sides dial. */
  held(peer: number): number {
    return this.#state(peer) >> HELD_SHIFT;
  }

  hold(peer: number): void {
    this.#setState(peer, this.#state(peer) + HELD);
  }

  /** One connection less. */
  release(peer: number): void {
    this.#setState(peer, this.#state(peer) - HELD);
  }

  #state(peer: number): number {
    return this.#rows[peer * ROW_LENGTH + STATE] as number;
  }

  #setState(peer: number, state: number): void {
    this.#rows[peer * ROW_LENGTH + STATE] = state;
  }

  #setCount(peer: number, shift: number, count: number): void {
    const others = this.#state(peer) & ~(COUNT_MASK << shift);
    this.#setState(peer, others | (Math.min(count, COUNT_MASK) << shift));
  }

  #addOther(peer: number, address: Address): void {
    this.#others ??= [];
    this.#byText ??= new Map();
    this.#others.push(address);
    this.#rows[peer * ROW_LENGTH] = -this.#others.length;
    this.#byText.set(formatAddress(address), peer);
  }

  #firstPlace(key: number): number {
    const mixed = Math.imul((key % PORTS) ^ Math.imul(key / PORTS, 0x9e3779b1), 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) & (this.#places.length - 1);
  }

  #place(peer: number): void {
    let place = this.#firstPlace(this.#rows[peer * ROW_LENGTH] as number);
    while (this.#places[place] !== 0) place = (place + 1) & (this.#places.length - 1);
    this.#places[place] = peer + 1;
  }

  #lengthenUseless(length: number): void {
    if (this.#uselessUntilUs === undefined) return;
    const lengthened = new Float64Array(length);
    lengthened.set(this.#uselessUntilUs);
    this.#uselessUntilUs = lengthened;
  }

  #makeRoom(): void {
    const needed = this.#size * ROW_LENGTH;
    if (needed > this.#rows.length) {
      const grown = new Float64Array(ROW_LENGTH * (this.#size + Math.max(7, this.#size >> 3)));
      grown.set(this.#rows);
      this.#rows = grown;
      this.#lengthenUseless(grown.length / ROW_LENGTH);
    }
    if (this.#size * 3 <= this.#places.length * 2) return;
    this.#places = new Int32Array(this.#places.length * 2);
    for (let peer = 0; peer < this.#size - 1; peer++) {
      if ((this.#rows[peer * ROW_LENGTH] as number) >= 0) this.#place(peer);
    }
  }
}

/** An IPv4 address in its canonical text, with its port, as a number; `NO_KEY` for anything else. */
function keyOf({ host, port }: Address): number {
  if (!(port >= 0 && port < PORTS)) return NO_KEY;
  let ip = 0;
  let part = NO_KEY;
  let dots = 0;
  for (let index = 0; index < host.length; index++) {
    const code = host.charCodeAt(index);
    if (code === 46 && part !== NO_KEY) {
      ip = ip * 256 + part;
      part = NO_KEY;
      dots++;
      continue;
    }
    const digit = code - 48;
    // "010" and "10" are the same to some, so only the form without leading zeros is a number.
    if (!(digit >= 0 && digit <= 9) || part === 0) return NO_KEY;
    part = part === NO_KEY ? digit : part * 10 + digit;
    if (part > 255) return NO_KEY;
  }
  return dots === 3 && part !== NO_KEY ? (ip * 256 + part) * PORTS + port : NO_KEY;
}
