/**
 * How long downloads took from each peer's arrival: the share done within a time, by group, and each download in the order
 * of arrival; beside what a server alone would have taken.
 */
import { axisLeft } from 'd3-axis';
import { scaleLinear } from 'd3-scale';
import type { ChartContext } from '../report/section.ts';
import {
  type Curve,
  drawBottomAxis,
  drawDistributions,
  durationAxis,
  groupCurves,
  legendOf,
} from './distributions.ts';
import { type Dot, drawDots } from './dots.ts';
import { formatDuration, formatNumber } from './format.ts';
import { drawAxisTitle, type Frame } from './frame.ts';
import { createPanels } from './panels.ts';

const SERVER_COLOUR = 'var(--quiet)';

export function drawDownloadTimes(host: HTMLElement, context: ChartContext): undefined {
  const { model, selection, tip } = context;
  const { downloads } = model.quantities;
  const curves: Curve[] = groupCurves(model, downloads.byGroup, selection.selected.peers);
  if (downloads.server !== null) {
    curves.push({
      name: 'a server alone',
      colour: SERVER_COLOUR,
      distribution: downloads.server,
      dashed: true,
    });
  }
  const [left, right] = createPanels(host, {
    label: 'Download times by group, and in the order of arrival, beside those of a server alone',
    height: 270,
    titles: ['Done within so much time of their arrival', 'Each download, in the order of arrival'],
    margin: { top: 26, right: 6, bottom: 48, left: 52 },
    legend: legendOf(curves),
  });
  if (left === undefined || right === undefined) return;
  const values = curves.flatMap(({ distribution }) => [...distribution.values]);
  const axis = durationAxis(values, [0, left.width], 'time since arrival', 52);
  drawDistributions(left, axis, curves, 'of the downloaders', tip);
  drawByArrival(right, context, values);
}

function drawByArrival(frame: Frame, context: ChartContext, values: readonly number[]): void {
  const { model } = context;
  const { order, serverUs, stride } = model.quantities.downloads;
  const y = durationAxis(values, [frame.height, 0], 'download time', 26);
  const x = scaleLinear()
    .domain([0.5, Math.max(1.5, (order.length - 1) * stride + 1.5)])
    .range([0, frame.width]);
  frame.under
    .append('g')
    .attr('class', 'grid')
    .call(
      axisLeft(y.scale)
        .tickValues([...y.ticks])
        .tickFormat((us) => formatDuration(us as number))
        .tickSize(-frame.width)
        .tickPadding(8),
    );
  drawAxisTitle(frame, y.title);
  const [first = 1, last = 1] = x.domain();
  const ticks = x.ticks(5).filter((place) => Number.isInteger(place) && place >= first && place <= last);
  drawBottomAxis(frame, { scale: x, ticks, format: formatNumber, title: 'order of arrival' });
  const reach = Math.max(1.5, Math.min(6, (frame.width / Math.max(1, order.length)) * 0.4));
  const dash = (us: number | null, place: number): string =>
    us === null ? '' : `M${x(place * stride + 1) - reach},${y.scale(us)}h${2 * reach}`;
  frame.plot
    .append('path')
    .attr('data-mark', 'server')
    .attr('data-values', serverUs.map((us) => us ?? '').join(' '))
    .attr('d', serverUs.map(dash).join(''))
    .style('stroke', SERVER_COLOUR)
    .style('stroke-width', 1.5);
  const dots = order.map((peer, place): Dot => {
    const joinedUs = model.peers.joinedUs[peer] ?? 0;
    const completedUs = model.peers.completedUs[peer] ?? null;
    const tookUs = completedUs === null ? null : completedUs - joinedUs;
    const alone = serverUs[place] ?? null;
    return {
      peer,
      x: x(place * stride + 1),
      y: tookUs === null ? 0 : y.scale(tookUs),
      open: tookUs === null,
      lines: [
        `number ${place * stride + 1} to arrive, at ${formatDuration(joinedUs)}`,
        tookUs === null ? 'never complete' : `took ${formatDuration(tookUs)}`,
        ...(alone === null ? [] : [`from a server alone ${formatDuration(alone)}`]),
      ],
      value: tookUs ?? undefined,
    };
  });
  drawDots(frame, dots, context);
}
