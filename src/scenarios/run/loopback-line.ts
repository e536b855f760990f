/**
 * The rates of a line on real sockets, in real time: what the plan declares, times the share that the timetable leaves
 * now, and at most what faults and data caps allow. The same rules as the simulated line's; a cap takes effect within the
 * slice of the shaped line in which it is used up (16 KiB at most), where the simulated one does at its byte.
 */
import type { Clock } from '../../core/ports.ts';
import { WeeklySchedule } from '../../sim/weekly-schedule.ts';
import type { PlannedCap, PlannedLink, PlannedRateWindow } from '../plan.ts';
import type { Lift } from './machine.ts';

type Direction = 'up' | 'down';

export interface LoopbackLineEvents {
  /** The line has these rates from now on, in bytes per second. */
  onRates(upBytesPerSec: number, downBytesPerSec: number): void;
  onLineChanged?: ((upBytesPerSec: number, downBytesPerSec: number, reason: string) => void) | undefined;
}

interface CapCount {
  readonly cap: PlannedCap;
  usedBytes: number;
  exhausted: boolean;
}

export class LoopbackLine {
  readonly #clock: Clock;
  readonly #link: PlannedLink;
  readonly #startsAtUs: number;
  readonly #events: LoopbackLineEvents;
  readonly #schedule: WeeklySchedule<PlannedRateWindow>;
  readonly #caps: readonly CapCount[];
  readonly #limits = new Set<{ readonly up: number | undefined; readonly down: number | undefined }>();
  #startUs = 0;
  #up: number;
  #down: number;

  /** `startsAtUs`: the time of the week at the start of the run. Nothing changes before `begin`. */
  constructor(clock: Clock, link: PlannedLink, startsAtUs: number, events: LoopbackLineEvents) {
    this.#clock = clock;
    this.#link = link;
    this.#startsAtUs = startsAtUs;
    this.#events = events;
    this.#schedule = new WeeklySchedule(link.schedule, startsAtUs);
    this.#caps = link.caps.map((cap) => ({ cap, usedBytes: 0, exhausted: false }));
    this.#up = link.upBytesPerSec;
    this.#down = link.downBytesPerSec;
  }

  /** The plan's times count from `startUs` of the clock on. */
  begin(startUs: number): void {
    this.#startUs = startUs;
    this.#applyFor('schedule');
    this.#awaitBoundary();
    for (const { cap } of this.#caps) this.#awaitPeriod(cap.periodUs);
  }

  /** Something has passed the line. */
  passed(direction: Direction, bytes: number): void {
    for (const count of this.#caps) {
      const { counts } = count.cap;
      if (counts !== 'both' && counts !== direction) continue;
      count.usedBytes += bytes;
      if (count.exhausted || count.usedBytes < count.cap.bytes) continue;
      count.exhausted = true;
      this.#apply();
      this.#tell('cap');
    }
  }

  /** Lays a limit over the line; undefined: as before. Where several hold, the smallest does. */
  limit(upBytesPerSec: number | undefined, downBytesPerSec: number | undefined): Lift {
    const laid = { up: upBytesPerSec, down: downBytesPerSec };
    this.#limits.add(laid);
    this.#applyFor('fault');
    return () => {
      if (this.#limits.delete(laid)) this.#applyFor('restored');
    };
  }

  get #nowUs(): number {
    return Math.max(0, this.#clock.now() - this.#startUs);
  }

  #awaitBoundary(): void {
    const nextUs = this.#schedule.nextBoundaryUs(this.#nowUs);
    if (!Number.isFinite(nextUs)) return;
    this.#clock.schedule(this.#startUs + nextUs, () => {
      this.#applyFor('schedule');
      this.#awaitBoundary();
    });
  }

  #awaitPeriod(periodUs: number): void {
    const sinceUs = (this.#startsAtUs + this.#nowUs) % periodUs;
    this.#clock.schedule(this.#clock.now() + periodUs - sinceUs, () => {
      let renewed = false;
      for (const count of this.#caps) {
        if (count.cap.periodUs !== periodUs) continue;
        renewed ||= count.exhausted;
        count.usedBytes = 0;
        count.exhausted = false;
      }
      if (renewed) {
        this.#apply();
        this.#tell('cap renewed');
      }
      this.#awaitPeriod(periodUs);
    });
  }

  #applyFor(reason: string): void {
    if (this.#apply()) this.#tell(reason);
  }

  #tell(reason: string): void {
    this.#events.onLineChanged?.(this.#up, this.#down, reason);
  }

  #apply(): boolean {
    const up = this.#allowed('up');
    const down = this.#allowed('down');
    if (up === this.#up && down === this.#down) return false;
    this.#up = up;
    this.#down = down;
    this.#events.onRates(up, down);
    return true;
  }

  #allowed(direction: Direction): number {
    const isUp = direction === 'up';
    let perMille = 1000;
    for (const { upPerMille, downPerMille } of this.#schedule.windowsAt(this.#nowUs)) {
      perMille = Math.min(perMille, isUp ? upPerMille : downPerMille);
    }
    const { upBytesPerSec, downBytesPerSec } = this.#link;
    let allowed = ((isUp ? upBytesPerSec : downBytesPerSec) * perMille) / 1000;
    for (const { cap, exhausted } of this.#caps) {
      if (exhausted) allowed = Math.min(allowed, cap.then.kind === 'cut' ? 0 : cap.then.bytesPerSec);
    }
    for (const { up, down } of this.#limits) allowed = Math.min(allowed, (isUp ? up : down) ?? allowed);
    return allowed;
  }
}
