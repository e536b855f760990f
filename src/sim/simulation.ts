/**
 * The one loop that moves virtual time. Within an instant: first the calls due soon, in order; then the events of this
 * instant, in order; then the settlers (work batched per instant, like sharing out the links); and time advances only
 * when none of the three is left.
 */
import { InvariantError } from '../core/result.ts';
import { EventQueue, type EventTarget } from './event-queue.ts';
import type { SimulationProbe } from './simulation-probe.ts';
import { SoonQueue } from './soon-queue.ts';

/** A broken invariant, or any other failure of ours, with the place in the run that repeats it. */
export class SimulationError extends InvariantError {
  readonly seed: number;
  readonly nowUs: number;
  readonly event: number;

  constructor(cause: unknown, seed: number, nowUs: number, event: number) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(`${message} (seed ${seed}, at ${nowUs} us, event ${event})`, { cause });
    this.seed = seed;
    this.nowUs = nowUs;
    this.event = event;
  }
}

export class Simulation {
  readonly seed: number;
  /** Told of every call that `runCalls` makes. */
  probe: SimulationProbe | undefined = undefined;
  readonly #queue = new EventQueue();
  readonly #soon = new SoonQueue();
  readonly #settlers = new SoonQueue();
  #nowUs = 0;
  #eventCount = 0;
  #halted = false;

  constructor(seed: number) {
    this.seed = seed;
  }

  get nowUs(): number {
    return this.#nowUs;
  }

  /** Calls made so far: events, soon calls and settlers. The number of the current one while it runs. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /** Event handles in use; whoever ends must release its own. */
  get handleCount(): number {
    return this.#queue.handleCount;
  }

  /** When the next event is due, Infinity for never. */
  get nextUs(): number {
    return this.#soon.length + this.#settlers.length > 0 ? this.#nowUs : this.#queue.nextUs;
  }

  register(target: EventTarget, token = 0): number {
    return this.#queue.register(target, token);
  }

  release(handle: number): void {
    this.#queue.release(handle);
  }

  /** Sets or moves the event of `handle`; a time that has passed means now. */
  set(handle: number, timeUs: number): void {
    this.#queue.set(handle, Math.max(timeUs, this.#nowUs));
  }

  clear(handle: number): void {
    this.#queue.clear(handle);
  }

  timeOf(handle: number): number {
    return this.#queue.timeOf(handle);
  }

  /** Fires `target` at this instant, after the current call and every earlier `soon`. */
  soon(target: EventTarget, token = 0): void {
    this.#soon.push(target, token);
  }

  /** Fires `target` once before time advances, when nothing else is left to do at this instant. */
  beforeTimeAdvances(target: EventTarget, token = 0): void {
    this.#settlers.push(target, token);
  }

  /** Makes the next call, advancing time if need be. False when nothing is left, or nothing up to `untilUs`. */
  step(untilUs = Number.POSITIVE_INFINITY): boolean {
    try {
      return this.#step(untilUs);
    } catch (error) {
      throw this.#located(error);
    }
  }

  /** Runs everything due up to and including `untilUs`; then it is `untilUs`. */
  runUntil(untilUs: number): void {
    this.#run(untilUs);
    if (untilUs > this.#nowUs) this.#nowUs = untilUs;
  }

  /**
   * Makes at most `callsMax` calls, none later than `untilUs`. False when nothing is left up to then; true when there
   * may be more, also after `halt`.
   */
  runCalls(callsMax: number, untilUs: number): boolean {
    this.#halted = false;
    if (this.probe !== undefined) return this.#runProbed(callsMax, untilUs, this.probe);
    try {
      for (let count = 0; count < callsMax && !this.#halted; count++) if (!this.#step(untilUs)) return false;
      return true;
    } catch (error) {
      throw this.#located(error);
    }
  }

  /** Ends `runCalls` after the current call. */
  halt(): void {
    this.#halted = true;
  }

  /** Runs until nothing is left to happen, or up to `untilUs`. Time stays at the last event. */
  runUntilIdle(untilUs = Number.POSITIVE_INFINITY): void {
    this.#run(untilUs);
  }

  #run(untilUs: number): void {
    try {
      while (this.#step(untilUs));
    } catch (error) {
      throw this.#located(error);
    }
  }

  /** `runCalls` with somebody who looks on: the same calls in the same order. */
  #runProbed(callsMax: number, untilUs: number, probe: SimulationProbe): boolean {
    try {
      probe.resumed();
      for (let count = 0; count < callsMax && !this.#halted; count++) {
        const place = this.#next();
        const target = place?.nextTarget;
        const token = place?.nextToken;
        if (!this.#step(untilUs)) return false;
        if (target !== undefined && token !== undefined) probe.fired(target, token);
      }
      return true;
    } catch (error) {
      throw this.#located(error);
    }
  }

  /** Where the next call comes from; undefined when there is none. */
  #next(): EventQueue | SoonQueue | undefined {
    if (this.#soon.length > 0) return this.#soon;
    const { nextUs } = this.#queue;
    if (this.#settlers.length > 0 && nextUs > this.#nowUs) return this.#settlers;
    return nextUs === Number.POSITIVE_INFINITY ? undefined : this.#queue;
  }

  #step(untilUs: number): boolean {
    if (this.#soon.length > 0) {
      this.#eventCount++;
      this.#soon.fireNext();
      return true;
    }
    const nextUs = this.#queue.nextUs;
    if (nextUs > this.#nowUs) {
      if (this.#settlers.length > 0) {
        this.#eventCount++;
        this.#settlers.fireNext();
        return true;
      }
      if (nextUs > untilUs || nextUs === Number.POSITIVE_INFINITY) return false;
      this.#nowUs = nextUs;
    }
    this.#eventCount++;
    this.#queue.fireNext();
    return true;
  }

  #located(error: unknown): SimulationError {
    if (error instanceof SimulationError) return error;
    return new SimulationError(error, this.seed, this.#nowUs, this.#eventCount);
  }
}
