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
import { EQUAL_PEERS, meansOfEqualPeers } from './equal-peers-experiments.ts';
import { EXPERIMENTS, runExperimentRow } from './streaming-experiments.ts';

interface Table {
  readonly name: string;
  /** What swarm it is, and what the numbers are. */
  readonly title: string;
  readonly headings: readonly string[];
  readonly rows: readonly {
    readonly label: string;
    readonly outcome: (runs: number) => readonly (Estimate | undefined)[];
  }[];
}

const COLUMN = 24;

const TABLES: readonly Table[] = [
  {
    name: 'pieces-in-rounds',
    title:
      '63 equal peers unless it says otherwise, 64 pieces; times over what the seed needs to send them once',
    headings: ['last peer', 'mean peer', 'copies until all are out'],
    rows: EQUAL_PEERS.map(({ label, options }) => ({
      label,
      outcome: (runs) => {
        const { last, mean, copiesOut } = meansOfEqualPeers(options, runs);
        return [last, mean, copiesOut];
      },
    })),
  },
  ...EXPERIMENTS.map(({ name, title, rows }) => ({
    name,
    title: `${title}; in rounds`,
    headings: ['download', 'least delay', 'use of uplinks', 'download, over'],
    rows: rows.map((row) => ({
      label: row.label,
      outcome: (runs: number) => {
        const { download, leastDelay, use, over } = runExperimentRow(row, runs);
        return [download, leastDelay, use, over];
      },
    })),
  })),
];

const { values: given, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '40' } },
  allowPositionals: true,
});
const runs = Number(given.runs);
if (!Number.isInteger(runs) || runs < 2 || runs > 10_000) {
  throw new Error(`--runs ${given.runs}: a number from 2 to 10000`);
}
for (const name of positionals) {
  if (!TABLES.some((table) => table.name === name)) {
    throw new Error(`no model has ${name}: there are ${TABLES.map((table) => table.name).join(', ')}`);
  }
}
for (const { name, title, headings, rows } of TABLES) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${name}: ${title}; means with 95 % intervals, ${runs} runs`);
  const width = Math.max(...rows.map(({ label }) => label.length)) + 2;
  const line = (label: string, cells: readonly string[]): string =>
    `  ${label.padEnd(width)}${cells.map((cell) => cell.padEnd(COLUMN)).join('')}`.trimEnd();
  console.log(line('', headings));
  for (const { label, outcome } of rows) console.log(line(label, outcome(runs).map(written)));
}

function written(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '';
  const { mean, meanInterval } = estimate;
  if (mean === undefined) return 'no data';
  const interval = meanInterval && ` (${digits(meanInterval.low)} to ${digits(meanInterval.high)})`;
  return `${digits(mean)}${interval ?? ''}`;
}
