/** The clock of one machine among several on the same time: its timers end with a power failure, nobody else's do. */
import type { Clock, Microseconds, Timer } from '../../core/ports.ts';

export class StoppableClock implements Clock {
  readonly #clock: Clock;
  readonly #pending = new Set<Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): Microseconds {
    return this.#clock.now();
  }

  schedule(atUs: Microseconds, callback: () => void): Timer {
    const inner = this.#clock.schedule(atUs, () => {
      this.#pending.delete(timer);
      callback();
    });
    const timer: Timer = {
      cancel: () => {
        this.#pending.delete(timer);
        inner.cancel();
      },
    };
    this.#pending.add(timer);
    return timer;
  }

  /** Cancels every timer. */
  stop(): void {
    for (const timer of [...this.#pending]) timer.cancel();
  }
}
