/**
 * Somebody who looks on while a simulation runs: told of every call that the loop has made. It may not change anything.
 * A simulation without one does not even ask for it but once in thousands of calls.
 */
import type { EventTarget } from './event-queue.ts';

export interface SimulationProbe {
  /** The loop goes on after a time in which it did not run. */
  resumed(): void;
  /** The loop has called `target.fire(token)`, and that call is over. */
  fired(target: EventTarget, token: number): void;
}
