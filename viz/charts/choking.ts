/**
 * Whether interest is answered: how many pairs were interested and unchoked for how long, while the sender was downloading
 * and after it was complete; and what of the time of its downloads each group spent unchoked or waiting for it.
 */
import { axisLeft } from 'd3-axis';
import { scaleLinear } from 'd3-scale';
import type { ReportChokePairs } from '../report/model-quantities.ts';
import type { ChartContext } from '../report/section.ts';
import { drawCellImage, drawColourKey } from './cell-image.ts';
import { drawBottomAxis } from './distributions.ts';
import { formatCount, formatDuration, formatNumber, formatTick, timeTicks } from './format.ts';
import { drawAxisTitle, drawCapture, type Frame } from './frame.ts';
import { createPanels } from './panels.ts';

export function drawChoking(host: HTMLElement, context: ChartContext): undefined {
  const { choking } = context.model.quantities;
  const kinds = [
    { title: 'Senders that were still downloading', pairs: choking.leeching },
    { title: 'Senders that were complete', pairs: choking.seeding },
  ].filter(({ pairs }) => pairs.pairs > 0);
  const frames = createPanels(host, {
    label: 'How long pairs of peers were interested and how long they were unchoked',
    height: 250,
    titles: kinds.map(({ title }) => title),
    margin: { top: 40, right: 10, bottom: 48, left: 52 },
  });
  for (const [index, { pairs }] of kinds.entries()) {
    const frame = frames[index];
    if (frame !== undefined) drawPairs(frame, context, pairs);
  }
  return undefined;
}

function drawPairs(
  frame: Frame,
  { tip }: ChartContext,
  { bins, binUs, counts, pairs }: ReportChokePairs,
): void {
  const endUs = bins * binUs;
  const x = scaleLinear().domain([0, endUs]).range([0, frame.width]);
  const y = scaleLinear().domain([0, endUs]).range([frame.height, 0]);
  const most = Math.max(1, ...counts);
  drawBottomAxis(frame, {
    scale: x,
    ticks: timeTicks(endUs, frame.width / 80),
    format: formatTick,
    title: 'receiver interested in sender',
  });
  frame.under
    .append('g')
    .attr('class', 'grid')
    .call(
      axisLeft(y)
        .tickValues(timeTicks(endUs, frame.height / 55))
        .tickFormat((us) => formatTick(us as number))
        .tickSize(-frame.width)
        .tickPadding(8),
    );
  drawAxisTitle(frame, 'unchoked by it');
  // The few cells with thousands of pairs would leave all others dark.
  const tone = (count: number): number => Math.sqrt(count / most);
  // Rows of an image run downwards.
  const values = Float64Array.from(counts, (_, cell) => {
    const count = counts[(bins - 1 - Math.floor(cell / bins)) * bins + (cell % bins)] ?? 0;
    return count === 0 ? Number.NaN : tone(count);
  });
  drawCellImage(frame, {
    columns: bins,
    rows: bins,
    values,
    x: 0,
    y: 0,
    width: frame.width,
    height: frame.height,
  })
    .attr(
      'data-count',
      counts.reduce((sum, count) => sum + count, 0),
    )
    .attr('data-most', most);
  frame.plot
    .append('line')
    .attr('x1', 0)
    .attr('y1', frame.height)
    .attr('x2', frame.width)
    .attr('y2', 0)
    .style('stroke', 'var(--quiet)')
    .style('stroke-dasharray', '4 3');
  drawColourKey(frame, frame.width, -22, formatCount(most, 'pair'));
  drawCapture(frame, tip, (fractionX, fractionY) => {
    const column = Math.min(bins - 1, Math.floor(fractionX * bins));
    const row = Math.min(bins - 1, Math.floor((1 - fractionY) * bins));
    const span = (from: number): string =>
      `${formatDuration(from * binUs)} to ${formatDuration((from + 1) * binUs)}`;
    return {
      heading: `${formatCount(counts[row * bins + column] ?? 0, 'pair')} of ${formatNumber(pairs)}`,
      lines: [`interested ${span(column)}`, `unchoked ${span(row)}`],
    };
  });
}
