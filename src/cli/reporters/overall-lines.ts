/** What stands under the runs on a terminal: verdicts over all seeds, what was not run, how to replay each failed seed. */

import { formatMeasured } from '../../scenarios/expectations/verdict.ts';
import { printable } from '../output/printable.ts';
import type { Terminal } from '../output/terminal.ts';
import { describeSeeds, type OverallScenario, overall } from './overall.ts';
import type { RunTotals } from './reporter.ts';

const STOPPED = {
  interrupted: 'interrupted',
  budget: 'the time of --budget ran out',
  bail: 'stopped at the first red run (--bail)',
  error: 'an error ended the command',
} as const;

/** Prints nothing for a single run that was carried out. */
export function printOverall(terminal: Terminal, totals: RunTotals): void {
  const scenarios = overall(totals.records);
  for (const scenario of scenarios) {
    if (scenario.records.length > 1) printScenario(terminal, scenario);
  }
  const planned = totals.records.length + totals.notRun.length;
  if (planned < 2) return;
  const red = scenarios.reduce((sum, each) => sum + each.red.length, 0);
  terminal.print();
  const counted = `${totals.records.length} of ${planned} runs carried out, ${red} red`;
  terminal.print(terminal.style(['bold', totals.exitCode === 0 ? 'green' : 'red'], counted));
  if (totals.stoppedBy !== undefined) {
    terminal.print(`  ${STOPPED[totals.stoppedBy]}; ${totals.notRun.length} of ${planned} were not finished`);
  }
}

function printScenario(terminal: Terminal, { scenario, records, verdicts, red }: OverallScenario): void {
  terminal.print();
  const seeds = describeSeeds(records.map(({ seed }) => seed));
  terminal.print(`${terminal.style('bold', scenario)} over ${records.length} seeds (${seeds})`);
  const width = Math.max(...verdicts.map(({ name }) => name.length));
  for (const { name, held, of, worst, worstSeed, failedSeeds } of verdicts) {
    const good = failedSeeds.length === 0;
    const mark = terminal.style(good ? 'green' : 'red', good ? '✓' : '✗');
    const count = good ? `held in all ${of}` : `held in ${held} of ${of}`;
    terminal.print(
      `  ${mark} ${printable(name).padEnd(width)}  ${count}, worst with seed ${worstSeed}: ${formatMeasured(worst)}`,
    );
    if (!good)
      terminal.print(
        `    ${' '.repeat(width)}  failed with ${failedSeeds.length === 1 ? 'seed' : 'seeds'} ${describeSeeds(failedSeeds)}`,
      );
  }
  for (const { replay } of red) terminal.print(`  again   ${replay}`);
}
