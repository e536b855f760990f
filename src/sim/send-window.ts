/**
 * Slow start: the window of a direction bounds what is in flight, and so its rate to window / round trip. Each round
 * trip in which it was the bound doubles it, up to a largest size, which loss makes smaller; after a silence it begins
 * anew.
 */
import type { StreamOptions } from './medium.ts';

/** A stream that sent nothing for this long starts slowly again; one that had to send again after a cut has waited so long. */
const IDLE_RESTART_US = 1_000_000;
const NEVER = Number.POSITIVE_INFINITY;

export class SendWindow {
  /** When a window that is the bound now will double; Infinity when it is not, or is at its largest. */
  growAtUs = NEVER;
  readonly #options: StreamOptions;
  #bytes: number;
  #largestBytes: number;
  #roundTripUs = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#bytes = options.initialWindowBytes;
    this.#largestBytes = options.maxWindowBytes;
  }

  /** The path is this now. Returns the bound on the rate in bytes per second. */
  follow(roundTripUs: number, largestBytes: number): number {
    this.#roundTripUs = roundTripUs;
    this.#largestBytes = Math.min(largestBytes, this.#options.maxWindowBytes);
    this.#bytes = Math.min(this.#bytes, this.#largestBytes);
    return this.#rate();
  }

  /** Bytes beyond what is on the way at this rate (bytes per second): they stand in the queue of the bottleneck. */
  excessBytes(rate: number): number {
    return Math.max(0, this.#bytes - (rate * this.#roundTripUs) / 1e6);
  }

  /** A backlog begins after a silence of `idleUs`: the bound on its rate in bytes per second. */
  begin(idleUs: number): number {
    if (idleUs >= IDLE_RESTART_US)
      this.#bytes = Math.min(this.#options.initialWindowBytes, this.#largestBytes);
    return this.#rate();
  }

  end(): void {
    this.growAtUs = NEVER;
  }

  /** The window is what bounds the rate now. */
  binds(nowUs: number): void {
    if (this.growAtUs === NEVER && this.#bytes < this.#largestBytes) {
      this.growAtUs = nowUs + this.#roundTripUs;
    }
  }

  /** A round trip has passed. Returns the new bound in bytes per second, or undefined when another bound holds. */
  grow(isBound: boolean): number | undefined {
    this.growAtUs = NEVER;
    if (!isBound) return undefined;
    this.#bytes = Math.min(this.#bytes * 2, this.#largestBytes);
    return this.#rate();
  }

  #rate(): number {
    return this.#roundTripUs === 0 ? NEVER : (this.#bytes * 1e6) / this.#roundTripUs;
  }
}
