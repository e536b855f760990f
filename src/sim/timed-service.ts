/**
 * One thing after the other that takes time: an access, then so many bytes at a rate, rounded up to a whole microsecond
 * at its end. A rate that changes meanwhile holds for what is left.
 */
import type { EventTarget } from './event-queue.ts';
import type { Simulation } from './simulation.ts';

export class TimedService {
  readonly #simulation: Simulation;
  readonly #target: EventTarget;
  readonly #token: number;
  #handle = -1;
  /** When the present service was looked at last, and what was left of it then. */
  #asOfUs = 0;
  #accessLeftUs = 0;
  #bytesLeft = 0;
  #bytesPerSec = 0;

  /** `target` is fired with `token` at the end of each service. */
  constructor(simulation: Simulation, target: EventTarget, token: number) {
    this.#simulation = simulation;
    this.#target = target;
    this.#token = token;
  }

  /** Begins a service; none may be under way. `bytesPerSec` 0: the bytes take no time. */
  start(accessUs: number, bytes: number, bytesPerSec: number): void {
    this.#accessLeftUs = accessUs;
    this.#bytesLeft = bytes;
    this.#plan(bytesPerSec);
  }

  /** From now on the bytes of the service under way move at this rate. */
  changeRate(bytesPerSec: number): void {
    const elapsedUs = this.#simulation.nowUs - this.#asOfUs;
    const movingUs = elapsedUs - this.#accessLeftUs;
    if (movingUs >= 0) {
      const moved =
        this.#bytesPerSec === 0 ? this.#bytesLeft : Math.floor((movingUs * this.#bytesPerSec) / 1e6);
      this.#bytesLeft = Math.max(0, this.#bytesLeft - moved);
    }
    this.#accessLeftUs = Math.max(0, -movingUs);
    this.#plan(bytesPerSec);
  }

  /** Gives the event back; a service under way never ends. It may be started anew. */
  release(): void {
    if (this.#handle >= 0) this.#simulation.release(this.#handle);
    this.#handle = -1;
  }

  #plan(bytesPerSec: number): void {
    this.#asOfUs = this.#simulation.nowUs;
    this.#bytesPerSec = bytesPerSec;
    const movingUs = bytesPerSec === 0 ? 0 : Math.ceil((this.#bytesLeft * 1e6) / bytesPerSec);
    if (this.#handle < 0) this.#handle = this.#simulation.register(this.#target, this.#token);
    this.#simulation.set(this.#handle, this.#asOfUs + this.#accessLeftUs + movingUs);
  }
}
