/**
 * Progressive filling of some flows over the links that they cross: all rates rise together until a flow is at its cap
 * or a link is full. Flows and links have numbers here, in the order in which they were added, and all that the passes
 * touch lies in a few flat arrays.
 *
 * The level need not rise over all links together: a link whose share is the smallest that each of its flows meets is
 * their bottleneck whatever happens elsewhere, because shares only grow. So whole fronts of links freeze in one pass.
 */
import type { Flow } from './flow.ts';
import type { Link } from './link.ts';

/** Two rates within this ratio are one rate: far above rounding, far below anything that shows. */
export const TOLERANCE = 1e-12;
export const NO_LINK = -1;

/** By link, as doubles: what is left of it, each flow's share of that; its capacity, load, and what flows beside these have. */
const LINK = 8;
const RESIDUAL = 0;
const SHARE = 1;
const CAPACITY = 2;
const LOAD = 3;
const HELD_LOAD = 4;
/** By link, as integers. */
const FLOWS = 0;
const COUNT = 1;
const UNFROZEN = 2;
const IS_FRONT = 3;
const WAS_FRONT = 4;
/** Where its members are listed; with only one it is that flow itself. */
const MEMBERS = 5;
/** By flow, as doubles. */
const FLOW = 2;
const RATE = 0;
const CAP = 1;
/** By flow, as integers. */
const PATH = 4;
const FIRST = 0;
const SECOND = 1;
const BOTTLENECK = 2;
/** While filling: it has its rate. Afterwards: it is told that it was shared. */
const MARK = 3;

export class Filling {
  #links = new Float64Array(64 * LINK);
  #linkCounts = new Int32Array(64 * LINK);
  #linkCount = 0;
  #flows = new Float64Array(64 * FLOW);
  #paths = new Int32Array(64 * PATH);
  #flowCount = 0;
  #members = new Int32Array(128);
  #memberCount = 0;
  /** The numbers of those that the present pass still looks at. */
  #rising = new Int32Array(64);
  #unfilled = new Int32Array(64);

  clear(): void {
    this.#linkCount = 0;
    this.#flowCount = 0;
  }

