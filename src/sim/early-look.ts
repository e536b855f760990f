/**
 * Looks at what the directions that come next will touch, many at a time, shortly before they do: memory that is not in
 * the cache is waited for once and not once for each. Each loop reads what the one before has found, so that no read of
 * a loop has to wait for another. Changes nothing; what it reads is thrown away.
 */
import type { Backlogs } from './backlog.ts';
import {
  DOWNLINK,
  FIRST_PENDING,
  FLAGS,
  FLOW,
  HANDLE,
  HEAD,
  NOTHING,
  ROW_INTEGERS,
  UPLINK,
} from './direction-fields.ts';
import type { DirectionTable } from './direction-table.ts';
import type { EventPreview } from './event-preview.ts';
import type { EventTarget } from './event-queue.ts';
import type { LinkTable } from './link-table.ts';
import type { SegmentTable } from './segment-table.ts';
import type { Simulation } from './simulation.ts';

/** So many are sure to be in the cache still when their turn comes. */
const ROWS_MAX = 256;
/** Fewer are not worth the trouble. */
const ROWS_MIN = 3;

export class EarlyLook implements EventPreview {
  readonly target: EventTarget;
  /** Rows of the directions whose events come next. */
  readonly tokens = new Int32Array(ROWS_MAX);
  readonly #table: DirectionTable;
  readonly #segments: SegmentTable;
  readonly #links: LinkTable;
  readonly #backlogs: Backlogs;
  readonly #simulation: Simulation;
  /** Keeps the compiler from leaving reads out. */
  #seen = 0;

  /** `target`: whom the events of the directions are for. */
  constructor(
    target: EventTarget,
    table: DirectionTable,
    segments: SegmentTable,
    links: LinkTable,
    backlogs: Backlogs,
    simulation: Simulation,
  ) {
    this.target = target;
    this.#table = table;
    this.#segments = segments;
    this.#links = links;
    this.#backlogs = backlogs;
    this.#simulation = simulation;
  }

  /** The events of the first `count` of `tokens` come next. */
  look(count: number): void {
    if (count < ROWS_MIN) return;
    const { tokens } = this;
    const { integers, handlers } = this.#table;
    const segments = this.#segments;
    let seen = 0;
    for (let index = 0; index < count; index++) {
      seen ^= integers[(tokens[index] as number) * ROW_INTEGERS + FLAGS] as number;
    }
    for (let index = 0; index < count; index++) {
      const row = tokens[index] as number;
      const at = row * ROW_INTEGERS;
      const head = integers[at + HEAD] as number;
      const first = integers[at + FIRST_PENDING] as number;
      const flow = integers[at + FLOW] as number;
      if (head !== NOTHING) seen ^= segments.next(head);
      if (first !== NOTHING) seen ^= segments.next(first);
      if (flow !== NOTHING) seen ^= this.#backlogs.lookAt(flow);
      if (handlers[row ^ 1] === undefined) seen ^= row;
    }
    for (let index = 0; index < count; index++) {
      const row = tokens[index] as number;
      if (handlers[row ^ 1]?.onBytes === undefined) seen ^= row;
    }
    this.#seen = seen;
  }

  /** The first so many of these rows are flushed next. */
  lookAtWritten(rows: Int32Array, rowCount: number): void {
    const count = Math.min(rowCount, ROWS_MAX);
    if (count < ROWS_MIN) return;
    const { integers } = this.#table;
    const links = this.#links;
    let seen = this.#seen;
    for (let index = 0; index < count; index++) {
      const at = (rows[index] as number) * ROW_INTEGERS;
      const handle = integers[at + HANDLE] as number;
      seen ^= links.flags(integers[at + UPLINK] as number) ^ links.flags(integers[at + DOWNLINK] as number);
      if (handle !== NOTHING) seen ^= this.#simulation.timeOf(handle) | 0;
    }
    this.#seen = seen;
  }
}
