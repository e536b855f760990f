/**
 * No link carries more than rate × time + burst over any span between two checks: a leaky bucket for each link, filled
 * with what has passed and emptied at the declared rate. The burst is what was under way when the span began (one
 * segment of each flow is counted when its last byte leaves) and the debt of small messages, which is bounded.
 */
import { invariant } from '../../core/result.ts';
import type { Link } from '../link.ts';
import type { SimulatedInternet } from '../simulated-internet.ts';
import type { Checker } from './checker.ts';

/** A block with its header and the control bytes that travel with it. */
const SEGMENT_BYTES = 16384 + 1460;

interface Bucket {
  carriedBytes: number;
  allowedBytes: number;
  levelBytes: number;
  /** Flows on the link when the bucket was last empty. */
  flows: number;
}

export class LinkBudgetChecker implements Checker {
  readonly name = 'link budget';
  readonly #internet: SimulatedInternet;
  readonly #buckets = new Map<Link, Bucket>();
  #evaluations = 0;

  constructor(internet: SimulatedInternet) {
    this.#internet = internet;
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  check(): void {
    const { nowUs } = this.#internet.medium.simulation;
    for (const host of this.#internet.hosts()) {
      for (const link of host.links()) this.#look(link, host.queueBytes, nowUs);
    }
  }

  #look(link: Link, queueBytes: number, nowUs: number): void {
    const allowedBytes = link.allowedBytes(nowUs);
    const { carriedBytes } = link;
    const bucket = this.#buckets.get(link);
    if (bucket === undefined) {
      // Whatever passed before the first check is part of the first span.
      const levelBytes = Math.max(0, carriedBytes - allowedBytes);
      this.#buckets.set(link, { carriedBytes, allowedBytes, levelBytes, flows: link.flows.length });
      return;
    }
    const passed = carriedBytes - bucket.carriedBytes;
    bucket.levelBytes = Math.max(0, bucket.levelBytes + passed - (allowedBytes - bucket.allowedBytes));
    bucket.carriedBytes = carriedBytes;
    bucket.allowedBytes = allowedBytes;
    const burst = bucket.flows * SEGMENT_BYTES + Math.max(queueBytes, 2 * SEGMENT_BYTES);
    invariant(
      bucket.levelBytes <= burst,
      () =>
        `${link.name} carried ${Math.round(bucket.levelBytes)} bytes more than its rate allows, burst ${burst}`,
    );
    if (bucket.levelBytes === 0) bucket.flows = link.flows.length;
    this.#evaluations++;
  }
}
