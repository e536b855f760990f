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
  readonly #timers = new Set<VirtualTimer>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  now(): Microseconds {
    return this.#simulation.nowUs;
  }

  schedule(atUs: Microseconds, callback: () => void): Timer {
    return new VirtualTimer(this.#simulation, this.#timers, atUs, callback);
  }

  /** Timers that have neither run nor been cancelled. */
  get pendingCount(): number {
    return this.#timers.size;
  }

  /** Cancels every timer of this clock. */
  stop(): void {
    for (const timer of [...this.#timers]) timer.cancel();
  }
}

class VirtualTimer implements Timer, EventTarget {
  readonly #simulation: Simulation;
  readonly #timers: Set<VirtualTimer>;
  readonly #callback: () => void;
  #handle: number;

  constructor(simulation: Simulation, timers: Set<VirtualTimer>, atUs: number, callback: () => void) {
    this.#simulation = simulation;
    this.#timers = timers;
    this.#callback = callback;
    this.#handle = simulation.register(this);
    simulation.set(this.#handle, Math.ceil(atUs));
    timers.add(this);
  }

  fire(): void {
    this.cancel();
    this.#callback();
  }

  cancel(): void {
    if (this.#handle === NONE) return;
    this.#simulation.release(this.#handle);
    this.#handle = NONE;
    this.#timers.delete(this);
  }
}
