/** What a finished sweep leaves behind and says: its tables, its page, and the comparisons on the terminal. */
import { join } from 'node:path';
import { nearest } from '../../scenarios/nearest.ts';
import { type Judged, judgeComparisons } from '../../scenarios/sweep/compare.ts';
import {
  alignTable,
  constantFigures,
  formatDifference,
  formatFigure,
  formatP,
  headlineOf,
  isFinding,
  verdictSentence,
} from '../../scenarios/sweep/comparison-text.ts';
import { contrastsOf, shortPath, whereOf } from '../../scenarios/sweep/contrasts.ts';
import { estimatesOf } from '../../scenarios/sweep/estimates.ts';
import type { Figure } from '../../scenarios/sweep/figures.ts';
import { formatDemand, judgeSweep, type SweepVerdict } from '../../scenarios/sweep/judge-sweep.ts';
import { inTableOrder } from '../../scenarios/sweep/run-order.ts';
import type { RunRow } from '../../scenarios/sweep/run-row.ts';
import {
  type CellEstimate,
  cellsTable,
  completionsTable,
  contrastsTable,
  runsTable,
} from '../../scenarios/sweep/tables.ts';
import { CommandError, ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../output/terminal.ts';
import { writeComparisonPage } from './comparison-page.ts';
import { type SweepRecord, writeDurably } from './sweep-folder.ts';

/** What is compared where nobody says what: whether, when and at whose cost. */
export const USUAL_METRICS: readonly string[] = [
  'complete_share',
  'download_time_mean_us',
  'completion_time_max_us',
  'seed_copies',
];

/** Most rows of a table on the terminal; all are in the files. */
const ROWS_MOST = 40;

/** Indices of the figures named, or of the usual ones. Throws `CommandError` where there is none of that name. */
export function knownMetrics(figures: readonly Figure[], names: readonly string[] | undefined): number[] {
  return (names ?? USUAL_METRICS).map((name) => {
    const index = figures.findIndex((figure) => figure.name === name);
    if (index >= 0) return index;
    const all = figures.map((figure) => figure.name);
    const near = nearest(name, all);
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    throw new CommandError(
      `--metric ${name}: there is no such column${hint}\n  there are ${all.join(', ')}`,
      ExitCode.usage,
    );
  });
}

/** Writes everything that is made of the rows, prints the most important of it, returns what `--json` prints. */
export function reportSweep(
  { folder, record, rows: unordered }: { folder: string; record: SweepRecord; rows: readonly RunRow[] },
  metrics: readonly string[] | undefined,
  results: Terminal,
): Record<string, unknown> {
  const { sweep, figures, scenario } = record;
  const rows = inTableOrder(unordered);
  const subject = { scenario, sweep, figures };
  const result = { sweep, figures, rows };
  const watched = knownMetrics(figures, metrics);
  const estimates = estimatesOf(result);
  // A shard has not all runs of a cell.
  const verdicts = record.shard === null ? judgeSweep(sweep, figures, rows) : [];
  const every = figures.map((_, index) => index);
  const all = sweep.factors.map((_, factor) => judgeComparisons(contrastsOf(result, factor, every)));
  const shown = judgeComparisons(contrastsOf(result, 0, watched));
  writeDurably(folder, 'runs.csv', runsTable(subject, rows));
  writeDurably(folder, 'completions.csv', completionsTable(subject, rows));
  writeDurably(folder, 'cells.csv', cellsTable(subject, estimates));
  writeDurably(folder, 'contrasts.csv', contrastsTable(subject, all));
  const page =
    record.shard === null
      ? writeComparisonPage(folder, 'sweep.html', {
          title: `${scenario}, sweep`,
          eyebrow: `swarmlab sweep · ${sweep.cells.length} cells × ${sweep.repetitions}, ${sweep.seeds} seeds from ${record.seed}`,
          notes: [],
          judged: shown,
          sides: [{ result, compared: { factor: 0 } }],
          command: record.command,
        })
      : undefined;
  results.print(`  ${rows.length} runs are there`);
  printRuns(results, rows);
  if (record.shard === null) {
    printCells(results, record, estimates, watched);
    printComparisons(results, record, shown);
    printDemands(results, record, verdicts);
  }
  results.print();
  results.print(`  tables  ${join(folder, 'runs.csv')}, cells.csv, contrasts.csv, completions.csv`);
  if (page !== undefined) results.print(`  page    ${page}`);
  results.print(`  again   ${record.command}`);
  return {
    scenario,
    hash: record.hash,
    folder,
    runs: rows.length,
    failed: rows.filter(({ status }) => status !== 'done').length,
    notHeld: rows.filter(({ notHeld }) => notHeld.length > 0).length,
    estimates: estimates.filter(({ figure }) =>
      watched.some((index) => figures[index]?.name === figure.name),
    ),
    expectations: verdicts.map(({ expectation, cell, ...verdict }) => ({
      name: expectation.name,
      cell: cell + 1,
      ...verdict,
    })),
    expectationsHeld: verdicts.every(({ status }) => status === 'held'),
    comparisons: shown.map((judged) => ({ ...judged, sentence: verdictSentence(judged) })),
  };
}

/** What the sweep expects of its cells, one line for each; what does not hold is never left out. */
function printDemands(terminal: Terminal, { sweep }: SweepRecord, verdicts: readonly SweepVerdict[]): void {
  if (verdicts.length === 0) return;
  terminal.print();
  terminal.print('  Expected of cells:');
  for (const { expectation, cell, status, value, interval, values } of verdicts) {
    const where = whereOf(sweep, sweep.cells[cell]?.labels ?? []);
    const number = (each: number): string => formatFigure(each, 'plain');
    const measured =
      value === undefined || status === 'no-data'
        ? `no data: ${values.length} runs have a value`
        : `${number(value)}${interval === undefined ? '' : ` (${number(interval.low)} to ${number(interval.high)})`}`;
    const sign = status === 'held' ? terminal.style('green', '✓') : terminal.style('red', '✗');
    terminal.print(
      `  ${sign} ${expectation.name}${where === '' ? '' : ` (${where})`}: ${measured}, expected ${formatDemand(expectation)}`,
    );
  }
}

function printRuns(terminal: Terminal, rows: readonly RunRow[]): void {
  const broken = rows.filter(({ status }) => status !== 'done');
  for (const { cell, rep, seed, reason } of broken.slice(0, 5)) {
    terminal.print(
      terminal.style('red', `  ✗ cell ${cell}, repetition ${rep} (seed ${seed}) failed: ${reason}`),
    );
  }
  if (broken.length > 5)
    terminal.print(`  … and ${broken.length - 5} more; see the column "reason" of runs.csv`);
  const notHeld = rows.filter(({ notHeld: names }) => names.length > 0);
  if (notHeld.length === 0) return;
  const names = [...new Set(notHeld.flatMap((row) => row.notHeld))];
  terminal.print(
    `  in ${notHeld.length} of ${rows.length} runs something did not hold that is expected: ${names.join('; ')}`,
  );
}

function printCells(
  terminal: Terminal,
  { sweep, figures }: SweepRecord,
  estimates: readonly CellEstimate[],
  watched: readonly number[],
): void {
  const rows = sweep.cells.map(({ labels }, index) => {
    const own = estimates.filter(({ cell }) => cell === index + 1);
    return [
      whereOf(sweep, labels) || `cell ${index + 1}`,
      ...watched.map((figure) => {
        const { estimate, figure: described } = own[figure] as CellEstimate;
        const mean = formatFigure(estimate.mean, described.unit);
        if (estimate.mean === undefined || estimate.meanInterval === undefined) return mean;
        const half = (estimate.meanInterval.high - estimate.meanInterval.low) / 2;
        return half === 0 ? mean : `${mean} ± ${formatFigure(half, described.unit)}`;
      }),
    ];
  });
  const heading = ['', ...watched.map((index) => shortName(figures[index] as Figure))];
  terminal.print();
  terminal.print('  Means, with 95 % intervals:');
  const [first = '', ...others] = alignTable([heading, ...rows.slice(0, ROWS_MOST)], 1);
  terminal.print(`  ${terminal.style('dim', first)}`);
  for (const line of others) terminal.print(`  ${line}`);
  if (rows.length > ROWS_MOST) terminal.print(`  … and ${rows.length - ROWS_MOST} more cells, in cells.csv`);
}

function printComparisons(terminal: Terminal, { sweep }: SweepRecord, shown: readonly Judged[]): void {
  if (shown.length === 0) return;
  const path = shortPath(sweep.factors[0]?.path ?? '');
  terminal.print();
  terminal.print(`  ${path}, each against ${shown[0]?.left}; p after Holm, over these ${shown.length}:`);
  for (const line of comparisonLines(shown, terminal)) terminal.print(`  ${line}`);
}

/** The table of comparisons, without metrics that are the same everywhere; then the findings on the most telling one as sentences. */
export function comparisonLines(judged: readonly Judged[], terminal: Terminal): string[] {
  const constant = constantFigures(judged);
  const telling = judged.filter(({ figure }) => !constant.some(({ name }) => name === figure.name));
  const rows = telling
    .slice(0, ROWS_MOST)
    .map((each) => [
      each.where,
      shortName(each.figure),
      each.right,
      formatFigure(each.rightMean, each.figure.unit),
      formatFigure(each.leftMean, each.figure.unit),
      formatDifference(each),
      formatP(each.pHolm),
      each.effect === undefined ? '–' : each.effect.toFixed(2),
      each.verdict,
    ]);
  const against = judged[0]?.left ?? '';
  const heading = ['', 'metric', 'with', 'is', against, 'difference', 'p', 'effect', ''];
  const [first = '', ...others] = alignTable([heading, ...rows], 3);
  const headline = headlineOf(telling);
  const sentences = telling
    .filter((each) => each.figure.name === headline && isFinding(each))
    .slice(0, ROWS_MOST)
    .map(
      (each) => `${terminal.style(each.verdict === 'worse' ? 'red' : 'green', '•')} ${verdictSentence(each)}`,
    );
  return [
    ...(telling.length === 0 ? [] : [terminal.style('dim', first), ...others]),
    ...(telling.length > ROWS_MOST ? [`… and ${telling.length - ROWS_MOST} more, in contrasts.csv`] : []),
    ...constant.map(({ name }) => `the same everywhere: ${name}`),
    ...sentences,
  ];
}

function shortName({ name }: Figure): string {
  return name.replace(/_(?:us|bytes)$/, '');
}