  /** Adds the next link, with all that its flows have now. */
  addLink(link: Link): void {
    const at = this.#linkCount++ * LINK;
    if (at === this.#links.length) this.#growLinks();
    const links = this.#links;
    links[at + CAPACITY] = link.capacity;
    links[at + LOAD] = link.load;
    links[at + HELD_LOAD] = link.ratesChanged ? sum(link.rates) : link.load;
    const counts = this.#linkCounts;
    counts[at + FLOWS] = link.flows.length;
    counts[at + COUNT] = 0;
  }

  /** Adds the next flow, which crosses these links. Until `run` it has what it has now. */
  addFlow({ rate, cap, bottleneck }: Flow, first: Link, second: Link): void {
    const number = this.#flowCount++;
    if (number * PATH === this.#paths.length) this.#growFlows();
    this.#flows[number * FLOW + CAP] = cap;
    this.#flows[number * FLOW + RATE] = rate;
    const paths = this.#paths;
    paths[number * PATH + FIRST] = first.number;
    paths[number * PATH + SECOND] = second.number;
    paths[number * PATH + BOTTLENECK] = bottleneck === undefined ? NO_LINK : bottleneck.number;
    this.#join(first.number * LINK, number, rate);
    this.#join(second.number * LINK, number, rate);
  }

  #join(at: number, flow: number, rate: number): void {
    const counts = this.#linkCounts;
    (counts[at + COUNT] as number)++;
    counts[at + MEMBERS] = flow;
    (this.#links[at + HELD_LOAD] as number) -= rate;
  }

  /** How many of the flows cross a link. */
  countOf(link: number): number {
    return this.#linkCounts[link * LINK + COUNT] as number;
  }

  /** To be called before `run`; then each link with more than one of the flows needs its members listed. */
  begin(): void {
    this.#memberCount = 0;
  }

  beginMembers(link: number): void {
    this.#linkCounts[link * LINK + MEMBERS] = this.#memberCount;
  }

  addMember(flow: number): void {
    if (this.#memberCount === this.#members.length) this.#growMembers();
    this.#members[this.#memberCount++] = flow;
  }

  run(): void {
    const links = this.#links;
    const counts = this.#linkCounts;
    let unfilled = 0;
    for (let link = 0; link < this.#linkCount; link++) {
      const at = link * LINK;
      const count = counts[at + COUNT] as number;
      const held = count === counts[at + FLOWS] ? 0 : (links[at + HELD_LOAD] as number);
      const residual = (links[at + CAPACITY] as number) - held;
      // What the subtractions leave of nothing is nothing: a dead line gives no flow a rate.
      links[at + RESIDUAL] =
        residual < (links[at + LOAD] as number) * TOLERANCE ? Math.min(residual, 0) : residual;
      counts[at + UNFROZEN] = count;
      counts[at + WAS_FRONT] = 0;
      if (count > 0) this.#unfilled[unfilled++] = link;
    }
    let rising = this.#flowCount;
    for (let flow = 0; flow < rising; flow++) {
      this.#paths[flow * PATH + MARK] = 0;
      this.#rising[flow] = flow;
    }
    while (rising > 0) {
      for (let index = 0; index < unfilled; index++) {
        const at = (this.#unfilled[index] as number) * LINK;
        links[at + SHARE] = Math.max(0, (links[at + RESIDUAL] as number) / (counts[at + UNFROZEN] as number));
        counts[at + IS_FRONT] = 1;
      }
      this.#findFront(rising);
      for (let index = 0; index < unfilled; index++) {
        const link = this.#unfilled[index] as number;
        if (counts[link * LINK + IS_FRONT] === 1) this.#freezeLink(link);
      }
      rising = this.#dropFrozen(rising);
      unfilled = this.#dropFilled(unfilled);
    }
  }

  rateOf(flow: number): number {
    return this.#flows[flow * FLOW + RATE] as number;
  }

  /** The number of the link that holds a flow back; NO_LINK when its cap does. */
  bottleneckOf(flow: number): number {
    return this.#paths[flow * PATH + BOTTLENECK] as number;
  }

  /** What the flows leave of a link, in bytes per second. */
  residualOf(link: number): number {
    return this.#links[link * LINK + RESIDUAL] as number;
  }

  /** Whether it became the bottleneck of its flows. */
  wasFront(link: number): boolean {
    return this.#linkCounts[link * LINK + WAS_FRONT] === 1;
  }

  /** Notes for later whether a flow is to be told. */
  tell(flow: number, isTold: boolean): void {
    this.#paths[flow * PATH + MARK] = isTold ? 1 : 0;
  }

  isTold(flow: number): boolean {
    return this.#paths[flow * PATH + MARK] === 1;
  }

  /** Freezes flows that reach their own cap first; leaves links marked that are the smallest for all their flows. */
  #findFront(rising: number): void {
    const links = this.#links;
    const counts = this.#linkCounts;
    const paths = this.#paths;
    for (let index = 0; index < rising; index++) {
      const flow = this.#rising[index] as number;
      const first = (paths[flow * PATH + FIRST] as number) * LINK;
      const second = (paths[flow * PATH + SECOND] as number) * LINK;
      const firstShare = links[first + SHARE] as number;
      const secondShare = links[second + SHARE] as number;
      const smallest = Math.min(firstShare, secondShare);
      const cap = this.#flows[flow * FLOW + CAP] as number;
      const capped = cap <= smallest;
      // A link whose flow takes less than its share has more for the others: it is settled in a later pass.
      const front = smallest * (1 + TOLERANCE);
      if (capped || firstShare > front) counts[first + IS_FRONT] = 0;
      if (capped || secondShare > front) counts[second + IS_FRONT] = 0;
      if (capped) this.#freeze(flow, cap, NO_LINK);
    }
  }

  #freezeLink(link: number): void {
    const at = link * LINK;
    const counts = this.#linkCounts;
    const rate = this.#links[at + SHARE] as number;
    const count = counts[at + COUNT] as number;
    const members = counts[at + MEMBERS] as number;
    counts[at + WAS_FRONT] = 1;
    for (let index = 0; index < count; index++) {
      const flow = count === 1 ? members : (this.#members[members + index] as number);
      if (this.#paths[flow * PATH + MARK] === 0) this.#freeze(flow, rate, link);
    }
  }

  #freeze(flow: number, rate: number, bottleneck: number): void {
    const paths = this.#paths;
    const first = (paths[flow * PATH + FIRST] as number) * LINK;
    const second = (paths[flow * PATH + SECOND] as number) * LINK;
    paths[flow * PATH + MARK] = 1;
    paths[flow * PATH + BOTTLENECK] = bottleneck;
    this.#flows[flow * FLOW + RATE] = rate;
    (this.#links[first + RESIDUAL] as number) -= rate;
    (this.#links[second + RESIDUAL] as number) -= rate;
    (this.#linkCounts[first + UNFROZEN] as number)--;
    (this.#linkCounts[second + UNFROZEN] as number)--;
  }

  #dropFrozen(rising: number): number {
    let kept = 0;
    for (let index = 0; index < rising; index++) {
      const flow = this.#rising[index] as number;
      if (this.#paths[flow * PATH + MARK] === 0) this.#rising[kept++] = flow;
    }
    return kept;
  }

  #dropFilled(unfilled: number): number {
    let kept = 0;
    for (let index = 0; index < unfilled; index++) {
      const link = this.#unfilled[index] as number;
      if ((this.#linkCounts[link * LINK + UNFROZEN] as number) > 0) this.#unfilled[kept++] = link;
    }
    return kept;
  }

  #growLinks(): void {
    const { length } = this.#links;
    this.#links = enlarged(this.#links, new Float64Array(length * 2));
    this.#linkCounts = enlarged(this.#linkCounts, new Int32Array(length * 2));
    this.#unfilled = new Int32Array((length * 2) / LINK);
  }

  #growFlows(): void {
    const { length } = this.#rising;
    this.#flows = enlarged(this.#flows, new Float64Array(length * 2 * FLOW));
    this.#paths = enlarged(this.#paths, new Int32Array(length * 2 * PATH));
    this.#rising = new Int32Array(length * 2);
  }

  #growMembers(): void {
    this.#members = enlarged(this.#members, new Int32Array(this.#members.length * 2));
  }
}

function sum(rates: readonly number[]): number {
  let total = 0;
  for (let index = 0; index < rates.length; index++) total += rates[index] as number;
  return total;
}

function enlarged<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
