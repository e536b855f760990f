/**
 * The way of one direction of a stream, as the routes and both hosts make it: looked up once and again whenever
 * something of it has changed, so that no segment has to ask. Kept only where it is not plain.
 *
 * A round trip is both latencies and the mean of both jitters, without the queues in front of the links: what a window
 * allows beyond rate × round trip is what stands in those queues, so counting their delay too would count it twice.
 */
import { type Passage, type Routes, stronger } from './routes.ts';
import type { SimulatedHost } from './simulated-host.ts';

const MILLION = 1_000_000;
/** Bytes of a full TCP segment over Ethernet. */
const SEGMENT_BYTES = 1460;
/** Mathis, Semke, Mahdavi and Ott, "The macroscopic behavior of the TCP congestion avoidance algorithm", 1997. */
const LOSS_LAW = 1.22;

export class StreamPath {
  #from: SimulatedHost;
  #to: SimulatedHost;
  latencyUs = 0;
  /** Of what comes back: windows, acknowledgements. */
  backLatencyUs = 0;
  roundTripUs = 0;
  /** A packet comes up to so much later. */
  jitterUs = 0;
  /** The share of packets that is lost, 0 to 1. */
  lossShare = 0;
  /** The mean window of a sender at this loss: its rate is MSS / RTT × 1.22 / √p. Infinite without loss. */
  largestWindowBytes = Number.POSITIVE_INFINITY;
  /** What becomes of what is on the way. */
  transit: Passage = 'open';
  /** What becomes of a packet that leaves now. */
  departing: Passage = 'open';
  /** Whether a stream sends: acknowledgements have to come back. */
  sending: Passage = 'open';
  readonly #routes: Routes<SimulatedHost>;

  constructor(routes: Routes<SimulatedHost>, from: SimulatedHost, to: SimulatedHost) {
    this.#routes = routes;
    this.#from = from;
    this.#to = to;
    this.refresh();
  }

  /** Whether it only delays: it is open both ways, and chance does nothing to it. A round trip is less than half an hour. */
  get plain(): boolean {
    const isSure = this.jitterUs === 0 && this.lossShare === 0;
    const isOpen = this.transit === 'open' && this.sending === 'open';
    return isSure && isOpen && isShort(this.roundTripUs);
  }

  /** Looks at another way. */
  lookAt(from: SimulatedHost, to: SimulatedHost): void {
    this.#from = from;
    this.#to = to;
    this.refresh();
  }

  /** Looks at the routes and the hosts again. */
  refresh(): void {
    const from = this.#from;
    const to = this.#to;
    this.latencyUs = this.#routes.latencyUs(from, to);
    this.backLatencyUs = this.#routes.latencyUs(to, from);
    this.jitterUs = from.jitterUs + to.jitterUs;
    this.roundTripUs = this.latencyUs + this.backLatencyUs + this.jitterUs;
    this.lossShare = eitherShare(from.lossPerMillion / MILLION, to.lossPerMillion / MILLION);
    this.largestWindowBytes = this.#largestWindow();
    const passage = this.#routes.passage(from, to);
    this.transit = to.online ? passage : 'cut';
    this.departing = isDead(from, to) || this.lossShare >= 1 ? 'cut' : passage;
    const returning = isDead(to, from) ? 'cut' : this.#routes.passage(to, from);
    this.sending = stronger(this.departing, returning);
  }

  #largestWindow(): number {
    if (this.lossShare === 0) return Number.POSITIVE_INFINITY;
    // A burst is one event to congestion control, however many packets it takes.
    const from = this.#from;
    const to = this.#to;
    const eventShare = eitherShare(
      from.lossPerMillion / MILLION / from.lossBurst,
      to.lossPerMillion / MILLION / to.lossBurst,
    );
    return (SEGMENT_BYTES * LOSS_LAW) / Math.sqrt(eventShare);
  }
}

/** Whether a round trip, in microseconds, is an integer of 32 bits. */
export function isShort(roundTripUs: number): boolean {
  return roundTripUs === (roundTripUs | 0);
}

function eitherShare(one: number, other: number): number {
  return one === 0 || other === 0 ? one + other : 1 - (1 - one) * (1 - other);
}

/** Whether nothing can leave one host for the other, whatever the routes say. */
function isDead(from: SimulatedHost, to: SimulatedHost): boolean {
  return !from.online || !to.online || from.up.capacity <= 0 || to.down.capacity <= 0;
}
