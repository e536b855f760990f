/**
 * How much is answered. A query costs its sender nothing and may bear a borrowed address, so each owner of addresses gets
 * answers at a modest rate, whoever exceeds it none for a while, and all together no more than a share of a home's line.
 * What is remembered is bounded: of many the one silent for longest is forgotten.
 */
import type { Address, Clock, Microseconds } from '../ports.ts';
import { ownerOf } from './address-scope.ts';

/** Queries of one owner in one window: libtorrent's five a second. */
const WINDOW_US: Microseconds = 10_000_000;
const QUERIES_PER_WINDOW = 50;
/** Whoever sends more is not answered for so long. */
const BLOCKED_US: Microseconds = 300_000_000;
export const OWNERS_MAX = 2000;
/** Answers to everybody, and how much of it may be saved up. */
export const ANSWER_BYTES_PER_SEC = 16_384;
const SAVED_US: Microseconds = 4_000_000;

interface Asker {
  windowStartUs: Microseconds;
  queries: number;
  blockedUntilUs: Microseconds;
}

export class QueryLimits {
  readonly #clock: Clock;
  /** In the order of their last windows. */
  readonly #askers = new Map<string, Asker>();
  #allowance = (ANSWER_BYTES_PER_SEC * SAVED_US) / 1e6;
  #asOfUs: Microseconds;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#asOfUs = clock.now();
  }

  get ownerCount(): number {
    return this.#askers.size;
  }

  /** Whether a query from this address may be looked at. */
  admits(from: Address): boolean {
    const owner = ownerOf(from);
    const nowUs = this.#clock.now();
    const asker = this.#askers.get(owner);
    if (asker === undefined || (asker.blockedUntilUs <= nowUs && nowUs - asker.windowStartUs >= WINDOW_US)) {
      this.#askers.delete(owner);
      if (this.#askers.size >= OWNERS_MAX) this.#askers.delete(this.#askers.keys().next().value as string);
      this.#askers.set(owner, { windowStartUs: nowUs, queries: 1, blockedUntilUs: 0 });
      return true;
    }
    if (asker.blockedUntilUs > nowUs) return false;
    asker.queries++;
    if (asker.queries <= QUERIES_PER_WINDOW) return true;
    asker.blockedUntilUs = nowUs + BLOCKED_US;
    return false;
  }

  /** Whether there is something left to answer with; an answer may overdraw it by its own length. */
  get mayAnswer(): boolean {
    const nowUs = this.#clock.now();
    const filled = this.#allowance + ((nowUs - this.#asOfUs) * ANSWER_BYTES_PER_SEC) / 1e6;
    this.#allowance = Math.min(filled, (ANSWER_BYTES_PER_SEC * SAVED_US) / 1e6);
    this.#asOfUs = nowUs;
    return this.#allowance > 0;
  }

  answered(bytes: number): void {
    this.#allowance -= bytes;
  }
}
