/**
 * At the end nothing leaks: without open streams no segment is held and no link has a flow or a load; clients that have
 * stopped have no timer left; and no event is set but the world's own.
 */
import { invariant } from '../../core/result.ts';
import type { SimulatedInternet } from '../simulated-internet.ts';
import type { Checker } from './checker.ts';

/** A clock of somebody who has stopped. */
export interface StoppedClock {
  readonly name: string;
  /** Timers that have neither run nor been cancelled. */
  readonly pendingCount: number;
}

export interface Remains {
  /** Clocks on which nothing may be left. */
  clocks(): Iterable<StoppedClock>;
  /** Event handles that the world itself needs as long as it is there: timers of its own clock, of lines and caps. */
  worldHandles(): number;
}

export class NothingLeftChecker implements Checker {
  readonly name = 'nothing left';
  readonly #internet: SimulatedInternet;
  readonly #remains: Remains | undefined;
  #evaluations = 0;

  /** Without `remains` only the network is looked at. */
  constructor(internet: SimulatedInternet, remains?: Remains) {
    this.#internet = internet;
    this.#remains = remains;
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  /** To be called when every host has left and all that was under way has arrived. */
  check(): void {
    for (const host of this.#internet.hosts()) {
      invariant(host.streams.size === 0, () => `${host.name} still has ${host.streams.size} streams`);
      for (const link of host.links()) {
        invariant(link.flows.length === 0 && link.load === 0, () => `${link.name} still has flows`);
        this.#evaluations++;
      }
    }
    const { usedCount } = this.#internet.medium.segments;
    invariant(usedCount === 0, () => `${usedCount} segments are still held`);
    this.#evaluations++;
    if (this.#remains !== undefined) this.#checkTimers(this.#remains);
  }

  #checkTimers(remains: Remains): void {
    for (const { name, pendingCount } of remains.clocks()) {
      invariant(pendingCount === 0, () => `${name} still has ${pendingCount} timers`);
      this.#evaluations++;
    }
    const { handleCount } = this.#internet.medium.simulation;
    const own = remains.worldHandles();
    invariant(
      handleCount <= own,
      () => `${handleCount} event handles are in use, ${own} of them the world's own`,
    );
    this.#evaluations++;
  }
}
