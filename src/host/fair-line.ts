/**
 * One direction of an access line, kept in user space: bytes pass at a rate, flows that have something to pass take
 * turns of one slice. The line remembers until when it is busy. While somebody waits, a timer that comes late is made up
 * for: a computer that is busy with other things delays the bytes and takes none of the rate away. Time in which nobody
 * waited is lost but for a burst of 20 ms.
 */
import type { Clock, Microseconds } from '../core/ports.ts';

export interface Flow {
  /**
   * Passes about `limitBytes` (a datagram may be longer) and returns how many. 0 says that there is nothing to pass now:
   * the flow leaves the line until it joins again.
   */
  pass(limitBytes: number): number;
}

/** What an idle line allows at once, in time at its rate. */
const BURST_US = 20_000;
/** The longest delay that is made up for: this computer slept, or was stopped. */
const LATE_MAX_US = 1_000_000;
const SLICE_US = 5_000;
const SLICE_MIN_BYTES = 1_460;
const SLICE_MAX_BYTES = 16_384;

export class FairLine {
  readonly #clock: Clock;
  readonly #onPassed: ((bytes: number) => void) | undefined;
  #usPerByte = 0;
  #sliceBytes = SLICE_MIN_BYTES;
  /** Whose turn it is, in order. */
  readonly #waiting = new Set<Flow>();
  #busyUntilUs: Microseconds = Number.NEGATIVE_INFINITY;
  #scheduled = false;
  #running = false;

  /**
   * `bytesPerSec` is 0 (nothing passes) or more; infinity does not shape at all. `onPassed` is told of every slice, after
   * it has passed.
   */
  constructor(clock: Clock, bytesPerSec: number, onPassed?: (bytes: number) => void) {
    this.#clock = clock;
    this.#onPassed = onPassed;
    this.setRate(bytesPerSec);
  }

  /** From now on at this rate. What has passed at the old one still has to be waited for, some milliseconds at most. */
  setRate(bytesPerSec: number): void {
    if (this.#dead) this.#busyUntilUs = Math.max(this.#busyUntilUs, this.#clock.now());
    this.#usPerByte = 1_000_000 / bytesPerSec;
    const slice = Math.floor((bytesPerSec / 1_000_000) * SLICE_US);
    this.#sliceBytes = Math.min(SLICE_MAX_BYTES, Math.max(SLICE_MIN_BYTES, slice));
    if (this.#waiting.size > 0) this.#scheduleNext();
  }

  get #dead(): boolean {
    return this.#usPerByte === Number.POSITIVE_INFINITY;
  }

  /**
   * The flow has had something to pass since `sinceUs` (now, if nothing is said); it is asked for it in a later call.
   * Joining again while waiting changes nothing.
   */
  join(flow: Flow, sinceUs: Microseconds = this.#clock.now()): void {
    const wasIdle = this.#waiting.size === 0 && !this.#running;
    if (wasIdle) this.#busyUntilUs = Math.max(this.#busyUntilUs, sinceUs - BURST_US);
    this.#waiting.add(flow);
    this.#scheduleNext();
  }

  #scheduleNext(): void {
    if (!this.#scheduled && !this.#dead) this.#schedule(Math.max(this.#clock.now(), this.#busyUntilUs));
  }

  #schedule(atUs: number): void {
    this.#scheduled = true;
    this.#clock.schedule(Math.ceil(atUs), () => this.#run());
  }

  #run(): void {
    const now = this.#clock.now();
    this.#busyUntilUs = Math.max(this.#busyUntilUs, now - LATE_MAX_US);
    this.#running = true;
    while (this.#busyUntilUs <= now) {
      const [flow] = this.#waiting;
      if (flow === undefined || this.#dead) {
        this.#scheduled = false;
        this.#running = false;
        return;
      }
      this.#waiting.delete(flow);
      const passed = flow.pass(this.#sliceBytes);
      if (passed > 0) {
        this.#busyUntilUs += passed * this.#usPerByte;
        this.#waiting.add(flow);
        this.#onPassed?.(passed);
      }
    }
    this.#running = false;
    this.#schedule(this.#busyUntilUs);
  }
}
