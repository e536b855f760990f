/**
 * Max-min fair sharing of links among flows, kept up to date locally.
 *
 * An allocation is max-min fair exactly when every flow is at its own cap or has a bottleneck: a saturated link on
 * which no flow is faster. After a change only the flows in reach of it are solved again, by progressive filling
 * (`Filling`), with all others held at their rates; then every link that a solved flow crosses is asked whether the
 * bottlenecks on it still hold. Where not, its flows join and the solving is repeated. When all hold, the allocation is
 * the global one. All changes of one instant are answered by one `share`. Only + - * / and comparisons, in defined
 * orders: sums over a link are taken in the order of its flows.
 */
import { Filling, NO_LINK, TOLERANCE } from './filling.ts';
import type { Flow } from './flow.ts';
import type { Link } from './link.ts';

export { Flow } from './flow.ts';

export class RateSharing {
  /** Counts sharings; marks what the current one has reached. */
  #round = 1;
  readonly #flows: Flow[] = [];
  readonly #links: Link[] = [];
  readonly #touchedFlows: Flow[] = [];
  readonly #touchedLinks: Link[] = [];
  readonly #filling = new Filling();
  /** Flows solved so far, of all sharings: the work done. */
  solvedCount = 0;

  /** Whether something changed since the last `share`. */
  get pending(): boolean {
    return this.#touchedFlows.length + this.#touchedLinks.length > 0;
  }

  start(flow: Flow): void {
    const { first, second } = flow;
    flow.active = true;
    flow.rate = 0;
    flow.firstPlace = first.flows.length;
    first.flows.push(flow);
    first.rates.push(0);
    flow.secondPlace = second.flows.length;
    second.flows.push(flow);
    second.rates.push(0);
    this.#touchedFlows.push(flow);
  }

  /** The flow leaves its links at once; its share is given out by the next `share`. */
  stop(flow: Flow): void {
    const { first, second, bottleneck } = flow;
    if (bottleneck !== undefined) bottleneck.heldFlows--;
    flow.active = false;
    flow.rate = 0;
    flow.bottleneck = undefined;
    remove(first, flow.firstPlace);
    remove(second, flow.secondPlace);
    this.#touch(first);
    this.#touch(second);
  }

  setCap(flow: Flow, cap: number): void {
    flow.cap = cap;
    if (flow.active) this.#touchedFlows.push(flow);
  }

  setCapacity(link: Link, capacity: number, nowUs: number): void {
    link.setCapacity(capacity, nowUs);
    this.#touch(link);
  }

  /** Brings every rate up to date. */
  share(nowUs: number): void {
    this.#round++;
    this.#flows.length = 0;
    this.#links.length = 0;
    this.#filling.clear();
    const touchedFlows = this.#touchedFlows;
    for (let index = 0; index < touchedFlows.length; index++) {
      const flow = touchedFlows[index] as Flow;
      if (!flow.active || flow.solvedIn === this.#round) continue;
      this.#include(flow);
      const { first, second } = flow;
      if (first.binding) this.#open(first);
      if (second.binding) this.#open(second);
    }
    const touchedLinks = this.#touchedLinks;
    for (let index = 0; index < touchedLinks.length; index++) {
      const link = touchedLinks[index] as Link;
      link.isTouched = false;
      this.#see(link);
      if (link.binding) this.#open(link);
    }
    touchedFlows.length = 0;
    touchedLinks.length = 0;
    do this.#fill();
    while (this.#openBroken());
    this.#commit(nowUs);
  }

  #touch(link: Link): void {
    if (link.isTouched) return;
    link.isTouched = true;
    this.#touchedLinks.push(link);
  }

  #see(link: Link): void {
    if (link.seenIn === this.#round) return;
    link.seenIn = this.#round;
    link.number = this.#links.length;
    this.#links.push(link);
    this.#filling.addLink(link);
  }

  #include(flow: Flow): void {
    const { first, second } = flow;
    flow.solvedIn = this.#round;
    flow.number = this.#flows.length;
    this.#flows.push(flow);
    this.#see(first);
    this.#see(second);
    this.#filling.addFlow(flow, first, second);
  }

  /** All flows of this link are solved anew. */
  #open(link: Link): void {
    link.openIn = this.#round;
    this.#see(link);
    const { flows } = link;
    for (let index = 0; index < flows.length; index++) {
      const flow = flows[index] as Flow;
      if (flow.solvedIn !== this.#round) this.#include(flow);
    }
  }

