/**
 * The event of each direction. Most directions are idle most of the time, and an idle one needs none: it has a handle only
 * while something is due in it, so that the few handles in use are always the same ones.
 */
import { HANDLE, NOTHING } from './direction-fields.ts';
import type { DirectionTable } from './direction-table.ts';
import type { EventTarget } from './event-queue.ts';
import type { Simulation } from './simulation.ts';

const NEVER = Number.POSITIVE_INFINITY;

export class DirectionEvents {
  readonly #simulation: Simulation;
  readonly #table: DirectionTable;
  readonly #target: EventTarget;

  /** `target` is fired with the row as its token. */
  constructor(simulation: Simulation, table: DirectionTable, target: EventTarget) {
    this.#simulation = simulation;
    this.#table = table;
    this.#target = target;
  }

  /** The event of the direction is due at `timeUs`; Infinity for never. */
  set(row: number, timeUs: number): void {
    let handle = this.#table.integer(row, HANDLE);
    if (timeUs === NEVER) {
      if (handle !== NOTHING) this.#release(row, handle);
      return;
    }
    if (handle === NOTHING) {
      handle = this.#simulation.register(this.#target, row);
      this.#table.setInteger(row, HANDLE, handle);
    } else if (this.#simulation.timeOf(handle) === timeUs) return;
    this.#simulation.set(handle, timeUs);
  }

  #release(row: number, handle: number): void {
    this.#simulation.release(handle);
    this.#table.setInteger(row, HANDLE, NOTHING);
  }
}
