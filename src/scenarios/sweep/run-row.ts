/** What is kept of one run of a sweep: a line of its log, from which all tables are made. Plain JSON data. */
import type { Trace } from '../../trace/trace.ts';
import { judge } from '../expectations/judge.ts';
import { TraceMetrics } from '../expectations/trace-metrics.ts';
import type { Verdict } from '../expectations/verdict.ts';
import type { Scenario } from '../scenario.ts';
import { completionCurve, measureRun } from './figures.ts';
import type { SweepMeasure } from './sweep.ts';

/** Which run of a sweep: its cell from 1, its repetition from 1, and the seed that these give. */
export interface RunId {
  readonly cell: number;
  readonly rep: number;
  readonly seed: number;
}

export interface RunRow extends RunId {
  /**
   * `done`: it ran to its end. `failed`: a law was broken or the engine stopped it, and it would again. `died`: its
   * thread ended under it, which another try may not repeat.
   */
  readonly status: 'done' | 'failed' | 'died';
  /** Why it has no figures; empty when it has. */
  readonly reason: string;
  /** Of its trace; empty when it has none. */
  readonly digest: string;
  /** Names of the expectations that did not hold. */
  readonly notHeld: readonly string[];
  /** In the order of `figuresOf`; null where there is no value. Empty when it has none. */
  readonly figures: readonly (number | null)[];
  /** As `completionCurve` gives it. */
  readonly completions: readonly (number | null)[];
}

/** `more` are the verdicts that the run itself came to, `measures` the columns of the sweep's own. */
export function rowOfTrace(
  id: RunId,
  scenario: Scenario,
  trace: Trace,
  more: readonly Verdict[],
  measures: readonly SweepMeasure[] = [],
): RunRow {
  const verdicts = [...judge(scenario.expectations, new TraceMetrics(trace)), ...more];
  return {
    ...id,
    status: 'done',
    reason: '',
    digest: trace.digest,
    notHeld: verdicts.filter(({ status }) => status !== 'held').map(({ name }) => name),
    figures: measureRun(trace, measures).map((value) => value ?? null),
    completions: completionCurve(trace).map((value) => value ?? null),
  };
}

const REASON_LENGTH = 500;

export function rowWithoutFigures(id: RunId, status: 'failed' | 'died', reason: string): RunRow {
  // What follows the first line is a frame of code or a stack: no cell of a table.
  const short = (reason.trim().split('\n')[0] ?? '').replace(/\s+/g, ' ').slice(0, REASON_LENGTH);
  return { ...id, status, reason: short, digest: '', notHeld: [], figures: [], completions: [] };
}
