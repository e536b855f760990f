/**
 * The numbers of a chart: all of them as CSV, a few in the page. One description serves both, so that they cannot differ.
 * Column names are those of the run's own tables where these have them; values are in their smallest unit there (time_us).
 */
import { formatBytes, formatDuration, formatNumber, formatRate, formatShare } from '../charts/format.ts';
import { element, table } from './elements.ts';

export type Cell = number | string | null;
export type CellUnit = 'us' | 'bytes' | 'bytes/s' | 'share' | 'number' | 'text';

export interface ChartColumn {
  /** In the CSV, with its unit: `time_us`, `sent_bytes_per_s`. */
  readonly name: string;
  /** In the page. */
  readonly title: string;
  readonly unit: CellUnit;
  /** What the page shows for null; "–" where not given. */
  readonly none?: string;
}

export interface ChartTable {
  readonly columns: readonly ChartColumn[];
  readonly count: number;
  /** Row `index`, a cell for each column. Made when asked for: a map may have a million rows. */
  row(index: number): readonly Cell[];
  /** The rows that the page shows; a dozen of them, evenly, where not given. */
  readonly shown?: readonly number[];
}

const ROWS = 12;

export function renderTable(chart: ChartTable): HTMLElement {
  const rows = (chart.shown ?? evenly(chart.count)).map((index) =>
    chart.row(index).map((cell, column) => formatCell(cell, chart.columns[column])),
  );
  const numbersFrom = chart.columns.findIndex(({ unit }, index) => index > 0 && unit !== 'text');
  return table(
    'numbers',
    chart.columns.map(({ title }) => title),
    rows,
    numbersFrom < 0 ? Number.POSITIVE_INFINITY : numbersFrom,
  );
}

/** RFC 4180 with one header line, as the tables of a run. */
export function csvOf({ columns, count, row }: ChartTable): string {
  const lines = [columns.map(({ name }) => quote(name)).join(',')];
  for (let index = 0; index < count; index++) lines.push(row(index).map(csvCell).join(','));
  return `${lines.join('\n')}\n`;
}

function csvCell(cell: Cell): string {
  return cell === null ? '' : quote(String(cell));
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function formatCell(cell: Cell, column: ChartColumn | undefined): Node | string {
  if (cell === null) return column?.none ?? '–';
  if (typeof cell === 'string') return cell;
  switch (column?.unit) {
    case 'us':
      return formatDuration(cell);
    case 'bytes':
      return formatBytes(cell);
    case 'bytes/s':
      return formatRate(cell);
    case 'share':
      return formatShare(cell);
    default:
      return formatNumber(cell, 2);
  }
}

/** What stands below the numbers: that there are more. */
export function renderTableNote(chart: ChartTable): HTMLElement {
  const shown = chart.shown?.length ?? Math.min(ROWS, chart.count);
  const text =
    shown < chart.count
      ? `${formatNumber(shown)} of ${formatNumber(chart.count)} rows; all of them are in the CSV of this chart.`
      : '';
  return element('p', { className: 'note' }, [text]);
}

/** About a dozen places spread over `count`, always with the last. */
function evenly(count: number): number[] {
  const shown = Math.min(ROWS, count);
  return Array.from({ length: shown }, (_, index) => Math.round(((index + 1) * count) / shown) - 1);
}
