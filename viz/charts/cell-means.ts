/** Means of cells with their intervals, and every run behind them: a line for each place, a row of dots for each series on it. */
import { axisBottom } from 'd3-axis';
import { scaleLinear } from 'd3-scale';
import type { CompareModel, MeanMark } from '../compare/model.ts';
import { timeTicks } from './format.ts';
import { createFrame, drawCapture, type Frame, type Scale } from './frame.ts';
import { groupColour } from './theme.ts';
import type { Tip } from './tip.ts';
import { formatValue } from './value-format.ts';

const STEP = 22;
const GAP = 18;

export function drawCellMeans(host: HTMLElement, model: CompareModel, metric: number, tip: Tip): void {
  const marks = model.means.filter((mark) => mark.metric === metric);
  const described = model.metrics[metric];
  if (marks.length === 0 || described === undefined) return;
  const { unit } = described;
  const bandHeight = model.series.length * STEP + GAP;
  const frame = createFrame(
    host,
    `Means of ${described.words}`,
    model.places.length * bandHeight,
    (narrow) => ({
      top: 6,
      right: 16,
      bottom: 42,
      left: placeWidth(model.places, narrow),
    }),
  );
  const ends = marks.flatMap(({ mean, low, high, runs }) => [low ?? mean, high ?? mean, ...runs]);
  const x = valueScale(frame, Math.min(...ends), Math.max(...ends));
  drawBottomAxis(frame, x, (value) => formatValue(value, unit), unit === 'us');
  drawPlaces(frame, model.places, bandHeight);
  for (const mark of marks) {
    const top = topOf(mark, bandHeight);
    const group = frame.root
      .append('g')
      .attr('data-mark', 'mean')
      .attr('data-series', model.series[mark.series] ?? '');
    if (mark.n > 1) {
      for (const value of mark.runs) {
        group
          .append('circle')
          .attr('data-mark', 'one-run')
          .attr('cx', x(value))
          // Below the interval, which would hide those in the middle.
          .attr('cy', top + 7)
          .attr('r', 2.5)
          .style('fill', groupColour(mark.series))
          .style('fill-opacity', 0.4);
      }
    }
    if (mark.low !== null && mark.high !== null) {
      drawInterval(group, x(mark.low), x(mark.high), top, groupColour(mark.series));
    }
    group
      .append('circle')
      .attr('cx', x(mark.mean))
      .attr('cy', top)
      .attr('r', 4.5)
      .style('fill', groupColour(mark.series));
  }
  drawCapture(frame, tip, (_, fractionY) => {
    const y = fractionY * frame.height;
    const mark = marks.reduce<MeanMark | undefined>(
      (best, each) =>
        best === undefined || Math.abs(topOf(each, bandHeight) - y) < Math.abs(topOf(best, bandHeight) - y)
          ? each
          : best,
      undefined,
    );
    if (mark === undefined) return undefined;
    const interval =
      mark.low === null || mark.high === null
        ? 'one run: no interval'
        : `95 %: ${formatValue(mark.low, unit)} to ${formatValue(mark.high, unit)}`;
    return {
      heading: [model.series[mark.series], model.places[mark.place]].filter(Boolean).join(', '),
      lines: [
        `mean ${formatValue(mark.mean, unit)} of ${mark.n}`,
        interval,
        ...(mark.n > 1
          ? [
              `single runs: ${formatValue(mark.runs[0] ?? mark.mean, unit)} to ${formatValue(mark.runs.at(-1) ?? mark.mean, unit)}`,
            ]
          : []),
      ],
    };
  });
}

function topOf(
  { place, series }: { readonly place: number; readonly series: number },
  bandHeight: number,
): number {
  return place * bandHeight + GAP / 2 + (series + 0.5) * STEP;
}

/** Room for names at the left; on narrow pages they are cut. */
export function placeWidth(places: readonly string[], narrow: boolean): number {
  const longest = Math.max(0, ...places.map(({ length }) => length));
  return longest === 0 ? 12 : Math.min(narrow ? 120 : 260, longest * 7 + 16);
}

/** Some room on both sides; from 0 where that is not far away. */
export function valueScale(frame: Frame, lowest: number, highest: number): Scale {
  const span = highest - lowest || Math.abs(highest) || 1;
  const from = lowest >= 0 && lowest < span ? 0 : lowest - span * 0.06;
  return scaleLinear()
    .domain([from, highest + span * 0.06])
    .range([0, frame.width]);
}

export function drawBottomAxis(
  frame: Frame,
  x: Scale,
  format: (value: number) => string,
  isTime = false,
): void {
  const count = Math.max(2, frame.width / 110);
  const [from = 0, to = 1] = x.domain();
  // Minutes and hours are round where tens of seconds are not.
  const ticks =
    isTime && from >= 0
      ? timeTicks(to, (count * to) / (to - from)).filter((us) => us >= from)
      : x.ticks(count);
  const axis = axisBottom(x)
    .tickValues(ticks)
    .tickFormat((value) => format(value as number))
    .tickSize(-frame.height)
    .tickPadding(9);
  frame.root.append('g').attr('class', 'grid').attr('transform', `translate(0,${frame.height})`).call(axis);
}

export function drawPlaces(frame: Frame, names: readonly string[], bandHeight: number): void {
  const room = Math.floor((frame.margin.left - 12) / 6.6);
  for (const [index, name] of names.entries()) {
    frame.root
      .append('text')
      .attr('x', -12)
      .attr('y', (index + 0.5) * bandHeight + 4)
      .attr('text-anchor', 'end')
      .text(name.length > room ? `${name.slice(0, Math.max(1, room - 1))}…` : name);
    if (index === 0) continue;
    frame.root
      .append('line')
      .attr('x1', -frame.margin.left)
      .attr('x2', frame.width)
      .attr('y1', index * bandHeight)
      .attr('y2', index * bandHeight)
      .style('stroke', 'var(--line)');
  }
}

export function drawInterval(
  root: Frame['root'],
  left: number,
  right: number,
  y: number,
  colour: string,
): void {
  root
    .append('line')
    .attr('data-mark', 'interval')
    .attr('x1', left)
    .attr('x2', right)
    .attr('y1', y)
    .attr('y2', y)
    .style('stroke', colour)
    .style('stroke-width', 2.5);
  for (const end of [left, right]) {
    root
      .append('line')
      .attr('x1', end)
      .attr('x2', end)
      .attr('y1', y - 4)
      .attr('y2', y + 4)
      .style('stroke', colour)
      .style('stroke-width', 1.5);
  }
}
