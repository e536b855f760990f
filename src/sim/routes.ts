/**
 * The middle of the network: what the way from one host to another does to packets. Delay is the sum of both hosts' own,
 * of their regions' and of a draw for the pair; no state is kept for pairs. Faults are rules that may be laid over it and
 * lifted again; whoever has streams open is told, so that they look again.
 */
import { invariant } from '../core/result.ts';
import { drawBelow, keyOf, subKey } from './keyed-draws.ts';

/** What the middle of the network is like. */
export interface RouteOptions {
  /** One-way delays between regions in whole microseconds: row is where a packet comes from, column where it goes. */
  readonly regionDelaysUs: readonly (readonly number[])[];
  /** Drawn once for each pair of hosts from the seed, the same both ways: the most and the least, both included. */
  readonly pairDelayUs: { readonly lowest: number; readonly highest: number };
}

export const NO_DISTANCE: RouteOptions = { regionDelaysUs: [], pairDelayUs: { lowest: 0, highest: 0 } };

/** What a route needs to know of a host. */
export interface RouteEnd {
  readonly name: string;
  /** One-way, to the middle of the network. */
  readonly latencyUs: number;
  /** Index into the region matrix; undefined: in the middle. */
  readonly region: number | undefined;
}

/** Whether packets pass: they do, they vanish, or they are kept until the way is released. */
export type Passage = 'open' | 'cut' | 'held';

/** What becomes of what needs both. */
export function stronger(one: Passage, other: Passage): Passage {
  if (one === 'cut' || other === 'cut') return 'cut';
  return one === 'held' || other === 'held' ? 'held' : 'open';
}

/** A rule laid over some ways. `applies` is asked for each packet or stream and must be cheap and pure. */
export type RouteRule<End extends RouteEnd> =
  | { readonly kind: 'cut' | 'hold'; applies(from: End, to: End): boolean }
  | { readonly kind: 'delay'; readonly addUs: number; applies(from: End, to: End): boolean };

export class Routes<End extends RouteEnd> {
  readonly #options: RouteOptions;
  readonly #pairKey: number;
  readonly #rules = new Set<RouteRule<End>>();
  readonly #changed: () => void;

  /** `changed` is called whenever rules were laid or lifted. */
  constructor(seed: number, options: RouteOptions, changed: () => void) {
    this.#options = options;
    this.#pairKey = keyOf(`${seed}/pair-delay`);
    this.#changed = changed;
  }

  /** One-way propagation delay in whole microseconds, with what rules add; queueing and jitter come on top. */
  latencyUs(from: End, to: End): number {
    let sum = from.latencyUs + to.latencyUs + this.#regionDelayUs(from, to) + this.#pairDelayUs(from, to);
    for (const rule of this.#rules) if (rule.kind === 'delay' && rule.applies(from, to)) sum += rule.addUs;
    return sum;
  }

  /** Whether packets pass from one host to the other now. A cut is stronger than a hold. */
  passage(from: End, to: End): Passage {
    let passage: Passage = 'open';
    for (const rule of this.#rules) {
      if (rule.kind === 'delay' || !rule.applies(from, to)) continue;
      if (rule.kind === 'cut') return 'cut';
      passage = 'held';
    }
    return passage;
  }

  /** Lays a rule over the network; returns what lifts it. */
  lay(rule: RouteRule<End>): () => void {
    this.#rules.add(rule);
    this.#changed();
    return () => {
      if (this.#rules.delete(rule)) this.#changed();
    };
  }

  #regionDelayUs(from: End, to: End): number {
    if (from.region === undefined || to.region === undefined) return 0;
    const delayUs = this.#options.regionDelaysUs[from.region]?.[to.region];
    invariant(delayUs !== undefined, () => `no delay from the region of ${from.name} to that of ${to.name}`);
    return delayUs;
  }

  #pairDelayUs(from: End, to: End): number {
    const { lowest, highest } = this.#options.pairDelayUs;
    if (highest === 0) return 0;
    // The same both ways: the pair is named in one order.
    const [first, second] = from.name < to.name ? [from.name, to.name] : [to.name, from.name];
    return lowest + drawBelow(subKey(this.#pairKey, keyOf(`${first}/${second}`)), 0, highest - lowest + 1);
  }
}
