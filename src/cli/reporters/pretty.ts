/** Every run in full, for people: heading, verdicts, what happened, the report and the command that repeats it. */
import { printHeading, printRun } from '../output/run-lines.ts';
import type { Terminal } from '../output/terminal.ts';
import { printOverall } from './overall-lines.ts';
import type { Reporter, RunTotals } from './reporter.ts';
import type { RunIntent, RunRecord } from './run-record.ts';

export class PrettyReporter implements Reporter {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  started(intent: RunIntent): void {
    printHeading(this.#terminal, intent);
  }

  ended(record: RunRecord): void {
    printRun(this.#terminal, record);
  }

  end(totals: RunTotals): void {
    printOverall(this.#terminal, totals);
  }
}
