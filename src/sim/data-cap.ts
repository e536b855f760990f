/**
 * Data caps of an access line: volumes per period of the clock. What has passed is the integral of the load of the
 * line's links, and the small messages beside it: it is known to the byte at every instant, also in the middle of a
 * segment. So a cap takes effect at its byte, and no period carries more than its volume before that.
 *
 * Instants are whole microseconds, and a volume is hardly ever full at one. In the last microsecond of a volume the
 * line is slowed to what is left, so that the last byte leaves at the end of it.
 */
import { invariant } from '../core/result.ts';
import type { Link, LinkMeter } from './link.ts';

/** A volume per period of the clock, and what becomes of the line when it is used up, until the period ends. */
export interface DataCap {
  readonly counts: 'up' | 'down' | 'both';
  readonly bytes: number;
  /** Periods end when the time of the week is a multiple of this; a whole number of microseconds. */
  readonly periodUs: number;
  /** Holds for both directions of the line, whatever is counted. */
  readonly then: { readonly kind: 'cut' } | { readonly kind: 'throttle'; readonly bytesPerSec: number };
}

/** Where one cap stands in the current period. */
export interface CapState {
  readonly cap: DataCap;
  /** With fractions of a byte; goes on counting after a throttle has begun. */
  readonly usedBytes: number;
  readonly exhausted: boolean;
}

export type CapChange = 'cap' | 'cap renewed';

/**
 * A thousandth of a byte beyond the volume may pass: rounding must not keep the last byte from leaving, and so a whole
 * segment from arriving.
 */
const GRAIN = 1e-3;
/** What rounding leaves of nothing: in bytes, and in microseconds. */
const ROUNDING = 1e-6;
const FUZZ_US = 1e-6;
const NEVER = Number.POSITIVE_INFINITY;
const NO_LIMIT = Number.POSITIVE_INFINITY;

export class DataCaps {
  /** When to call `update` again at the latest; Infinity for never. */
  nextUs = 0;
  /** What the caps leave of the line now, in bytes per second; Infinity for all of it. */
  upLimit = NO_LIMIT;
  downLimit = NO_LIMIT;
  readonly #up: Meter;
  readonly #down: Meter;
  readonly #counts: readonly CapCount[];
  #renewed = false;

  /**
   * `startsAtUs`: the time of the week at the start of the run. `changed` is called when something has passed or a
   * load changes: `update` is to be called before time advances.
   */
  constructor(
    caps: readonly DataCap[],
    startsAtUs: number,
    links: { readonly up: Link; readonly down: Link },
    nowUs: number,
    changed: () => void,
  ) {
    const settle = (atUs: number): void => this.#settle(atUs);
    this.#up = new Meter(links.up, nowUs, settle, changed);
    this.#down = new Meter(links.down, nowUs, settle, changed);
    this.#counts = caps.map((cap) => new CapCount(cap, startsAtUs, nowUs, this.#up, this.#down));
    links.up.meter = this.#up;
    links.down.meter = this.#down;
    this.#plan(nowUs);
  }

  /** Where the caps stand, in the order in which they were declared. Changes nothing. */
  statesAt(nowUs: number): CapState[] {
    return this.#counts.map((count) => count.stateAt(nowUs));
  }

  /** All bytes that have passed in one direction, with fractions. Changes nothing. */
  passedBytes(direction: 'up' | 'down', nowUs: number): number {
    const meter = direction === 'up' ? this.#up : this.#down;
    return meter.passedBytes + meter.unsettledBytes(nowUs);
  }

  /** Brings limits and `nextUs` up to date. Returns what has happened to the caps, in order; mostly nothing. */
  update(nowUs: number): CapChange[] {
    this.#settle(nowUs);
    const changes: CapChange[] = this.#renewed ? ['cap renewed'] : [];
    this.#renewed = false;
    for (const count of this.#counts) {
      if (count.exhausted || !count.isFull()) continue;
      count.exhausted = true;
      changes.push('cap');
    }
    this.#plan(nowUs);
    return changes;
  }

  #settle(nowUs: number): void {
    const upBytes = this.#up.settle(nowUs);
    const downBytes = this.#down.settle(nowUs);
    for (const count of this.#counts) {
      if (count.countsUp) count.usedBytes += upBytes;
      if (count.countsDown) count.usedBytes += downBytes;
      if (nowUs < count.endsAtUs) continue;
      if (count.exhausted) this.#renewed = true;
      count.begin(nowUs);
    }
  }

  #plan(nowUs: number): void {
    this.nextUs = NEVER;
    this.upLimit = NO_LIMIT;
    this.downLimit = NO_LIMIT;
    for (const count of this.#counts) {
      count.plan(nowUs);
      this.nextUs = Math.min(this.nextUs, count.endsAtUs, count.dueUs);
      this.upLimit = Math.min(this.upLimit, count.upLimit);
      this.downLimit = Math.min(this.downLimit, count.downLimit);
    }
  }
}

/** Counts what passes one direction of the line, on behalf of all caps. */
class Meter implements LinkMeter {
  /** Up to when it was last settled, and small messages since then. */
  passedBytes = 0;
  readonly link: Link;
  /** The caps that count this direction. */
  readonly counts: CapCount[] = [];
  #settledUs: number;
  readonly #settleAll: (nowUs: number) => void;
  readonly #changed: () => void;

  constructor(link: Link, nowUs: number, settleAll: (nowUs: number) => void, changed: () => void) {
    this.link = link;
    this.#settledUs = nowUs;
    this.#settleAll = settleAll;
    this.#changed = changed;
  }

