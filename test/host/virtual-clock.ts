/** A clock that jumps to its next timer: lets shaped lines be measured exactly and without waiting. */
import type { Clock, Timer } from '../../src/core/ports.ts';

export class VirtualClock implements Clock {
  #nowUs = 0;
  #sequence = 0;
  #timers: { atUs: number; sequence: number; callback: () => void }[] = [];
  /** Added to each wake-up, as a busy machine does; the argument is the number of the wake-up. */
  lateness: (wakeUp: number) => number = () => 0;
  #wakeUps = 0;

  now(): number {
    return this.#nowUs;
  }

  schedule(atUs: number, callback: () => void): Timer {
    const timer = { atUs, sequence: this.#sequence++, callback };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  /** Runs the next timer; false when there is none. */
  step(): boolean {
    let next = this.#timers[0];
    if (next === undefined) return false;
    for (const timer of this.#timers) {
      if (timer.atUs < next.atUs || (timer.atUs === next.atUs && timer.sequence < next.sequence))
        next = timer;
    }
    const due = next;
    this.#timers = this.#timers.filter((timer) => timer !== due);
    if (due.atUs > this.#nowUs) this.#nowUs = due.atUs + this.lateness(this.#wakeUps++);
    due.callback();
    return true;
  }

  readonly until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) if (!this.step()) throw new Error(`nothing left to happen: ${condition.toString()}`);
  };

  runTo(atUs: number): void {
    let over = false;
    this.schedule(atUs, () => {
      over = true;
    });
    while (!over) this.step();
  }
}
