/**
 * What the page and its worker say to each other. A run has a number that the page gives; what the worker says of a run
 * that was replaced in the meantime is ignored.
 */
import type { Verdict } from '../../src/scenarios/expectations/verdict.ts';
import type { EventColumns, Trace, TraceHeader } from '../../src/trace/trace.ts';
import type { LiveFault } from './live-run.ts';

/** To the worker: carry this text on from its start. It takes the place of the run before in the same lane. */
export interface StartMessage {
  readonly kind: 'start';
  readonly run: number;
  /** Runs of different lanes go on side by side. */
  readonly lane: number;
  readonly text: string;
}

/** To the worker: nobody looks at this lane any more. */
export interface StopMessage {
  readonly kind: 'stop';
  readonly lane: number;
}

export type ToWorker = StartMessage | StopMessage;

export type FromWorker =
  | { readonly kind: 'begun'; readonly run: number; readonly header: TraceHeader; readonly limitUs: number }
  | {
      readonly kind: 'more';
      readonly run: number;
      readonly events: EventColumns;
      readonly strings: readonly string[];
      readonly untilUs: number;
    }
  | {
      readonly kind: 'over';
      readonly run: number;
      readonly trace: Trace;
      readonly verdicts: readonly Verdict[];
    }
  | { readonly kind: 'fault'; readonly run: number; readonly fault: LiveFault };
