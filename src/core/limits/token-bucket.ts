/**
 * A rate limit of the client itself (not of the line): a bucket that fills at the limit and from which whole blocks are
 * taken. It may go below zero by one block, so that the long-run rate is exact whatever the size of a block. A bucket may
 * lie within a wider limit, which has to be open too.
 */
import type { Clock, Microseconds, Timer } from '../ports.ts';

/** How much may be saved up: short pauses cost nothing, and bursts stay small. */
const SAVED_US: Microseconds = 100_000;

/** A limit that holds for others too. */
export interface WiderLimit {
  readonly isOpen: boolean;
  take(bytes: number): void;
  whenOpen(callback: () => void): void;
  /** Wants nothing any more. */
  stop(): void;
}

export class TokenBucket {
  readonly #clock: Clock;
  readonly #wider: WiderLimit | undefined;
  #bytesPerSec: number;
  #allowance: number;
  #asOfUs: Microseconds;
  #timer: Timer | undefined;
  #waiting: (() => void) | undefined;

  /** `bytesPerSec` 0: no limit. */
  constructor(clock: Clock, bytesPerSec: number, wider?: WiderLimit) {
    this.#clock = clock;
    this.#wider = wider;
    this.#bytesPerSec = bytesPerSec;
    this.#asOfUs = clock.now();
    this.#allowance = (bytesPerSec * SAVED_US) / 1e6;
  }

  /** Fills at this limit from now on (0: no limit); whoever waits is called when the new one lets it. */
  setLimit(bytesPerSec: number): void {
    const waiting = this.#waiting;
    this.stop();
    if (!this.isOpen && bytesPerSec === 0) this.#allowance = 0;
    this.#asOfUs = this.#clock.now();
    this.#bytesPerSec = bytesPerSec;
    if (waiting !== undefined) this.whenOpen(waiting);
  }

  /** The limit; 0: none. */
  get bytesPerSec(): number {
    return this.#bytesPerSec;
  }

  /** Whether a block may be taken now. */
  get isOpen(): boolean {
    return (this.#bytesPerSec === 0 || this.#isFilled()) && (this.#wider === undefined || this.#wider.isOpen);
  }

  take(bytes: number): void {
    if (this.#bytesPerSec > 0) this.#allowance -= bytes;
    this.#wider?.take(bytes);
  }

  /** Calls back once when the bucket has just become open again. One such wish is kept; more are the same wish. */
  whenOpen(callback: () => void): void {
    if (this.#waiting !== undefined) return;
    this.#waiting = callback;
    const limited = this.#bytesPerSec > 0;
    if (this.#wider !== undefined && (!limited || this.#isFilled())) {
      this.#wider.whenOpen(() => this.#grant());
      return;
    }
    const waitUs = limited ? Math.ceil((-this.#allowance * 1e6) / this.#bytesPerSec) + 1 : 0;
    this.#timer = this.#clock.schedule(this.#clock.now() + Math.max(1, waitUs), () => this.#grant());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#waiting !== undefined) this.#wider?.stop();
    this.#waiting = undefined;
  }

  #grant(): void {
    const callback = this.#waiting;
    this.#timer = undefined;
    this.#waiting = undefined;
    callback?.();
  }

  #isFilled(): boolean {
    const now = this.#clock.now();
    const filled = this.#allowance + ((now - this.#asOfUs) * this.#bytesPerSec) / 1e6;
    this.#allowance = Math.min(filled, (this.#bytesPerSec * SAVED_US) / 1e6);
    this.#asOfUs = now;
    return this.#allowance > 0;
  }
}
