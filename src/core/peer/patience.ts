/**
 * How long we put up with messages of no use: repeated haves, changes of mind, requests that must be refused, answers to
 * nothing. A few are normal, because messages cross on their way; a flood of them costs us time, and an uplink where each
 * wants an answer. A bucket that leaks slowly: what an honest client sends never fills it.
 */
import type { Microseconds } from '../ports.ts';

/** Messages of no use in a row; more than any client has on the way at a time. */
export const USELESS_MAX = 10_000;
/** Messages of no use that are forgotten each second. */
export const USELESS_PER_SEC = 50;

export class Patience {
  #useless = 0;
  #asOfUs: Microseconds = 0;

  /** There is none left. */
  get isLost(): boolean {
    return this.#useless > USELESS_MAX;
  }

  /** Something of no use came, worth `messages` messages. False when that was one too many. */
  bears(messages: number, nowUs: Microseconds): boolean {
    const forgotten = ((nowUs - this.#asOfUs) * USELESS_PER_SEC) / 1e6;
    this.#useless = Math.max(0, this.#useless - forgotten) + messages;
    this.#asOfUs = nowUs;
    return !this.isLost;
  }
}
