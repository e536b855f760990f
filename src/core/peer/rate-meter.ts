/**
 * A rolling rate over one to two windows: the bytes of the last full window and of the current one, divided by the time
 * they cover. Two counters per meter, no timer, exact to the byte over the time it covers. A meter that has just begun
 * counts as covering a tenth of its window, or the first bytes would look like an enormous rate.
 */
import type { Microseconds } from '../ports.ts';

export class RateMeter {
  readonly #windowUs: Microseconds;
  #windowStartUs: Microseconds;
  #previousUs: Microseconds = 0;
  #previousBytes = 0;
  #currentBytes = 0;
  #totalBytes = 0;

  constructor(windowUs: Microseconds, nowUs: Microseconds) {
    this.#windowUs = windowUs;
    this.#windowStartUs = nowUs;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  add(bytes: number, nowUs: Microseconds): void {
    if (nowUs - this.#windowStartUs >= this.#windowUs) this.#advance(nowUs);
    this.#currentBytes += bytes;
    this.#totalBytes += bytes;
  }

  /** Bytes per second. */
  rate(nowUs: Microseconds): number {
    if (nowUs - this.#windowStartUs >= this.#windowUs) this.#advance(nowUs);
    const coveredUs = Math.max(this.#previousUs + nowUs - this.#windowStartUs, this.#windowUs / 10);
    return ((this.#previousBytes + this.#currentBytes) * 1e6) / coveredUs;
  }

  #advance(nowUs: Microseconds): void {
    const elapsed = nowUs - this.#windowStartUs;
    const windows = Math.floor(elapsed / this.#windowUs);
    this.#previousBytes = windows === 1 ? this.#currentBytes : 0;
    this.#previousUs = this.#windowUs;
    this.#currentBytes = 0;
    this.#windowStartUs += windows * this.#windowUs;
  }
}
