/** A backlogged stream direction, as the links that it crosses and their sharing see it. */
import type { Link } from './link.ts';

export interface RateListener {
  /** The flow's rate is about to become `rate` bytes per second (`flow.rate` is still the old one). */
  rateChanging(rate: number): void;
  /** Called at the end of a sharing for each flow whose rate changed or that is held back by its own cap. */
  shared(): void;
  /** Bytes that it has standing in the queue in front of its bottleneck; none when it cannot say. */
  queuedBytes?(): number;
}

export class Flow {
  readonly listener: RateListener;
  /** One uplink and one downlink. Not to be changed while it is active. */
  links: readonly Link[];
  active = false;
  /** The link that holds it back; undefined when its own cap does. */
  bottleneck: Link | undefined = undefined;
  /** For the sharing: its two links, and where it stands in the lists of each. */
  first: Link | undefined = undefined;
  second: Link | undefined = undefined;
  firstPlace = 0;
  secondPlace = 0;
  /** The round in which it was solved last, and its number in it. */
  solvedIn = 0;
  number = 0;
  /** The most it may have, in bytes per second; Infinity for no limit of its own. */
  cap: number;
  /** What it has, in bytes per second. */
  rate = 0;

  constructor(listener: RateListener, links: readonly Link[], cap: number) {
    this.listener = listener;
    this.links = links;
    this.cap = cap;
  }
}
