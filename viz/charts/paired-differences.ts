/** Differences: a dot for each pair of runs, their mean with its interval, and the line at which there is none. */
import type { CompareModel } from '../compare/model.ts';
import { drawBottomAxis, drawInterval, drawPlaces, placeWidth, valueScale } from './cell-means.ts';
import { createFrame, drawCapture } from './frame.ts';
import { groupColour } from './theme.ts';
import type { Tip } from './tip.ts';
import { formatPercent, formatValue } from './value-format.ts';

const BAND = 34;

export function drawDifferences(host: HTMLElement, model: CompareModel, metric: number, tip: Tip): void {
  const marks = model.differences.filter((mark) => mark.metric === metric);
  const described = model.metrics[metric];
  if (marks.length === 0 || described === undefined) return;
  // All in one unit: a part of nothing is no part.
  const relative = marks.every((mark) => mark.relative);
  const format = (value: number): string =>
    relative ? formatPercent(value) : formatValue(value, described.unit);
  const names = marks.map(({ place, series }) =>
    [model.series[series], model.places[place]].filter(Boolean).join(', '),
  );
  const frame = createFrame(host, `Differences in ${described.words}`, marks.length * BAND, (narrow) => ({
    top: 6,
    right: 16,
    bottom: 42,
    left: placeWidth(names, narrow),
  }));
  const values = marks.flatMap(({ changes, mean, low, high }) => [
    0,
    mean,
    low ?? mean,
    high ?? mean,
    ...changes,
  ]);
  const x = valueScale(frame, Math.min(...values) - 1e-9, Math.max(...values));
  drawBottomAxis(frame, x, format);
  drawPlaces(frame, names, BAND);
  frame.root
    .append('line')
    .attr('data-mark', 'none')
    .attr('x1', x(0))
    .attr('x2', x(0))
    .attr('y1', 0)
    .attr('y2', frame.height)
    .style('stroke', 'var(--ink)')
    .style('stroke-width', 1.25);
  for (const [index, mark] of marks.entries()) {
    const y = (index + 0.5) * BAND;
    const colour = groupColour(mark.series);
    const row = frame.root.append('g').attr('data-mark', 'difference').attr('data-verdict', mark.verdict);
    for (const change of mark.changes) {
      row
        .append('circle')
        .attr('cx', x(change))
        .attr('cy', y)
        .attr('r', 3.2)
        .style('fill', colour)
        .style('fill-opacity', 0.3);
    }
    if (mark.low !== null && mark.high !== null) drawInterval(row, x(mark.low), x(mark.high), y, colour);
    row
      .append('circle')
      .attr('cx', x(mark.mean))
      .attr('cy', y)
      .attr('r', 5)
      .style('fill', mark.verdict === 'unclear' || mark.verdict === 'same' ? 'var(--page)' : colour)
      .style('stroke', colour)
      .style('stroke-width', 2);
  }
  drawCapture(frame, tip, (_, fractionY) => {
    const index = Math.min(marks.length - 1, Math.floor(fractionY * marks.length));
    const mark = marks[index];
    if (mark === undefined) return undefined;
    const interval =
      mark.low === null || mark.high === null ? [] : [`95 %: ${format(mark.low)} to ${format(mark.high)}`];
    return { heading: names[index] ?? '', lines: [`mean ${format(mark.mean)}`, ...interval, mark.verdict] };
  });
}
