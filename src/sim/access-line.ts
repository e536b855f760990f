/**
 * The access line of a host: what rate it has each way at each instant, and why. That is the declared rate, times the
 * share that the schedule leaves of it now, and at most what faults and data caps allow; nothing while it is unplugged.
 * It changes at exactly the microsecond of a boundary. A line with neither schedule nor cap has no event.
 */
import { invariant } from '../core/result.ts';
import { type CapState, type DataCap, DataCaps } from './data-cap.ts';
import type { EventTarget } from './event-queue.ts';
import { Link } from './link.ts';
import type { Medium } from './medium.ts';
import { WeeklySchedule, type WeeklyWindow } from './weekly-schedule.ts';

/** A part of every week in which a line has only a share of its rates. */
export interface RateWindow extends WeeklyWindow {
  /** Thousandths of the declared rate, 0 to 1000; where windows overlap the smallest holds. */
  readonly upPerMille: number;
  readonly downPerMille: number;
}

export interface LineOptions {
  readonly upBytesPerSec: number;
  readonly downBytesPerSec: number;
  readonly schedule?: readonly RateWindow[];
  readonly caps?: readonly DataCap[];
  /** The time of the week at the start of the run, in microseconds since Monday 00:00. Default 0. */
  readonly startsAtUs?: number;
}

/** Most that a line may have for a time, in bytes per second; undefined: no limit in that direction, 0: nothing. */
export interface LineLimit {
  readonly upBytesPerSec?: number | undefined;
  readonly downBytesPerSec?: number | undefined;
}

/**
 * `cap`: a data cap is used up; `cap renewed`: the period of one that was used up has ended; `fault`: a limit was laid or
 * the line unplugged; `restored`: that is over.
 */
export type LineChangeReason = 'schedule' | 'cap' | 'cap renewed' | 'fault' | 'restored';

export interface LineListener {
  /**
   * The line has these rates from now on, in bytes per second. Called for caps even where another limit leaves the
   * rates as they were, for the rest only when they change; not for `setRates`. Comes from events of the simulation
   * and from inside the verbs of the host.
   */
  onLineChanged(upBytesPerSec: number, downBytesPerSec: number, reason: LineChangeReason): void;
}

const DUE = 0;
const PASSED = 1;
const NEVER = Number.POSITIVE_INFINITY;
const NO_HANDLE = -1;

export class AccessLine implements EventTarget {
  readonly up: Link;
  readonly down: Link;
  /** The time of the week at the start of the run. */
  readonly startsAtUs: number;
  listener: LineListener | undefined = undefined;
  readonly #medium: Medium;
  readonly #schedule: WeeklySchedule<RateWindow> | undefined;
  readonly #caps: DataCaps | undefined;
  readonly #limits = new Set<LineLimit>();
  readonly #deadChanged: () => void;
  readonly #handle: number;
  #declaredUp: number;
  #declaredDown: number;
  #nextBoundaryUs = NEVER;
  #unplugged = false;
  /** An update is due at the end of this instant. */
  #dirty = false;

