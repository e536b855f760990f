/**
 * The `Clock` port over a simulation: virtual microseconds since the start of the run. Many clocks may share one
 * simulation; `stop` drops all timers of one (a machine that is switched off).
 */
import type { Clock, Microseconds, Timer } from '../core/ports.ts';
import type { EventTarget } from './event-queue.ts';
import type { Simulation } from './simulation.ts';

const NONE = -1;

export class VirtualClock implements Clock {
  readonly #simulation: Simulation;
  /** The timers that are pending, from the one set last to the first. */
  #last: VirtualTimer | undefined = undefined;
  #pendingCount = 0;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  now(): Microseconds {
    return this.#simulation.nowUs;
  }

  schedule(atUs: Microseconds, callback: () => void): Timer {
    const timer = new VirtualTimer(this, callback, this.#last);
    if (this.#last !== undefined) this.#last.later = timer;
    this.#last = timer;
    this.#pendingCount++;
    timer.handle = this.#simulation.register(timer);
    this.#simulation.set(timer.handle, Math.ceil(atUs));
    return timer;
  }

  /** Timers that have neither run nor been cancelled. */
  get pendingCount(): number {
    return this.#pendingCount;
  }

  /** Cancels every timer of this clock. */
  stop(): void {
    while (this.#last !== undefined) this.#last.cancel();
  }

  /** Lets go of a timer that is pending. */
  drop(timer: VirtualTimer): void {
    const { earlier, later } = timer;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    if (earlier !== undefined) earlier.later = later;
    timer.earlier = undefined;
    timer.later = undefined;
    this.#pendingCount--;
    this.#simulation.release(timer.handle);
    timer.handle = NONE;
  }
}

/** Stands in the list of its clock as long as it has a handle. */
class VirtualTimer implements Timer, EventTarget {
  handle = NONE;
  earlier: VirtualTimer | undefined;
  later: VirtualTimer | undefined = undefined;
  readonly #clock: VirtualClock;
  readonly #callback: () => void;

  constructor(clock: VirtualClock, callback: () => void, earlier: VirtualTimer | undefined) {
    this.#clock = clock;
    this.#callback = callback;
    this.earlier = earlier;
  }

  fire(): void {
    this.cancel();
    this.#callback();
  }

  cancel(): void {
    if (this.handle !== NONE) this.#clock.drop(this);
  }
}
