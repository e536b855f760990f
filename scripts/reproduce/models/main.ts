/**
 * `npm run models`: what the models say that published results are held against, and what each thing that an ordinary client does
 * differently does to it. Prints a table for each scenario that quotes one.
 *
 *   npm run models                       all tables, 40 runs a row
 *   npm run models -- <scenario>         the tables of these scenarios
 *   npm run models -- --runs <number>    other runs a row, with seeds from 1
 */
import { parseArgs } from 'node:util';
import type { Estimate } from '../../../src/scenarios/statistics/estimate.ts';
import { digits } from '../table.ts';
import { EXPERIMENTS, type RowOutcome, runExperimentRow } from './streaming-experiments.ts';

const HEADINGS = ['', 'download', 'least delay', 'use of uplinks', 'download, over'];
const WIDTHS = [0, 22, 22, 24, 24];

const { values: given, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '40' } },
  allowPositionals: true,
});
const runs = Number(given.runs);
if (!Number.isInteger(runs) || runs < 2 || runs > 10_000) {
  throw new Error(`--runs ${given.runs}: a number from 2 to 10000`);
}
for (const name of positionals) {
  if (!EXPERIMENTS.some((experiment) => experiment.name === name)) {
    throw new Error(`no model has ${name}: there are ${EXPERIMENTS.map((each) => each.name).join(', ')}`);
  }
}
for (const { name, title, rows } of EXPERIMENTS) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${name}: ${title}; means in rounds with 95 % intervals, ${runs} runs`);
  const width = Math.max(...rows.map(({ label }) => label.length)) + 2;
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => cell.padEnd(index === 0 ? width : (WIDTHS[index] ?? 0))).join('');
  console.log(`  ${line(HEADINGS).trimEnd()}`);
  for (const row of rows) console.log(`  ${line(cellsOf(runExperimentRow(row, runs))).trimEnd()}`);
}

function cellsOf({ label, download, leastDelay, use, over }: RowOutcome): string[] {
  return [
    label,
    written(download),
    written(leastDelay),
    written(use),
    over === undefined ? '' : written(over),
  ];
}

function written({ mean, meanInterval }: Estimate): string {
  if (mean === undefined) return 'no data';
  const interval = meanInterval && ` (${digits(meanInterval.low)} to ${digits(meanInterval.high)})`;
  return `${digits(mean)}${interval ?? ''}`;
}
