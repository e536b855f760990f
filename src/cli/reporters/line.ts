/** One line for a run, and under a red one what broke; for many runs, and for logs. */
import { formatDuration } from '../../scenarios/unit-text.ts';
import type { Terminal } from '../output/terminal.ts';
import { printOverall } from './overall-lines.ts';
import { redDetails, redHeadline } from './red-text.ts';
import type { Reporter, RunTotals } from './reporter.ts';
import { isRed, isUnmet, outcomeOf, type RunRecord } from './run-record.ts';

export class LineReporter implements Reporter {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  ended(record: RunRecord): void {
    const { scenario, seed, verdicts, endUs, digest, exitCode } = record;
    const good = exitCode === 0;
    const mark = this.#terminal.style(good ? 'green' : 'red', good ? '✓' : '✗');
    const held = verdicts.filter((verdict) => !isUnmet(verdict)).length;
    const outcome = good ? '' : ` · ${outcomeOf(record)}`;
    this.#terminal.print(
      `${mark} ${scenario} seed ${seed} · ${held} of ${verdicts.length} held${outcome} · ${formatDuration(endUs)} · ${digest}`,
    );
    for (const verdict of verdicts.filter(isUnmet)) {
      const colour = isRed(verdict) ? 'red' : 'yellow';
      this.#terminal.print(`  ${this.#terminal.style(colour, redHeadline(verdict))}`);
      for (const line of redDetails(record, verdict)) this.#terminal.print(`    ${line}`);
    }
    if (record.determinism?.difference !== undefined) {
      this.#terminal.print(
        `  ${this.#terminal.style('red', `not deterministic: ${record.determinism.difference}`)}`,
      );
    }
  }

  end(totals: RunTotals): void {
    printOverall(this.#terminal, totals);
  }
}
