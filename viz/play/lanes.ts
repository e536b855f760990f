/**
 * The work of the worker, without the worker: several runs carried on in turn, a few milliseconds each, telling what
 * happened. Who calls `work` until it says that there is none left may listen for messages in between.
 */
import type { Hasher } from '../../src/core/ports.ts';
import { ContentCache, LiveRun } from './live-run.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** Wall time of one turn. */
const TURN_MS = 12;

export interface LanesOptions {
  /** Milliseconds of wall time, for nothing but the length of a turn. */
  readonly now: () => number;
  readonly tell: (message: FromWorker) => void;
}

interface Lane {
  readonly number: number;
  readonly run: LiveRun;
}

export class Lanes {
  readonly #contents: ContentCache;
  readonly #options: LanesOptions;
  /** By number of the lane; those that are over are gone. */
  readonly #lanes = new Map<number, Lane>();
  #turn = 0;

  constructor(hasher: Hasher, options: LanesOptions) {
    this.#contents = new ContentCache(hasher);
    this.#options = options;
  }

  hear(message: ToWorker): void {
    if (message.kind === 'stop') {
      this.#lanes.delete(message.lane);
      return;
    }
    const { run: number, lane, text } = message;
    const { tell } = this.#options;
    this.#lanes.delete(lane);
    const started = LiveRun.start(text, this.#contents);
    if (!started.ok) {
      tell({ kind: 'fault', run: number, fault: started.fault });
      return;
    }
    const { run } = started;
    this.#lanes.set(lane, { number, run });
    tell({ kind: 'begun', run: number, header: run.header, limitUs: run.plan.endUs });
  }

  /** Carries one run on for a turn; false when there is nothing to do. */
  work(): boolean {
    const lanes = [...this.#lanes];
    const next = lanes[this.#turn++ % Math.max(1, lanes.length)];
    if (next === undefined) return false;
    const [key, lane] = next;
    if (!this.#carryOn(lane)) this.#lanes.delete(key);
    return this.#lanes.size > 0;
  }

  /** False when the run is over. */
  #carryOn({ number, run }: Lane): boolean {
    const { now, tell } = this.#options;
    const untilMs = now() + TURN_MS;
    const fault = run.advance(Number.POSITIVE_INFINITY, () => now() < untilMs);
    tell({ kind: 'more', run: number, ...run.take() });
    if (fault !== undefined) {
      tell({ kind: 'fault', run: number, fault });
      return false;
    }
    if (!run.isOver) return true;
    const end = run.end();
    if (end.ok) {
      const { verdicts, trace } = end.value;
      tell({ kind: 'over', run: number, trace, verdicts });
    } else tell({ kind: 'fault', run: number, fault: end.fault });
    return false;
  }
}
