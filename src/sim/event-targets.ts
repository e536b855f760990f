/**
 * The targets of events by small numbers: whoever has many handles has one number for them, so that a handle's row
 * says whom it is for and no list of targets by handle is needed.
 *
 * The one that takes many is told by its taking two in a row; others have a number for each handle. A number is given
 * out again when all its handles have been released.
 */

/** Whoever events are for. `token` is what was given with the handle, to tell the events of one target apart. */
export interface EventTarget {
  fire(token: number): void;
}

export class EventTargets {
  readonly #targets: (EventTarget | undefined)[] = [undefined];
  /** How many handles have a number. */
  readonly #counts: number[] = [0];
  readonly #free: number[] = [];
  /** The number given out last, and the last one that was asked for twice in a row. */
  #latest = 0;
  #shared = 0;

  /** The target of a number that is in use. */
  at(number: number): EventTarget {
    return this.#targets[number] as EventTarget;
  }

  /** A number of `target` for one more handle. */
  take(target: EventTarget): number {
    if (this.#targets[this.#shared] !== target) {
      if (this.#targets[this.#latest] !== target) return this.#add(target);
      this.#shared = this.#latest;
    }
    (this.#counts[this.#shared] as number)++;
    return this.#shared;
  }

  /** One handle less has this number. */
  release(number: number): void {
    const left = (this.#counts[number] as number) - 1;
    this.#counts[number] = left;
    if (left > 0) return;
    this.#targets[number] = undefined;
    this.#free.push(number);
  }

  #add(target: EventTarget): number {
    const number = this.#free.pop() ?? this.#targets.length;
    this.#targets[number] = target;
    this.#counts[number] = 1;
    this.#latest = number;
    return number;
  }
}
