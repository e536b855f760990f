/** What the runs of each cell come to, figure by figure. Pure. */
import { estimateOf } from '../statistics/estimate.ts';
import type { SweepResult } from './contrasts.ts';
import type { CellEstimate } from './tables.ts';

/** By cell, then by figure. */
export function estimatesOf({ sweep, figures, rows }: SweepResult): CellEstimate[] {
  const byCell = sweep.cells.map((_, index) => rows.filter(({ cell }) => cell === index + 1));
  return byCell.flatMap((own, index) => {
    // In the order of repetitions, whatever the order in which they ended: sums depend on it in their last digit.
    const ordered = [...own].sort((left, right) => left.rep - right.rep);
    return figures.map((figure, column) => {
      const values = ordered.map((row) => row.figures[column]).filter((value) => typeof value === 'number');
      return { cell: index + 1, figure, runs: own.length, estimate: estimateOf(values) };
    });
  });
}
