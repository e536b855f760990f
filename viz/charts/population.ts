/**
 * Population: how many present peers hold everything (seeds) and how many do not (leechers), stacked over time, and on
 * top those that are away for a while; a line counts the present ones whose data cap is used up.
 */
import { bisectRight, max, maxIndex } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import type { ReportModel } from '../report/model.ts';
import type { ChartContext, Follow } from '../report/section.ts';
import { drawBands, eventsAt, headroomFor } from './bands.ts';
import { formatDuration, formatNumber } from './format.ts';
import { createFrame, drawTimeAxis, drawValueAxis, type Scale, viewScale } from './frame.ts';
import { drawTimeCursor, type PlaceText } from './time-cursor.ts';

export function drawPopulation(host: HTMLElement, context: ChartContext): Follow {
  const { model, selection } = context;
  const { population, endUs } = model;
  const { timeUs: times, seeds, leechers, away, capped } = population;
  const frame = createFrame(
    host,
    'Number of seeds, leechers and peers away over time',
    220,
    () => ({ top: 30, right: 4, bottom: 46, left: 40 }),
    headroomFor(model),
  );
  const total = times.map((_, index) => (seeds[index] ?? 0) + (leechers[index] ?? 0));
  const all = times.map((_, index) => (total[index] ?? 0) + (away[index] ?? 0));
  const x = viewScale(frame, selection.view);
  const y = scaleLinear()
    .domain([0, Math.max(1, max(all) ?? 1)])
    .nice()
    .range([frame.height, 0]);
  drawTimeAxis(frame, x);
  drawBands(frame, x, model);
  drawValueAxis(
    frame,
    y,
    away.some((count) => count > 0) ? 'peers present, and away' : 'peers present',
    (value) => formatNumber(value),
  );
  const rows = [...times.keys(), times.length];
  const row = (index: number): number => Math.min(index, times.length - 1);
  const layer = (
    mark: string,
    colour: string,
    low: (index: number) => number,
    high: (index: number) => number,
  ): void => {
    frame.plot
      .append('path')
      .attr('data-mark', mark)
      .attr('data-last', high(times.length - 1) - low(times.length - 1))
      .attr(
        'd',
        times.length === 0
          ? ''
          : area<number>()
              .curve(curveStepAfter)
              .x((index) => x(times[index] ?? endUs))
              .y0((index) => y(low(row(index))))
              .y1((index) => y(high(row(index))))(rows),
      )
      .style('fill', colour)
      .style('fill-opacity', 0.85);
  };
  layer(
    'seeds',
    'var(--g2)',
    () => 0,
    (index) => seeds[index] ?? 0,
  );
  layer(
    'leechers',
    'var(--g1)',
    (index) => seeds[index] ?? 0,
    (index) => total[index] ?? 0,
  );
  if (away.some((count) => count > 0)) {
    layer(
      'away',
      'var(--s-away)',
      (index) => total[index] ?? 0,
      (index) => all[index] ?? 0,
    );
  }
  if (capped.some((count) => count > 0)) {
    frame.plot
      .append('path')
      .attr('data-mark', 'capped')
      .attr('data-highest', max(capped) ?? 0)
      .attr(
        'd',
        line<number>()
          .curve(curveStepAfter)
          .x((index) => x(times[index] ?? endUs))
          .y((index) => y(capped[row(index)] ?? 0))(rows),
      )
      .style('fill', 'none')
      .style('stroke', 'var(--s-capped)')
      .style('stroke-width', 2.5);
  }
  drawLayerLabels(frame, model, x, y);
  const describe = (timeUs: number): PlaceText => {
    const index = bisectRight(times as number[], timeUs) - 1;
    return {
      heading: formatDuration(timeUs),
      lines: [
        `leechers: ${formatNumber(leechers[index] ?? 0)}`,
        `seeds: ${formatNumber(seeds[index] ?? 0)}`,
        ...(max(away) ? [`away: ${away[index] ?? 0}`] : []),
        ...(max(capped) ? [`data cap used up: ${capped[index] ?? 0}`] : []),
        ...eventsAt(model, timeUs),
      ],
    };
  };
  return drawTimeCursor(frame, x, context, { describe });
}

/** Within the layers, where they are thickest; a layer too thin for a name goes without. */
function drawLayerLabels(
  frame: ReturnType<typeof createFrame>,
  model: ReportModel,
  x: Scale,
  y: Scale,
): void {
  const { timeUs, seeds, leechers, away, capped } = model.population;
  const place = (
    column: readonly number[],
    below: readonly number[] | undefined,
    text: string,
    colour: string,
  ): void => {
    const peak = maxIndex(column);
    const most = column[peak] ?? 0;
    if (y(0) - y(most) < 24) return;
    const half = column.findIndex((count) => count >= most / 2);
    const fromX = x(timeUs[half] ?? 0);
    const untilX = x(
      timeUs[column.findIndex((count, index) => index > peak && count < most / 2)] ?? model.endUs,
    );
    const fits = untilX - fromX > 64;
    const left = Math.min(frame.width - 24, Math.max(24, fits ? (fromX + untilX) / 2 : x(timeUs[peak] ?? 0)));
    const row = bisectRight(timeUs as number[], x.invert(left)) - 1;
    const base = below?.[row] ?? 0;
    const label = frame.root.append('text').attr('x', left).attr('text-anchor', 'middle').text(text);
    if (fits) label.attr('class', 'direct on-colour').attr('y', y(base + (column[row] ?? 0) / 2) + 4);
    else
      label
        .attr('class', 'direct')
        .attr('y', y(base + most) - 8)
        .style('fill', colour);
  };
  place(seeds, undefined, 'seeds', 'var(--g2)');
  place(leechers, seeds, 'leechers', 'var(--g1)');
  const present = seeds.map((count, row) => count + (leechers[row] ?? 0));
  place(away, present, 'away', 'var(--quiet)');
  const peak = maxIndex(capped);
  const most = capped[peak] ?? 0;
  if (most === 0) return;
  const left = Math.min(frame.width - 60, Math.max(60, x(timeUs[peak] ?? 0)));
  frame.root
    .append('text')
    .attr('class', 'direct')
    .attr('x', left)
    .attr('y', y(most) - 6)
    .attr('text-anchor', 'middle')
    .style('fill', 'var(--s-capped)')
    .text('data cap used up');
}