  #fill(): void {
    const links = this.#links;
    const filling = this.#filling;
    filling.begin();
    for (let number = 0; number < links.length; number++) {
      if (filling.countOf(number) > 1) this.#listMembers(links[number] as Link);
    }
    this.solvedCount += this.#flows.length;
    filling.run();
  }

  /** Tells the filling which flows of a link take part, in the order of the link. */
  #listMembers({ flows, number }: Link): void {
    const filling = this.#filling;
    filling.beginMembers(number);
    for (let index = 0; index < flows.length; index++) {
      const flow = flows[index] as Flow;
      if (flow.solvedIn === this.#round) filling.addMember(flow.number);
    }
  }

  /** Opens the links on which a bottleneck no longer holds; whether there were any. */
  #openBroken(): boolean {
    let found = false;
    const reached = this.#links.length;
    for (let number = 0; number < reached; number++) {
      const link = this.#links[number] as Link;
      if (link.openIn === this.#round || this.#holds(link)) continue;
      this.#open(link);
      found = true;
    }
    return found;
  }

  /** Whether every bottleneck on a link that is not open still is one, and the link is within its capacity. */
  #holds(link: Link): boolean {
    const filling = this.#filling;
    const residual = filling.residualOf(link.number);
    const slack = link.capacity * TOLERANCE * 8;
    if (residual < -slack) return false;
    if (!link.binding && !filling.wasFront(link.number)) return true;
    const { flows, rates } = link;
    let fastest = 0;
    let slowestHeld = Number.POSITIVE_INFINITY;
    for (let index = 0; index < flows.length; index++) {
      const flow = flows[index] as Flow;
      let rate = rates[index] as number;
      let isHeld: boolean;
      if (flow.solvedIn === this.#round) {
        rate = filling.rateOf(flow.number);
        isHeld = filling.bottleneckOf(flow.number) === link.number;
      } else isHeld = flow.bottleneck === link;
      if (rate > fastest) fastest = rate;
      if (isHeld && rate < slowestHeld) slowestHeld = rate;
    }
    if (slowestHeld === Number.POSITIVE_INFINITY) return true;
    return residual <= slack && slowestHeld >= fastest * (1 - TOLERANCE * 8);
  }

  #commit(nowUs: number): void {
    const flows = this.#flows;
    const links = this.#links;
    const filling = this.#filling;
    for (let number = 0; number < links.length; number++) (links[number] as Link).debtBytes(nowUs);
    for (let number = 0; number < flows.length; number++) {
      const flow = flows[number] as Flow;
      const rate = filling.rateOf(number);
      const held = filling.bottleneckOf(number);
      const bottleneck = held === NO_LINK ? undefined : (links[held] as Link);
      if (bottleneck !== flow.bottleneck) {
        if (flow.bottleneck !== undefined) flow.bottleneck.heldFlows--;
        if (bottleneck !== undefined) bottleneck.heldFlows++;
        flow.bottleneck = bottleneck;
      }
      const difference = rate - flow.rate;
      if (difference > flow.rate * TOLERANCE || -difference > flow.rate * TOLERANCE) {
        flow.rateChanging(rate);
        flow.rate = rate;
        setRate(flow.first, flow.firstPlace, rate);
        setRate(flow.second, flow.secondPlace, rate);
        filling.tell(number, true);
      } else filling.tell(number, bottleneck === undefined);
    }
    for (let number = 0; number < links.length; number++) (links[number] as Link).reshared(nowUs);
    for (let number = 0; number < flows.length; number++) {
      if (filling.isTold(number)) (flows[number] as Flow).shared();
    }
  }
}

/** Takes out what stands at `place`; the last takes its place. */
function remove(link: Link, place: number): void {
  const { flows, rates } = link;
  const last = flows.pop() as Flow;
  const rate = rates.pop() as number;
  link.ratesChanged = true;
  if (place === flows.length) return;
  flows[place] = last;
  rates[place] = rate;
  if (last.first === link) last.firstPlace = place;
  else last.secondPlace = place;
}

function setRate(link: Link, place: number, rate: number): void {
  link.rates[place] = rate;
  link.ratesChanged = true;
}
