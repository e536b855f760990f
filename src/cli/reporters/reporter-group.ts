/** Several reporters as one, which keeps the books of a command: what was planned, what was reported, what was not run. */
import type { ScenarioProblem } from '../../scenarios/errors.ts';
import { ExitCode } from '../exit-codes.ts';
import type { ChosenReporters } from './choose-reporters.ts';
import type { RunTotals } from './reporter.ts';
import type { RunIntent, RunRecord } from './run-record.ts';

export class ReporterGroup {
  readonly #chosen: ChosenReporters;
  readonly #records: RunRecord[] = [];
  #intents: readonly RunIntent[] = [];
  #over = false;

  constructor(chosen: ChosenReporters) {
    this.#chosen = chosen;
  }

  /** The worst exit code of the runs so far. */
  get exitCode(): ExitCode {
    return Math.max(ExitCode.held, ...this.#records.map(({ exitCode }) => exitCode)) as ExitCode;
  }

  refused(problems: readonly ScenarioProblem[]): void {
    for (const reporter of this.#chosen.reporters) reporter.refused?.(problems);
  }

  begin(intents: readonly RunIntent[]): void {
    this.#intents = intents;
    for (const reporter of this.#chosen.reporters) reporter.begin?.(intents);
  }

  started(intent: RunIntent): void {
    for (const reporter of this.#chosen.reporters) reporter.started?.(intent);
  }

  ended(record: RunRecord): void {
    this.#records.push(record);
    for (const reporter of this.#chosen.reporters) reporter.ended?.(record);
  }

  /** Once, at the end of the command, however it ends. */
  end(stoppedBy: RunTotals['stoppedBy'], exitCode: ExitCode, error?: string): void {
    if (this.#over) return;
    this.#over = true;
    const totals: RunTotals = {
      records: this.#records,
      notRun: this.#intents.slice(this.#records.length),
      stoppedBy,
      error,
      exitCode,
    };
    for (const reporter of this.#chosen.reporters) reporter.end?.(totals);
    this.#chosen.close();
  }
}
