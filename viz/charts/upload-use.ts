/**
 * Upload use by group: which share of its uplinks each group has in use, over time. One strip a group, all on the same
 * scales, because the lines of a healthy swarm lie on top of each other.
 */
import { max } from 'd3-array';
import { axisLeft } from 'd3-axis';
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import type { ReportModel } from '../report/model.ts';
import { formatDuration, formatShare } from './format.ts';
import { createFrame, drawTimeAxis, drawTimePointer, type Frame, type Scale, timeScale } from './frame.ts';
import { groupColour } from './theme.ts';
import type { Tip } from './tip.ts';

const STRIP = 84;
const HEADING = 30;

export function drawUploadUse(host: HTMLElement, model: ReportModel, tip: Tip): void {
  const { use, groups, shownUs: endUs } = model;
  const shown = [...groups.keys()].filter((group) => use.shares[group]?.some((share) => share !== null));
  const height = Math.max(1, shown.length) * (STRIP + HEADING);
  const frame = createFrame(host, 'Share of uplinks in use over time, by group', height, () => ({
    top: 4,
    right: 4,
    bottom: 46,
    left: 48,
  }));
  const highest = max(use.shares, (shares) => max(shares, (share) => share ?? 0)) ?? 0;
  const x = timeScale(frame, endUs);
  drawTimeAxis(frame, x);
  for (const [place, group] of shown.entries()) {
    const bottom = (place + 1) * (STRIP + HEADING);
    const y = scaleLinear()
      .domain([0, Math.max(1, highest)])
      .range([bottom, bottom - STRIP]);
    drawStrip(frame, model, group, x, y);
  }
  drawTimePointer(frame, x, tip, (timeUs) => {
    const slice = Math.min(use.count - 1, Math.floor(timeUs / use.sliceUs));
    return {
      heading: formatDuration(timeUs),
      lines: groups.map((group, index) => {
        const share = use.shares[index]?.[slice] ?? null;
        return `${group.name}: ${share === null ? 'nobody here' : formatShare(share)}`;
      }),
    };
  });
}

function drawStrip(frame: Frame, model: ReportModel, index: number, x: Scale, y: Scale): void {
  const { use, groups } = model;
  const group = groups[index];
  const shares = use.shares[index];
  if (group === undefined || shares === undefined) return;
  frame.root
    .append('g')
    .attr('class', 'grid')
    .call(
      axisLeft(y)
        .tickValues([0, 0.5, 1])
        .tickFormat((share) => formatShare(share as number))
        .tickSize(-frame.width)
        .tickPadding(8),
    );
  const left = (slice: number): number => Math.min(frame.width, x(slice * use.sliceUs));
  // The value of the last slice is drawn to its right edge, hence one more point for each run of values.
  const points = shares.map((share, slice) => share ?? shares[slice - 1] ?? null);
  points.push(shares[shares.length - 1] ?? null);
  const colour = groupColour(index);
  frame.root
    .append('path')
    .attr(
      'd',
      area<number | null>()
        .curve(curveStepAfter)
        .defined((share) => share !== null)
        .x((_, slice) => left(slice))
        .y0(y(0))
        .y1((share) => y(share ?? 0))(points),
    )
    .style('fill', colour)
    .style('fill-opacity', 0.16);
  frame.root
    .append('path')
    .attr('data-mark', 'use')
    .attr('data-group', group.name)
    .attr('data-used', group.capacityBytes > 0 ? group.usedBytes / group.capacityBytes : null)
    .attr(
      'd',
      line<number | null>()
        .curve(curveStepAfter)
        .defined((share) => share !== null)
        .x((_, slice) => left(slice))
        .y((share) => y(share ?? 0))(points),
    )
    .style('fill', 'none')
    .style('stroke', colour)
    .style('stroke-width', 1.75)
    .style('stroke-linejoin', 'round');
  const used = group.capacityBytes > 0 ? ` · ${formatShare(group.usedBytes / group.capacityBytes)}` : '';
  frame.root
    .append('text')
    .attr('class', 'direct')
    .attr('y', y.range()[1] ?? 0)
    .attr('dy', -9)
    .style('fill', colour)
    .text(group.name + used);
}
