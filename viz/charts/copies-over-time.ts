/** Copies per piece over time: the band from the rarest to the most common piece, and the mean. */
import { max, maxIndex, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import type { ChartContext, Follow } from '../report/section.ts';
import { drawBands, eventsAt, headroomFor } from './bands.ts';
import { formatDuration, formatNumber } from './format.ts';
import { createFrame, drawTimeAxis, drawValueAxis, viewScale } from './frame.ts';
import { drawTimeCursor, type PlaceText } from './time-cursor.ts';

export function drawCopiesOverTime(host: HTMLElement, context: ChartContext): Follow {
  const { model, selection } = context;
  const { copies, shownUs: endUs } = model;
  const frame = createFrame(
    host,
    'Copies per piece over time',
    300,
    () => ({ top: 30, right: 4, bottom: 46, left: 40 }),
    headroomFor(model),
  );
  const slices = Array.from({ length: copies.count - copies.first }, (_, index) => copies.first + index);
  const x = viewScale(frame, selection.view);
  const y = scaleLinear()
    .domain([0, Math.max(1, max(copies.max) ?? 1)])
    .nice()
    .range([frame.height, 0]);
  const startX = (slice: number): number => x(slice * copies.sliceUs);
  const at = (column: readonly number[], slice: number): number => column[slice] ?? 0;

  drawTimeAxis(frame, x);
  drawBands(frame, x, model);
  drawValueAxis(frame, y, 'copies of a piece', (value) => formatNumber(value));
  frame.plot
    .append('path')
    .attr('data-mark', 'band')
    .attr(
      'd',
      area<number>()
        .curve(curveStepAfter)
        .x(startX)
        .y0((slice) => y(at(copies.min, slice)))
        .y1((slice) => y(at(copies.max, slice)))(slices),
    )
    .style('fill', 'var(--g1)')
    .style('fill-opacity', 0.16);
  const drawLine = (mark: string, column: readonly number[], colour: string, width: number): void => {
    const last = copies.count - 1;
    frame.plot
      .append('path')
      .attr('data-mark', mark)
      .attr('data-lowest', min(slices, (slice) => at(column, slice)) ?? 0)
      .attr('data-highest', max(slices, (slice) => at(column, slice)) ?? 0)
      .attr('data-last', at(column, last))
      .attr(
        'd',
        line<number>()
          .curve(curveStepAfter)
          .x((slice) => (slice > last ? x(endUs) : startX(slice)))
          .y((slice) => y(at(column, Math.min(slice, last))))([...slices, copies.count]),
      )
      .style('fill', 'none')
      .style('stroke', colour)
      .style('stroke-width', width)
      .style('stroke-linejoin', 'round');
  };
  drawLine('max', copies.max, 'var(--g1)', 1);
  drawLine('mean', copies.mean, 'var(--g1)', 2.25);
  drawLine('min', copies.min, 'var(--g0)', 2.25);

  const final = copies.count - 1;
  const [fromUs = 0, toUs = 1] = x.domain();
  const inView = slices.filter(
    (slice) => slice * copies.sliceUs >= fromUs && (slice + 1) * copies.sliceUs <= toUs,
  );
  const widest = maxIndex(inView, (slice) =>
    Math.min(at(copies.max, slice) - at(copies.mean, slice), at(copies.mean, slice) - at(copies.min, slice)),
  );
  const labelled = inView[widest] ?? final;
  const label = (column: readonly number[], text: string, colour: string, above: number): void => {
    const left = x((labelled + 0.5) * copies.sliceUs);
    const anchor = left < 60 ? 'start' : left > frame.width - 60 ? 'end' : 'middle';
    frame.root
      .append('text')
      .attr('class', 'direct')
      .attr('x', left)
      .attr('y', y(at(column, labelled)) - above)
      .attr('text-anchor', anchor)
      .style('fill', colour)
      .text(text);
  };
  label(copies.max, 'most common piece', 'var(--g1)', 8);
  // In a thin band only its edges have room for a name.
  const room = y(at(copies.min, labelled)) - y(at(copies.mean, labelled));
  if (room > 28) label(copies.mean, 'mean', 'var(--g1)', -4);
  const below = frame.height - y(at(copies.min, labelled)) > 24;
  label(copies.min, 'rarest piece', 'var(--g0)', below ? -18 : 7);
  const describe = (timeUs: number): PlaceText => {
    const slice = Math.min(final, Math.floor(timeUs / copies.sliceUs));
    return {
      heading: formatDuration(timeUs),
      lines:
        slice < copies.first
          ? ['nobody is here yet', ...eventsAt(model, timeUs)]
          : [
              `most common piece: ${formatNumber(at(copies.max, slice))} copies`,
              `mean: ${formatNumber(at(copies.mean, slice))}`,
              `rarest piece: ${formatNumber(at(copies.min, slice))}`,
              ...eventsAt(model, timeUs),
            ],
    };
  };
  return drawTimeCursor(frame, x, context, { describe });
}
