/**
 * When a seed without a connection may ask its tracker for peers out of turn. It is dialled by those who come, unless
 * nobody can dial it: then it has to hear of them. Most seeds are alone because nobody wants anything, so each time in
 * vain it waits twice as long.
 */
import type { Microseconds } from '../ports.ts';

const LEAST_WAIT_US: Microseconds = 60_000_000;
const MOST_WAIT_US: Microseconds = 1_800_000_000;

export class LonelySeed {
  #waitUs = LEAST_WAIT_US;
  #nextUs: Microseconds = 0;

  /** It may not ask before. */
  get nextUs(): Microseconds {
    return this.#nextUs;
  }

  /** To be asked now and then; true is to be acted on. */
  mayAsk(connections: number, nowUs: Microseconds): boolean {
    if (connections > 0) {
      this.#waitUs = LEAST_WAIT_US;
      this.#nextUs = nowUs + LEAST_WAIT_US;
      return false;
    }
    if (nowUs < this.#nextUs) return false;
    this.#nextUs = nowUs + this.#waitUs;
    this.#waitUs = Math.min(2 * this.#waitUs, MOST_WAIT_US);
    return true;
  }
}
