/**
 * The tidy tables of a sweep as CSV text. Their columns are described in docs/SWEEPS.md; names and order are a
 * promise. Rows are in the order of cells and repetitions, whatever the order in which runs ended. Numbers are written
 * as they are, a value that does not exist is an empty cell.
 */
import type { Estimate } from '../statistics/estimate.ts';
import type { Judged } from './compare.ts';
import type { Figure } from './figures.ts';
import { inTableOrder } from './run-order.ts';
import type { RunRow } from './run-row.ts';
import type { ScenarioSweep } from './sweep.ts';

type Cell = string | number | null | undefined;

/** What the tables are about. */
export interface SweepSubject {
  readonly scenario: string;
  readonly sweep: Pick<ScenarioSweep, 'factors' | 'cells'>;
  readonly figures: readonly Figure[];
}

/** One row a run. */
export function* runsTable(subject: SweepSubject, rows: readonly RunRow[]): Generator<string> {
  const { scenario, sweep, figures } = subject;
  const paths = sweep.factors.map(({ path }) => path);
  yield line([
    'scenario',
    'cell',
    'rep',
    'seed',
    ...paths,
    'status',
    'reason',
    'held',
    'not_held',
    'digest',
    ...figures.map(({ name }) => name),
  ]);
  for (const row of inTableOrder(rows)) {
    const done = row.status === 'done';
    yield line([
      scenario,
      row.cell,
      row.rep,
      row.seed,
      ...labelsOf(subject, row.cell),
      row.status,
      row.reason,
      done ? (row.notHeld.length === 0 ? 1 : 0) : undefined,
      row.notHeld.join('; '),
      row.digest,
      ...figures.map((_, index) => row.figures[index]),
    ]);
  }
}

/** One row for each run and point of its curve of completion; no time where that share never completed. */
export function* completionsTable(subject: SweepSubject, rows: readonly RunRow[]): Generator<string> {
  yield line(['scenario', 'cell', 'rep', 'seed', 'share', 'download_time_us']);
  for (const row of inTableOrder(rows)) {
    for (const [point, value] of row.completions.entries()) {
      const share = Number(((point + 1) / row.completions.length).toFixed(6));
      yield line([subject.scenario, row.cell, row.rep, row.seed, share, value]);
    }
  }
}

/** What one figure of one cell comes to. */
export interface CellEstimate {
  readonly cell: number;
  readonly figure: Figure;
  readonly runs: number;
  readonly estimate: Estimate;
}

/** One row for each cell and figure. */
export function* cellsTable(subject: SweepSubject, estimates: readonly CellEstimate[]): Generator<string> {
  const paths = subject.sweep.factors.map(({ path }) => path);
  yield line([
    'scenario',
    'cell',
    ...paths,
    'figure',
    'runs',
    'n',
    'mean',
    'mean_low',
    'mean_high',
    'sd',
    'median',
    'median_low',
    'median_high',
    'min',
    'max',
  ]);
  for (const { cell, figure, runs, estimate } of estimates) {
    const { n, mean, meanInterval, sd, median, medianInterval, min, max } = estimate;
    yield line([
      subject.scenario,
      cell,
      ...labelsOf(subject, cell),
      figure.name,
      runs,
      n,
      ...[mean, meanInterval?.low, meanInterval?.high, sd].map(estimated),
      ...[median, medianInterval?.low, medianInterval?.high, min, max].map(estimated),
    ]);
  }
}

/** One row for each factor, figure, combination of the other factors and further value; all against the first value. */
export function* contrastsTable(
  subject: SweepSubject,
  byFactor: readonly (readonly Judged[])[],
): Generator<string> {
  yield line([
    'scenario',
    'factor',
    'where',
    'figure',
    'from',
    'to',
    'paired',
    'n',
    'missing',
    'from_mean',
    'to_mean',
    'difference',
    'difference_low',
    'difference_high',
    'p',
    'p_signed_rank',
    'p_permutation',
    'q',
    'effect',
    'cliffs_delta',
    'hodges_lehmann',
  ]);
  for (const [factor, judged] of byFactor.entries()) {
    for (const each of judged) {
      yield line([
        subject.scenario,
        subject.sweep.factors[factor]?.path,
        each.where,
        each.figure.name,
        each.left,
        each.right,
        each.paired ? 1 : 0,
        each.n,
        each.missing,
        ...[each.leftMean, each.rightMean, each.difference, each.interval?.low, each.interval?.high].map(
          estimated,
        ),
        ...[each.p, each.pSignedRank, each.pPermutation, each.q].map(estimated),
        ...[each.effect, each.cliffsDelta, each.hodgesLehmann].map(estimated),
      ]);
    }
  }
}

/** Estimates to eight digits: the last ones of a sum say nothing. */
export function estimated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.toPrecision(8));
}

export function labelsOf({ sweep }: Pick<SweepSubject, 'sweep'>, cell: number): readonly string[] {
  return sweep.cells[cell - 1]?.labels ?? [];
}

export function line(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

function csvCell(value: Cell): string {
  const text = value === undefined || value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
