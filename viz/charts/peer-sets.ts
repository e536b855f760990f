/** How many connections peers had: by group over time, and on average while each was there. */
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import { isChosenGroup } from '../report/peer-choice.ts';
import type { ChartContext, Follow } from '../report/section.ts';
import { drawBands, eventsAt } from './bands.ts';
import { drawDistributions, FAINT, groupCurves, legendOf, type ValueAxis } from './distributions.ts';
import { formatDuration, formatNumber } from './format.ts';
import { drawTimeAxis, drawValueAxis, type Frame, viewScale } from './frame.ts';
import { createPanels } from './panels.ts';
import { groupColour } from './theme.ts';
import { drawTimeCursor, type PlaceText } from './time-cursor.ts';

export function drawPeerSets(host: HTMLElement, context: ChartContext): Follow | undefined {
  const { model, selection, tip } = context;
  const { peerSets } = model.quantities;
  const curves = groupCurves(model, peerSets.degree, selection.selected.peers);
  const [left, right] = createPanels(host, {
    label: 'Connections of peers by group over time, and the spread of their means',
    height: 250,
    titles: ['Connections of a present peer', 'Peers with at most so many on average'],
    margin: { top: 26, right: 8, bottom: 48, left: 46 },
    widths: [0.6, 0.4],
    legend: legendOf(curves),
  });
  if (left === undefined || right === undefined) return undefined;
  const most = peerSets.most.flat().reduce<number>((largest, value) => Math.max(largest, value ?? 0), 1);
  const scale = scaleLinear()
    .domain([0, most * 1.04])
    .range([0, right.width]);
  const axis: ValueAxis = {
    scale,
    title: 'connections on average',
    ticks: scale.ticks(Math.max(2, right.width / 60)),
    format: (value) => formatNumber(value),
  };
  drawDistributions(right, axis, curves, 'of its peers', tip, (value) => `at most ${value} connections`);
  return drawOverTime(left, context, most);
}

function drawOverTime(frame: Frame, context: ChartContext, most: number): Follow {
  const { model, selection } = context;
  const { peerSets } = model.quantities;
  const x = viewScale(frame, selection.view);
  const y = scaleLinear()
    .domain([0, most * 1.04])
    .range([frame.height, 0]);
  drawTimeAxis(frame, x);
  drawBands(frame, x, model);
  drawValueAxis(frame, y, 'mean, and fewest to most', formatNumber);
  type Point = readonly [slice: number, mean: number | null, least: number | null, most: number | null];
  for (const [group, means] of peerSets.mean.entries()) {
    const chosen = isChosenGroup(model, selection.selected.peers, group);
    const points = means.map(
      (mean, slice): Point => [
        slice,
        mean,
        peerSets.least[group]?.[slice] ?? null,
        peerSets.most[group]?.[slice] ?? null,
      ],
    );
    // A value is that of the end of its slice.
    const left = ([slice]: Point): number => x((slice + 1) * peerSets.sliceUs);
    frame.plot
      .append('path')
      .attr(
        'd',
        area<Point>()
          .defined(([, mean]) => mean !== null)
          .curve(curveStepAfter)
          .x(left)
          .y0((point) => y(point[2] ?? 0))
          .y1((point) => y(point[3] ?? 0))(points),
      )
      .style('fill', groupColour(group))
      .style('fill-opacity', chosen ? 0.13 : 0.03);
    frame.plot
      .append('path')
      .attr('data-mark', 'connections')
      .attr('data-group', model.groups[group]?.name ?? '')
      .attr('data-values', means.map((mean) => mean ?? '').join(' '))
      .attr(
        'd',
        line<Point>()
          .defined(([, mean]) => mean !== null)
          .curve(curveStepAfter)
          .x(left)
          .y(([, mean]) => y(mean ?? 0))(points),
      )
      .style('fill', 'none')
      .style('stroke', groupColour(group))
      .style('stroke-opacity', chosen ? 1 : FAINT)
      .style('stroke-width', 2);
  }
  const describe = (timeUs: number): PlaceText => {
    const slice = Math.min(peerSets.count - 1, Math.max(0, Math.floor(timeUs / peerSets.sliceUs) - 1));
    return {
      heading: formatDuration(timeUs),
      lines: [
        ...model.groups.flatMap(({ name }, group) => {
          const mean = peerSets.mean[group]?.[slice];
          if (mean === null || mean === undefined) return [];
          return [
            `${name}: ${formatNumber(mean)} on average, ${peerSets.least[group]?.[slice] ?? 0} to ${peerSets.most[group]?.[slice] ?? 0}`,
          ];
        }),
        ...eventsAt(model, timeUs),
      ],
    };
  };
  return drawTimeCursor(frame, x, context, { describe });
}
