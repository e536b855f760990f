/**
 * Queries that wait for their answers. Invariant: an answer counts only when its transaction id was drawn for a query
 * under way and it came from the very address that was asked; everything else changes nothing. The ids are 32 random
 * bits, so that nobody off the path guesses one.
 */
import { equalAddresses } from '../address.ts';
import type { Address, Clock, Microseconds, Random, Timer } from '../ports.ts';
import type { KrpcReply } from './krpc.ts';

/** Queries under way at one time; the lookups wait with theirs. */
export const QUERIES_MAX = 256;
/** Whoever has not answered by then is slow: others may be asked in the meantime. */
export const SLOW_US: Microseconds = 1_000_000;
/** Whoever has not answered by then has not answered. Nothing is sent twice (BEP 5). */
export const SILENT_US: Microseconds = 3_000_000;

export interface QueryHandler {
  onReply(reply: KrpcReply): void;
  /** It takes long. */
  onSlow?(): void;
  /** No answer, an error, or an answer that is none. */
  onFailed(): void;
}

interface PendingQuery {
  readonly to: Address;
  readonly sentAtUs: Microseconds;
  readonly handler: QueryHandler;
  timer: Timer;
}

export class QueryTable {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #pending = new Map<number, PendingQuery>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  get size(): number {
    return this.#pending.size;
  }

  get isFull(): boolean {
    return this.#pending.size >= QUERIES_MAX;
  }

  /** Expects the answer to a query that is about to be sent; its transaction id. There has to be room. */
  expect(to: Address, handler: QueryHandler): Uint8Array {
    let transaction = this.#random.uint32();
    while (this.#pending.has(transaction)) transaction = this.#random.uint32();
    const sentAtUs = this.#clock.now();
    const timer = this.#clock.schedule(sentAtUs + SLOW_US, () => this.#slow(transaction));
    this.#pending.set(transaction, { to, sentAtUs, handler, timer });
    return Uint8Array.of(transaction >>> 24, transaction >>> 16, transaction >>> 8, transaction);
  }

  /** An answer has come. Whether it was asked for; `reply` undefined is a failure. */
  settle(transaction: Uint8Array, from: Address, reply: KrpcReply | undefined): boolean {
    const number = toNumber(transaction);
    const pending = this.#pending.get(number);
    if (pending === undefined || !equalAddresses(pending.to, from)) return false;
    this.#take(number, pending);
    if (reply === undefined) pending.handler.onFailed();
    else pending.handler.onReply(reply);
    return true;
  }

  /** Forgets everything without a word to anybody. */
  stop(): void {
    for (const [number, pending] of [...this.#pending]) this.#take(number, pending);
  }

  #slow(transaction: number): void {
    const pending = this.#pending.get(transaction);
    if (pending === undefined) return;
    pending.timer = this.#clock.schedule(pending.sentAtUs + SILENT_US, () => {
      this.#take(transaction, pending);
      pending.handler.onFailed();
    });
    pending.handler.onSlow?.();
  }

  #take(transaction: number, pending: PendingQuery): void {
    pending.timer.cancel();
    this.#pending.delete(transaction);
  }
}

/** -1, which no query has, for a transaction id that is none of ours. */
function toNumber(transaction: Uint8Array): number {
  if (transaction.length !== 4) return -1;
  const [first = 0, second = 0, third = 0, fourth = 0] = transaction;
  return ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0;
}
