/**
 * What a reporter is: it hears of runs in the order of the command line, whichever finished first, and writes. It is told
 * of the end in every case, also after an error.
 */
import type { ScenarioProblem } from '../../scenarios/errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { RunIntent, RunRecord, StoppedBy } from './run-record.ts';

/** Everything that was to be run, and what came of it. */
export interface RunTotals {
  readonly records: readonly RunRecord[];
  /** Runs that were planned and have no record, because something stopped the command before. */
  readonly notRun: readonly RunIntent[];
  readonly stoppedBy: StoppedBy | 'bail' | 'error' | undefined;
  /** What went wrong, when `stoppedBy` is "error": of the first of `notRun`. */
  readonly error: string | undefined;
  /** What the command ends with. */
  readonly exitCode: ExitCode;
}

export interface Reporter {
  /** Scenario files are wrong, so nothing is run and nothing else is called but `end`. */
  refused?(problems: readonly ScenarioProblem[]): void;
  begin?(intents: readonly RunIntent[]): void;
  started?(intent: RunIntent): void;
  ended?(record: RunRecord): void;
  end?(totals: RunTotals): void;
}

/** Where a reporter writes. */
export type Write = (text: string) => void;
