/**
 * Every datagram is in one place: what was sent is on its way, held, delivered, or counted under the one thing that it was
 * lost to.
 */
import { invariant } from '../../core/result.ts';
import type { SimulatedInternet } from '../simulated-internet.ts';
import type { Checker } from './checker.ts';

export class DatagramBooksChecker implements Checker {
  readonly name = 'datagram books';
  readonly #internet: SimulatedInternet;
  #evaluations = 0;

  constructor(internet: SimulatedInternet) {
    this.#internet = internet;
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  check(): void {
    const { sent, inFlight, held, delivered, overflowed, lost, cut, filtered, unclaimed } =
      this.#internet.counts;
    const sum = inFlight + held + delivered + overflowed + lost + cut + filtered + unclaimed;
    invariant(sum === sent, () => `${sent} datagrams were sent, of which ${sum} are accounted for`);
    this.#evaluations++;
  }
}
