/** Waits from one verified piece to the next: all, and at both ends of a download. */
import { drawCurvePanels } from '../../charts/curve-panels.ts';
import type { Curve } from '../../charts/distributions.ts';
import { formatNumber } from '../../charts/format.ts';
import { distributionTable } from '../distribution-table.ts';
import type { ReportModel } from '../model.ts';
import { readGaps } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

function curvesOf({ quantities: { gaps } }: ReportModel): Curve[] {
  const curves: Curve[] = [
    { name: 'all pieces', colour: 'var(--ink)', distribution: gaps.all },
    { name: `the first ${gaps.edge}`, colour: 'var(--g1)', distribution: gaps.first },
    { name: `the last ${gaps.edge}`, colour: 'var(--g0)', distribution: gaps.last },
  ];
  return curves.filter(({ distribution }) => distribution.of > 0);
}

export const GAPS: ChartSection = {
  id: 'waits',
  part: 'pieces',
  title: 'Waits between pieces',
  units: 'share of the waits by virtual time',
  appliesTo: ({ quantities }) => quantities.gaps.all.of > 0,
  reading: readGaps,
  definition({ quantities: { gaps } }) {
    const start = 'The time from one verified piece of a downloader to its next, of all downloaders together';
    if (gaps.first.of === 0)
      return `${start}. There are too few pieces to tell the first and the last apart.`;
    return `${start}: all waits, those among the first ${formatNumber(gaps.edge)} pieces of each download and those among the last ${formatNumber(gaps.edge)} of each that was completed (100, or a quarter of the pieces where that is less). A curve of the first pieces that lies right of the others is a slow start, one of the last pieces a last-piece problem.`;
  },
  table: (model) =>
    distributionTable(
      [{ name: 'pieces', title: 'Pieces', unit: 'text' }],
      { name: 'share', title: 'Waits', unit: 'share' },
      { name: 'wait_us', title: 'At most', unit: 'us' },
      curvesOf(model).map(({ name, distribution }) => ({ cells: [name], distribution })),
    ),
  redrawOn: [],
  prepare: (host, context) => () =>
    drawCurvePanels(host, context, 'Waits from one piece to the next', [
      {
        title: '',
        curves: curvesOf(context.model),
        axis: 'wait for the next piece',
        of: 'durations',
        whose: 'of the waits',
      },
    ]),
};
