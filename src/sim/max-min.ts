/**
 * Max-min fair sharing of links among flows, kept up to date locally.
 *
 * An allocation is max-min fair exactly when every flow is at its own cap or has a bottleneck: a saturated link on
 * which no flow is faster. After a change only the flows in reach of it are solved again, by progressive filling, with
 * all others held at their rates; then every link that a solved flow crosses is asked whether the bottlenecks on it
 * still hold. Where not, its flows join and the solving is repeated. When all hold, the allocation is the global one.
 * All changes of one instant are answered by one `share`. Only + - * / and comparisons, in defined orders.
 */
import type { Link } from './link.ts';

/** Two rates within this ratio are one rate: far above rounding, far below anything that shows. */
const TOLERANCE = 1e-12;

export interface RateListener {
  /** The flow's rate is about to become `rate` bytes per second (`flow.rate` is still the old one). */
  rateChanging(rate: number): void;
  /** Called at the end of a sharing for each flow whose rate changed or that is held back by its own cap. */
  shared(): void;
  /** Bytes that it has standing in the queue in front of its bottleneck; none when it cannot say. */
  queuedBytes?(): number;
}

/** A backlogged stream direction, as the links see it. */
export class Flow {
  readonly listener: RateListener;
  links: readonly Link[];
  /** The most it may have, in bytes per second; Infinity for no limit of its own. */
  cap: number;
  /** What it has, in bytes per second. */
  rate = 0;
  /** The link that holds it back; undefined when its own cap does. */
  bottleneck: Link | undefined = undefined;
  active = false;
  /** Scratch of the sharing algorithm. */
  nextRate = 0;
  nextBottleneck: Link | undefined = undefined;
  frozen = false;
  solvedIn = 0;

  constructor(listener: RateListener, links: readonly Link[], cap: number) {
    this.listener = listener;
    this.links = links;
    this.cap = cap;
  }
}

export class RateSharing {
  /** Counts sharings; marks what the current one has reached. */
  #round = 1;
  readonly #flows: Flow[] = [];
  readonly #links: Link[] = [];
  readonly #touchedFlows: Flow[] = [];
  readonly #touchedLinks: Link[] = [];
  readonly #unfrozenFlows: Flow[] = [];
  readonly #unfilledLinks: Link[] = [];
  /** Flows solved so far, of all sharings: the work done. */
  solvedCount = 0;

  /** Whether something changed since the last `share`. */
  get pending(): boolean {
    return this.#touchedFlows.length + this.#touchedLinks.length > 0;
  }

  start(flow: Flow): void {
    flow.active = true;
    flow.rate = 0;
    for (const link of flow.links) link.flows.push(flow);
    this.#touchedFlows.push(flow);
  }

  /** The flow leaves its links at once; its share is given out by the next `share`. */
  stop(flow: Flow): void {
    flow.active = false;
    flow.rate = 0;
    flow.bottleneck = undefined;
    for (const link of flow.links) {
      const flows = link.flows;
      const last = flows.pop() as Flow;
      if (last !== flow) flows[flows.indexOf(flow)] = last;
      this.#touch(link);
    }
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
    for (const flow of this.#touchedFlows) {
      if (!flow.active || flow.solvedIn === this.#round) continue;
      this.#include(flow);
      for (const link of flow.links) if (link.binding) this.#open(link);
    }
    for (const link of this.#touchedLinks) {
      link.touchedIn = 0;
      this.#see(link);
      if (link.binding) this.#open(link);
    }
    this.#touchedFlows.length = 0;
    this.#touchedLinks.length = 0;
    for (;;) {
      this.#fill();
      let grown = false;
      const reached = this.#links.length;
      for (let index = 0; index < reached; index++) {
        const link = this.#links[index] as Link;
        if (link.openIn !== this.#round && !this.#holds(link)) {
          this.#open(link);
          grown = true;
        }
      }
      if (!grown) break;
    }
    this.#commit(nowUs);
  }

  #touch(link: Link): void {
    if (link.touchedIn === 1) return;
    link.touchedIn = 1;
    this.#touchedLinks.push(link);
  }

  #see(link: Link): void {
    if (link.seenIn === this.#round) return;
    link.seenIn = this.#round;
    link.included = 0;
    let load = 0;
    for (const flow of link.flows) load += flow.rate;
    link.heldLoad = load;
    this.#links.push(link);
  }

