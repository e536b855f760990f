/**
 * A backlogged stream direction, as the links that it crosses and their sharing see it. Whoever has flows says what happens
 * when their rates change; it is one object with the flow, because there are thousands of them.
 */
import type { Link } from './link.ts';

export abstract class Flow {
  active = false;
  /** The link that holds it back; undefined when its own cap does. */
  bottleneck: Link | undefined = undefined;
  /** One uplink and one downlink. Not to be changed while it is active. */
  first: Link;
  second: Link;
  /** For the sharing: where it stands in the lists of its links. */
  firstPlace = 0;
  secondPlace = 0;
  /** The round in which it was solved last, and its number in it. */
  solvedIn = 0;
  number = 0;
  /** The most it may have, in bytes per second; Infinity for no limit of its own. */
  cap: number;
  /** What it has, in bytes per second. */
  rate = 0;

  constructor(first: Link, second: Link, cap: number) {
    this.first = first;
    this.second = second;
    this.cap = cap;
  }

  get links(): readonly [Link, Link] {
    return [this.first, this.second];
  }

  /** The flow's rate is about to become `rate` bytes per second (`this.rate` is still the old one). */
  abstract rateChanging(rate: number): void;
  /** Called at the end of a sharing for each flow whose rate changed or that is held back by its own cap. */
  abstract shared(): void;
  /** Bytes that it has standing in the queue in front of its bottleneck; none when it cannot say. */
  abstract queuedBytes(): number;
}