  unsettledBytes(nowUs: number): number {
    return (this.link.load * (nowUs - this.#settledUs)) / 1e6;
  }

  /** Takes what the load has carried since the last time into account; returns it. */
  settle(nowUs: number): number {
    const bytes = this.unsettledBytes(nowUs);
    this.#settledUs = nowUs;
    this.passedBytes += bytes;
    return bytes;
  }

  loadChanging(nowUs: number): void {
    this.#settleAll(nowUs);
    this.#changed();
  }

  passed(bytes: number): void {
    this.passedBytes += bytes;
    for (const count of this.counts) count.passed(bytes);
    this.#changed();
  }

  admits(bytes: number, nowUs: number): boolean {
    this.#settleAll(nowUs);
    return this.counts.every((count) => count.admits(bytes));
  }
}

/** One cap in its current period. */
class CapCount {
  readonly cap: DataCap;
  usedBytes = 0;
  exhausted = false;
  /** End of the period. */
  endsAtUs = 0;
  /** When the volume is full, or about to be, at the present load. */
  dueUs = NEVER;
  upLimit = NO_LIMIT;
  downLimit = NO_LIMIT;
  /** End of the last microsecond of the volume, once that has begun. */
  #fullAtUs = NEVER;
  /** The limits of that microsecond. */
  #lastUpLimit = NO_LIMIT;
  #lastDownLimit = NO_LIMIT;
  readonly #startsAtUs: number;
  readonly #up: Meter;
  readonly #down: Meter;

  constructor(cap: DataCap, startsAtUs: number, nowUs: number, up: Meter, down: Meter) {
    invariant(Number.isFinite(cap.bytes) && cap.bytes > 0, 'a cap has a volume');
    invariant(Number.isSafeInteger(cap.periodUs) && cap.periodUs > 0, 'a period in whole microseconds');
    this.cap = cap;
    this.#startsAtUs = startsAtUs;
    this.#up = up;
    this.#down = down;
    if (this.countsUp) up.counts.push(this);
    if (this.countsDown) down.counts.push(this);
    this.begin(nowUs);
  }

  get countsUp(): boolean {
    return this.cap.counts !== 'down';
  }

  get countsDown(): boolean {
    return this.cap.counts !== 'up';
  }

  /** The period that `nowUs` is in begins. */
  begin(nowUs: number): void {
    const { periodUs } = this.cap;
    this.usedBytes = 0;
    this.exhausted = false;
    this.#fullAtUs = NEVER;
    this.endsAtUs = nowUs + periodUs - ((this.#startsAtUs + nowUs) % periodUs);
  }

  stateAt(nowUs: number): CapState {
    const { cap, exhausted } = this;
    // At the very end of a period the count is that of the next one, whether its event has come or not.
    if (nowUs >= this.endsAtUs) return { cap, usedBytes: 0, exhausted: false };
    const upBytes = this.countsUp ? this.#up.unsettledBytes(nowUs) : 0;
    const downBytes = this.countsDown ? this.#down.unsettledBytes(nowUs) : 0;
    return { cap, usedBytes: this.usedBytes + upBytes + downBytes, exhausted };
  }

  isFull(): boolean {
    const leftBytes = this.cap.bytes - this.usedBytes;
    const load = this.#load();
    return load === 0 ? leftBytes <= ROUNDING : leftBytes * 1e6 <= load * FUZZ_US;
  }

  passed(bytes: number): void {
    if (bytes >= 0) this.usedBytes += bytes;
    // What is given back may have been counted in the period before, and a volume that is full stays full.
    else {
      const least = this.exhausted ? Math.min(this.usedBytes, this.cap.bytes) : 0;
      this.usedBytes = Math.max(least, this.usedBytes + bytes);
    }
  }

  /** Whether a small message may pass at once. In the last microsecond all that is left is spoken for. */
  admits(bytes: number): boolean {
    if (this.exhausted) return this.cap.then.kind === 'throttle';
    if (this.#fullAtUs !== NEVER) return false;
    // A stream from a host to itself passes both directions of its line.
    const passes = this.cap.counts === 'both' ? 2 * bytes : bytes;
    return passes <= this.cap.bytes - this.usedBytes + ROUNDING;
  }

  plan(nowUs: number): void {
    this.upLimit = NO_LIMIT;
    this.downLimit = NO_LIMIT;
    this.dueUs = NEVER;
    if (this.exhausted) {
      const { then } = this.cap;
      this.upLimit = then.kind === 'cut' ? 0 : then.bytesPerSec;
      this.downLimit = this.upLimit;
      return;
    }
    const load = this.#load();
    if (this.#fullAtUs <= nowUs) this.#fullAtUs = NEVER;
    if (this.#fullAtUs === NEVER) {
      if (load === 0) return;
      const leftBytes = this.cap.bytes - this.usedBytes;
      const wholeUs = Math.floor((leftBytes * 1e6) / load + FUZZ_US);
      if (wholeUs >= 1) {
        this.dueUs = nowUs + wholeUs;
        return;
      }
      this.#fullAtUs = nowUs + 1;
      const share = Math.min(1, ((leftBytes + GRAIN) * 1e6) / load);
      // Not nothing: the line is not dead yet.
      this.#lastUpLimit = Math.max(1, this.#up.link.load * share);
      this.#lastDownLimit = Math.max(1, this.#down.link.load * share);
    }
    this.dueUs = this.#fullAtUs;
    if (this.countsUp) this.upLimit = this.#lastUpLimit;
    if (this.countsDown) this.downLimit = this.#lastDownLimit;
  }

  #load(): number {
    return (this.countsUp ? this.#up.link.load : 0) + (this.countsDown ? this.#down.link.load : 0);
  }
}
