/**
 * Calls due at the present instant, after the current one: first in, first out. A ring of targets and tokens, so that
 * asking for a call costs neither a closure nor a heap operation.
 */
import type { EventTarget } from './event-queue.ts';

export class SoonQueue {
  #targets: (EventTarget | undefined)[] = new Array(64).fill(undefined);
  #tokens = new Int32Array(64);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Whom the oldest call is for, and its token; there must be one. */
  get nextTarget(): EventTarget {
    return this.#targets[this.#head] as EventTarget;
  }

  get nextToken(): number {
    return this.#tokens[this.#head] as number;
  }

  /** `token` is an int32. */
  push(target: EventTarget, token: number): void {
    if (this.#length === this.#tokens.length) this.#grow();
    const place = (this.#head + this.#length++) & (this.#tokens.length - 1);
    this.#targets[place] = target;
    this.#tokens[place] = token;
  }

  /** Fires the oldest call; there must be one. */
  fireNext(): void {
    const place = this.#head;
    const target = this.#targets[place] as EventTarget;
    this.#targets[place] = undefined;
    this.#head = (place + 1) & (this.#tokens.length - 1);
    this.#length--;
    target.fire(this.#tokens[place] as number);
  }

  #grow(): void {
    const length = this.#tokens.length;
    const targets: (EventTarget | undefined)[] = new Array(length * 2).fill(undefined);
    const tokens = new Int32Array(length * 2);
    for (let index = 0; index < length; index++) {
      const place = (this.#head + index) & (length - 1);
      targets[index] = this.#targets[place];
      tokens[index] = this.#tokens[place] as number;
    }
    this.#targets = targets;
    this.#tokens = tokens;
    this.#head = 0;
  }
}
