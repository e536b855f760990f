/**
 * Slow start: the window of a direction bounds what is in flight, and so its rate to window / round trip. Each round
 * trip in which it was the bound doubles it, up to a largest size; after a silence it begins anew.
 */
import type { StreamOptions } from './medium.ts';

/** A stream that sent nothing for this long starts slowly again. */
const IDLE_RESTART_US = 1_000_000;
const NEVER = Number.POSITIVE_INFINITY;

export class SendWindow {
  /** When a window that is the bound now will double; Infinity when it is not, or is at its largest. */
  growAtUs = NEVER;
  readonly #options: StreamOptions;
  #bytes: number;
  #roundTripUs = 0;
  #idleSinceUs = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#bytes = options.initialWindowBytes;
  }

  open(roundTripUs: number, nowUs: number): void {
    this.#roundTripUs = roundTripUs;
    this.#idleSinceUs = nowUs;
  }

  /** Something is sent; silence counts from here. */
  used(nowUs: number): void {
    this.#idleSinceUs = nowUs;
  }

  /** A backlog begins: the bound on its rate in bytes per second. */
  begin(nowUs: number): number {
    if (nowUs - this.#idleSinceUs > IDLE_RESTART_US) this.#bytes = this.#options.initialWindowBytes;
    return this.#rate();
  }

  end(nowUs: number): void {
    this.growAtUs = NEVER;
    this.#idleSinceUs = nowUs;
  }

  /** The window is what bounds the rate now. */
  binds(nowUs: number): void {
    if (this.growAtUs === NEVER && this.#bytes < this.#options.maxWindowBytes) {
      this.growAtUs = nowUs + this.#roundTripUs;
    }
  }

  /** A round trip has passed. Returns the new bound in bytes per second, or undefined when another bound holds. */
  grow(isBound: boolean): number | undefined {
    this.growAtUs = NEVER;
    if (!isBound) return undefined;
    this.#bytes = Math.min(this.#bytes * 2, this.#options.maxWindowBytes);
    return this.#rate();
  }

  #rate(): number {
    return this.#roundTripUs === 0 ? NEVER : (this.#bytes * 1e6) / this.#roundTripUs;
  }
}
