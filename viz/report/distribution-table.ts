/** Curves of cumulative shares as a table: all of their steps; in the page the quartiles and the ends of each. */
import type { Cell, ChartColumn, ChartTable } from './chart-table.ts';
import { type ReportDistribution, steps } from './distribution.ts';

export interface CurveRows {
  /** For the columns before the share and the value. */
  readonly cells: readonly Cell[];
  readonly distribution: ReportDistribution;
}

const SHOWN = [0.05, 0.25, 0.5, 0.75, 0.95];

export function distributionTable(
  keys: readonly ChartColumn[],
  share: ChartColumn,
  value: ChartColumn,
  curves: readonly CurveRows[],
): ChartTable {
  const rows: Cell[][] = [];
  const shown: number[] = [];
  for (const { cells, distribution } of curves) {
    const reached = steps(distribution);
    const places = SHOWN.map((wanted) => reached.findIndex(([, part]) => part >= wanted - 1e-9));
    for (const place of new Set(places)) if (place >= 0) shown.push(rows.length + place);
    for (const [at, part] of reached) rows.push([...cells, part, at]);
  }
  return { columns: [...keys, share, value], count: rows.length, row: (index) => rows[index] ?? [], shown };
}
