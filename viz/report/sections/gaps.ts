/** Waits from one verified piece to the next, and from one block to the next: all, and at both ends of a download. */
import { type CurvePanel, drawCurvePanels } from '../../charts/curve-panels.ts';
import type { Curve } from '../../charts/distributions.ts';
import { formatNumber } from '../../charts/format.ts';
import { distributionTable } from '../distribution-table.ts';
import type { ReportModel } from '../model.ts';
import { everyNth } from '../peer-words.ts';
import { readGaps } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

const FIRST = { name: 'at the start', colour: 'var(--g1)' };
const LAST = { name: 'at the end', colour: 'var(--g0)' };

const known = (curves: readonly Curve[]): Curve[] => curves.filter(({ distribution }) => distribution.of > 0);

function pieceCurves({ quantities: { gaps } }: ReportModel): Curve[] {
  return known([
    { name: 'all', colour: 'var(--ink)', distribution: gaps.all },
    { ...FIRST, distribution: gaps.first },
    { ...LAST, distribution: gaps.last },
  ]);
}

function blockCurves({ quantities: { gaps } }: ReportModel): Curve[] {
  return known([
    { ...FIRST, distribution: gaps.firstBlocks },
    { ...LAST, distribution: gaps.lastBlocks },
  ]);
}

function panelsOf(model: ReportModel): CurvePanel[] {
  const panels = [
    { title: 'From piece to piece', curves: pieceCurves(model), axis: 'wait for the next piece' },
    { title: 'From block to block', curves: blockCurves(model), axis: 'wait for the next block' },
  ];
  return panels
    .filter(({ curves }) => curves.length > 0)
    .map((panel) => ({ ...panel, of: 'durations', whose: 'of the waits' }));
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
    const ends =
      gaps.first.of === 0
        ? '. There are too few pieces to tell the first and the last apart.'
        : `: all waits, those among the first ${formatNumber(gaps.edge)} pieces of each download, and those among the last ${formatNumber(gaps.edge)} of each that was completed (100, or a quarter of the pieces where that is less). A curve of the start that lies right of the others is a slow start, one of the end a last-piece problem.`;
    const kept = gaps.blocksNth > 1 ? `, of ${everyNth(gaps.blocksNth)} peer` : '';
    const blocks =
      gaps.firstBlocks.of === 0
        ? ''
        : ` Right: from one wanted block to the next, among the first and the last 100 blocks of a download (or a quarter of them)${kept}. Blocks come in bursts: several of them at one instant have no wait between them.`;
    return start + ends + blocks;
  },
  table: (model) =>
    distributionTable(
      [
        { name: 'of', title: 'From', unit: 'text' },
        { name: 'where', title: 'Where', unit: 'text' },
      ],
      { name: 'share', title: 'Waits', unit: 'share' },
      { name: 'wait_us', title: 'At most', unit: 'us' },
      [
        ...pieceCurves(model).map(({ name, distribution }) => ({ cells: ['piece', name], distribution })),
        ...blockCurves(model).map(({ name, distribution }) => ({ cells: ['block', name], distribution })),
      ],
    ),
  redrawOn: [],
  prepare: (host, context) => () =>
    drawCurvePanels(
      host,
      context,
      'Waits from one piece to the next, and from one block to the next',
      panelsOf(context.model),
    ),
};
