/**
 * The raw event queue by the hold model: the earliest of `pending` events fires and sets itself again a uniform random
 * time later. What the queue costs with nothing around it.
 */
import { EventQueue, type EventTarget } from '../../src/sim/event-queue.ts';

export interface HoldResult {
  readonly pending: number;
  readonly operations: number;
  readonly eventsPerSec: number;
}

/** `nowMs` is a wall clock in milliseconds, such as `performance.now`. */
export function measureHold(pending: number, operations: number, nowMs: () => number): HoldResult {
  const queue = new EventQueue();
  const holder = new Holder(queue);
  for (let index = 0; index < pending; index++) {
    const handle = queue.register(holder, index);
    queue.set(handle, holder.draw());
  }
  const start = nowMs();
  for (let count = 0; count < operations; count++) {
    holder.nowUs = queue.nextUs;
    queue.fireNext();
  }
  const seconds = (nowMs() - start) / 1000;
  return { pending, operations, eventsPerSec: operations / seconds };
}

class Holder implements EventTarget {
  nowUs = 0;
  readonly #queue: EventQueue;
  #state = 1;

  constructor(queue: EventQueue) {
    this.#queue = queue;
  }

  /** A whole number of microseconds up to about a second. */
  draw(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state >>> 12;
  }

  fire(handle: number): void {
    this.#queue.set(handle, this.nowUs + this.draw());
  }
}