  #include(flow: Flow): void {
    flow.solvedIn = this.#round;
    this.#flows.push(flow);
    for (const link of flow.links) {
      this.#see(link);
      link.included++;
      link.heldLoad -= flow.rate;
    }
  }

  /** All flows of this link are solved anew. */
  #open(link: Link): void {
    link.openIn = this.#round;
    this.#see(link);
    for (const flow of link.flows) if (flow.solvedIn !== this.#round) this.#include(flow);
  }

  /**
   * Progressive filling of the included flows, all others held at their rates. The level need not rise over all links
   * together: a link whose share is the smallest that each of its flows meets is their bottleneck whatever happens
   * elsewhere, because shares only grow. So whole fronts of links freeze in one pass.
   */
  #fill(): void {
    const links = this.#unfilledLinks;
    links.length = 0;
    for (const link of this.#links) {
      const residual = link.capacity - (link.included === link.flows.length ? 0 : link.heldLoad);
      // What the subtractions leave of nothing is nothing: a dead line gives no flow a rate.
      link.residual = residual < link.load * TOLERANCE ? Math.min(residual, 0) : residual;
      link.unfrozen = link.included;
      link.wasFront = false;
      if (link.unfrozen > 0) links.push(link);
    }
    const flows = this.#unfrozenFlows;
    flows.length = 0;
    for (const flow of this.#flows) {
      flow.frozen = false;
      flows.push(flow);
    }
    this.solvedCount += flows.length;
    while (flows.length > 0) {
      for (const link of links) {
        link.share = Math.max(0, link.residual / link.unfrozen);
        link.isFront = true;
      }
      findFront(flows);
      freezeFront(links, this.#round);
      dropFrozen(flows, links);
    }
  }

  /** Whether every bottleneck on a link that is not open still is one, and the link is within its capacity. */
  #holds(link: Link): boolean {
    const slack = link.capacity * TOLERANCE * 8;
    if (link.residual < -slack) return false;
    if (!link.binding && !link.wasFront) return true;
    let fastest = 0;
    let slowestHeld = Number.POSITIVE_INFINITY;
    for (const flow of link.flows) {
      const solved = flow.solvedIn === this.#round;
      const rate = solved ? flow.nextRate : flow.rate;
      if (rate > fastest) fastest = rate;
      if ((solved ? flow.nextBottleneck : flow.bottleneck) === link && rate < slowestHeld) slowestHeld = rate;
    }
    if (slowestHeld === Number.POSITIVE_INFINITY) return true;
    return link.residual <= slack && slowestHeld >= fastest * (1 - TOLERANCE * 8);
  }

  #commit(nowUs: number): void {
    for (const link of this.#links) link.debtBytes(nowUs);
    for (const flow of this.#flows) {
      flow.bottleneck = flow.nextBottleneck;
      const difference = flow.nextRate - flow.rate;
      if (difference > flow.rate * TOLERANCE || -difference > flow.rate * TOLERANCE) {
        flow.listener.rateChanging(flow.nextRate);
        flow.rate = flow.nextRate;
        flow.frozen = true;
      } else flow.frozen = flow.bottleneck === undefined;
    }
    for (const link of this.#links) {
      let load = 0;
      link.binding = false;
      for (const flow of link.flows) {
        load += flow.rate;
        if (flow.bottleneck === link) link.binding = true;
      }
      if (link.meter !== undefined && load !== link.load) link.meter.loadChanging(nowUs);
      link.load = load;
      link.reshared();
    }
    for (const flow of this.#flows) if (flow.frozen) flow.listener.shared();
  }
}

function freeze(flow: Flow, rate: number, bottleneck: Link | undefined): void {
  flow.frozen = true;
  flow.nextRate = rate;
  flow.nextBottleneck = bottleneck;
  for (const link of flow.links) {
    link.residual -= rate;
    link.unfrozen--;
  }
}

/** Freezes flows that reach their own cap first; leaves `isFront` on links that are the smallest for all their flows. */
function findFront(flows: readonly Flow[]): void {
  for (const flow of flows) {
    let smallest = Number.POSITIVE_INFINITY;
    for (const link of flow.links) if (link.share < smallest) smallest = link.share;
    const capped = flow.cap <= smallest;
    // A link whose flow takes less than its share has more for the others: it is settled in a later pass.
    const front = smallest * (1 + TOLERANCE);
    for (const link of flow.links) if (capped || link.share > front) link.isFront = false;
    if (capped) freeze(flow, flow.cap, undefined);
  }
}

function freezeFront(links: readonly Link[], round: number): void {
  for (const link of links) {
    if (!link.isFront) continue;
    link.wasFront = true;
    for (const flow of link.flows) {
      if (flow.solvedIn === round && !flow.frozen) freeze(flow, link.share, link);
    }
  }
}

function dropFrozen(flows: Flow[], links: Link[]): void {
  let kept = 0;
  for (const flow of flows) if (!flow.frozen) flows[kept++] = flow;
  flows.length = kept;
  kept = 0;
  for (const link of links) if (link.unfrozen > 0) links[kept++] = link;
  links.length = kept;
}