  /** `deadChanged` is called when a direction of the line goes dead, or comes to life again. */
  constructor(medium: Medium, name: string, options: LineOptions, deadChanged: () => void) {
    const { upBytesPerSec, downBytesPerSec, schedule = [], caps = [], startsAtUs = 0 } = options;
    const { nowUs } = medium.simulation;
    checkRate(upBytesPerSec);
    checkRate(downBytesPerSec);
    for (const { upPerMille, downPerMille } of schedule) {
      invariant(upPerMille >= 0 && upPerMille <= 1000, 'a share from 0 to 1000');
      invariant(downPerMille >= 0 && downPerMille <= 1000, 'a share from 0 to 1000');
    }
    this.startsAtUs = startsAtUs;
    this.#medium = medium;
    this.#deadChanged = deadChanged;
    this.#declaredUp = upBytesPerSec;
    this.#declaredDown = downBytesPerSec;
    this.#schedule = schedule.length === 0 ? undefined : new WeeklySchedule(schedule, startsAtUs);
    this.up = new Link(medium.links, `${name} up`, this.#scheduled('up', nowUs), nowUs);
    this.down = new Link(medium.links, `${name} down`, this.#scheduled('down', nowUs), nowUs);
    this.#caps =
      caps.length === 0 ? undefined : new DataCaps(caps, startsAtUs, this, nowUs, () => this.#passed());
    this.#nextBoundaryUs = this.#schedule?.nextBoundaryUs(nowUs) ?? NEVER;
    const hasEvents = this.#schedule !== undefined || this.#caps !== undefined;
    this.#handle = hasEvents ? medium.simulation.register(this, DUE) : NO_HANDLE;
    this.#reschedule();
  }

  get unplugged(): boolean {
    return this.#unplugged;
  }

  /** Where the data caps stand, in the order in which they were declared. */
  capStates(): readonly CapState[] {
    return this.#caps?.statesAt(this.#medium.simulation.nowUs) ?? [];
  }

  /** All bytes that have passed in a direction, with fractions; known for lines with a data cap only. */
  passedBytes(direction: 'up' | 'down'): number {
    return this.#caps?.passedBytes(direction, this.#medium.simulation.nowUs) ?? 0;
  }

  /** Declares other rates, in bytes per second (0: dead). Schedule, caps and faults hold on top of them as before. */
  setRates(upBytesPerSec: number, downBytesPerSec: number): void {
    checkRate(upBytesPerSec);
    checkRate(downBytesPerSec);
    this.#declaredUp = upBytesPerSec;
    this.#declaredDown = downBytesPerSec;
    this.#apply();
  }

  /** Lays a limit over the line; returns what lifts it. Where several hold, the smallest does. */
  limit(limit: LineLimit): () => void {
    checkRate(limit.upBytesPerSec ?? 0);
    checkRate(limit.downBytesPerSec ?? 0);
    // One of its own: the same limit may be laid twice.
    const laid = { ...limit };
    this.#limits.add(laid);
    this.#applyFor('fault');
    return () => {
      if (this.#limits.delete(laid)) this.#applyFor('restored');
    };
  }

  unplug(): void {
    this.#unplugged = true;
    this.#applyFor('fault');
  }

  plug(): void {
    this.#unplugged = false;
    this.#applyFor('restored');
  }

  fire(token: number): void {
    const { nowUs } = this.#medium.simulation;
    if (token === PASSED) this.#dirty = false;
    if (nowUs >= this.#nextBoundaryUs) {
      this.#nextBoundaryUs = this.#schedule?.nextBoundaryUs(nowUs) ?? NEVER;
      this.#applyFor('schedule');
    }
    if (this.#caps !== undefined) {
      const changes = this.#caps.update(nowUs);
      this.#apply();
      for (const change of changes) this.#tell(change);
    }
    this.#reschedule();
  }

  /** Something has passed a line with caps: they are looked at once the instant is settled. */
  #passed(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    this.#medium.simulation.beforeTimeAdvances(this, PASSED);
  }

  #applyFor(reason: LineChangeReason): void {
    if (this.#apply()) this.#tell(reason);
  }

  #tell(reason: LineChangeReason): void {
    this.listener?.onLineChanged(this.up.capacity, this.down.capacity, reason);
  }

  /** Gives both links what they may have now; whether that is something else than before. */
  #apply(): boolean {
    const { sharing, simulation } = this.#medium;
    const { nowUs } = simulation;
    const upBytesPerSec = this.#allowed('up', nowUs);
    const downBytesPerSec = this.#allowed('down', nowUs);
    if (upBytesPerSec === this.up.capacity && downBytesPerSec === this.down.capacity) return false;
    const deadChanges =
      (upBytesPerSec === 0) !== (this.up.capacity === 0) ||
      (downBytesPerSec === 0) !== (this.down.capacity === 0);
    if (upBytesPerSec !== this.up.capacity) sharing.setCapacity(this.up, upBytesPerSec, nowUs);
    if (downBytesPerSec !== this.down.capacity) sharing.setCapacity(this.down, downBytesPerSec, nowUs);
    this.#medium.shareLater();
    if (deadChanges) this.#deadChanged();
    return true;
  }

  #allowed(direction: 'up' | 'down', nowUs: number): number {
    if (this.#unplugged) return 0;
    const isUp = direction === 'up';
    let allowed = this.#scheduled(direction, nowUs);
    if (this.#caps !== undefined) {
      allowed = Math.min(allowed, isUp ? this.#caps.upLimit : this.#caps.downLimit);
    }
    for (const { upBytesPerSec, downBytesPerSec } of this.#limits) {
      const limit = isUp ? upBytesPerSec : downBytesPerSec;
      if (limit !== undefined && limit < allowed) allowed = limit;
    }
    return allowed;
  }

  /** The declared rate, as far as the schedule leaves it now. */
  #scheduled(direction: 'up' | 'down', nowUs: number): number {
    const isUp = direction === 'up';
    const declared = isUp ? this.#declaredUp : this.#declaredDown;
    if (this.#schedule === undefined) return declared;
    let perMille = 1000;
    for (const { upPerMille, downPerMille } of this.#schedule.windowsAt(nowUs)) {
      perMille = Math.min(perMille, isUp ? upPerMille : downPerMille);
    }
    return (declared * perMille) / 1000;
  }

  #reschedule(): void {
    if (this.#handle === NO_HANDLE) return;
    const { simulation } = this.#medium;
    const nextUs = Math.min(this.#nextBoundaryUs, this.#caps?.nextUs ?? NEVER);
    if (simulation.timeOf(this.#handle) !== nextUs) simulation.set(this.#handle, nextUs);
  }
}

function checkRate(bytesPerSec: number): void {
  invariant(Number.isFinite(bytesPerSec) && bytesPerSec >= 0, 'a rate is a finite number, 0 or more');
}
