/** At the end nothing leaks: without open streams no segment is held and no link has a flow or a load. */
import { invariant } from '../../core/result.ts';
import type { SimulatedInternet } from '../simulated-internet.ts';
import type { Checker } from './checker.ts';

export class NothingLeftChecker implements Checker {
  readonly name = 'nothing left';
  readonly #internet: SimulatedInternet;
  #evaluations = 0;

  constructor(internet: SimulatedInternet) {
    this.#internet = internet;
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
  }
}
