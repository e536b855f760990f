/** Carries out runs one after another in this process, and hands each to the reporters as it starts and ends. */
import { ExitCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import type { RunTotals } from './reporters/reporter.ts';
import type { ReporterGroup } from './reporters/reporter-group.ts';
import type { RunRecord } from './reporters/run-record.ts';
import type { RunArguments } from './run-arguments.ts';
import { type RunContext, runOne, stoppedBy } from './run-one.ts';
import { intentOfRun, type PlannedRun, subjectOf } from './run-plans.ts';
import { compareWithFreshProcess } from './verify-determinism.ts';

/** Resolves to what stopped them before their end, if anything did. */
export async function runAll(
  runs: readonly PlannedRun[],
  args: RunArguments,
  context: RunContext,
  reporters: ReporterGroup,
): Promise<RunTotals['stoppedBy']> {
  const { signal } = context;
  for (const [index, planned] of runs.entries()) {
    if (signal.aborted) return stoppedBy(signal);
    reporters.started(intentOfRun(planned, args));
    const record = await carryOut(planned, args, context);
    reporters.ended(record);
    if (record.stoppedBy !== undefined) return record.stoppedBy;
    const isLast = index === runs.length - 1;
    if (args.bail === true && record.exitCode !== ExitCode.held && !isLast) return 'bail';
  }
  return undefined;
}

/** One run from its plan to its record. */
export async function carryOut(
  planned: PlannedRun,
  args: RunArguments,
  context: RunContext,
): Promise<RunRecord> {
  const subject = subjectOf(planned, args);
  const { trace, record } = await runOne(subject, context);
  if (args.verifyDeterminism !== true || record.stoppedBy !== undefined) return record;
  const comparison = await compareWithFreshProcess(
    trace,
    { reference: planned.loaded.reference, settings: args.set ?? [] },
    subject.plan,
    context.signal,
  );
  if (comparison.kind === 'interrupted') {
    context.notes.print(context.notes.style('yellow', '  interrupted before the second run was over'));
    const by = stoppedBy(context.signal);
    return { ...record, stoppedBy: by, exitCode: exitCodeOf(ExitCode.held, by) };
  }
  if (comparison.kind === 'equal') return { ...record, determinism: {} };
  const { difference } = comparison;
  return { ...record, determinism: { difference }, exitCode: ExitCode.notDeterministic };
}

/** Of a command whose runs end with `worst`; a stop before the end is the worse news. */
export function exitCodeOf(worst: ExitCode, by: RunTotals['stoppedBy']): ExitCode {
  const own = by === 'interrupted' ? ExitCode.interrupted : by === 'budget' ? ExitCode.budget : worst;
  return Math.max(worst, own) as ExitCode;
}

/** What can end a command before its end from outside: the keyboard, the budget. The first of them counts. */
export class Stop {
  readonly #interruption = new Interruption();
  readonly #budget = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly signal: AbortSignal;

  constructor(budgetMs: number | undefined) {
    this.signal = AbortSignal.any([this.#interruption.signal, this.#budget.signal]);
    if (budgetMs === undefined) return;
    this.#timer = setTimeout(() => this.#budget.abort('budget'), budgetMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#interruption.dispose();
  }
}
