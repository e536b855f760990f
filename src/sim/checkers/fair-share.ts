/** The rates are max-min fair: each flow is at its cap, or has a full link on which no flow is faster. */
import { invariant } from '../../core/result.ts';
import type { Link } from '../link.ts';
import type { Flow } from '../max-min.ts';
import type { SimulatedInternet } from '../simulated-internet.ts';
import type { Checker } from './checker.ts';

const TOLERANCE = 1e-9;

export class FairShareChecker implements Checker {
  readonly name = 'fair share';
  readonly #internet: SimulatedInternet;
  #evaluations = 0;

  constructor(internet: SimulatedInternet) {
    this.#internet = internet;
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  check(): void {
    // In the middle of an instant rates may be out of date; they are settled before time advances.
    if (this.#internet.medium.sharing.pending) return;
    for (const host of this.#internet.hosts()) {
      for (const link of host.links()) {
        const load = loadOf(link);
        invariant(
          load <= link.capacity * (1 + TOLERANCE),
          () => `${link.name} is shared out beyond its capacity`,
        );
        for (const flow of link.flows) this.#look(link, flow);
      }
    }
  }

  #look(link: Link, flow: Flow): void {
    this.#evaluations++;
    if (flow.rate >= flow.cap * (1 - TOLERANCE)) return;
    invariant(
      flow.links.some((each) => holdsBack(each, flow)),
      () => `a flow on ${link.name} could be faster`,
    );
  }
}

function loadOf(link: Link): number {
  let load = 0;
  for (const flow of link.flows) load += flow.rate;
  return load;
}

function holdsBack(link: Link, flow: Flow): boolean {
  if (loadOf(link) < link.capacity * (1 - TOLERANCE)) return false;
  return link.flows.every((other) => other.rate <= flow.rate * (1 + TOLERANCE));
}
