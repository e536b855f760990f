/** Download times laid over one another: which share of the downloaders needed no longer than so much, series by series. */

import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { CompareModel } from '../compare/model.ts';
import { formatDuration, formatShare } from './format.ts';
import { createFrame, drawCapture, drawTimeAxis, drawValueAxis, timeScale } from './frame.ts';
import { groupColour } from './theme.ts';
import type { Tip } from './tip.ts';

type Point = readonly [us: number, share: number];

export function drawCompletionOverlay(host: HTMLElement, model: CompareModel, place: number, tip: Tip): void {
  const marks = model.curves.filter((mark) => mark.place === place);
  const times = marks.flatMap(({ middle, runs }) => [middle, ...runs].flat()).filter((us) => us !== null);
  const frame = createFrame(host, 'Share of downloaders by download time', 280, () => ({
    top: 30,
    right: 8,
    bottom: 46,
    left: 48,
  }));
  const x = timeScale(frame, Math.max(1, ...times) * 1.03);
  const y = scaleLinear().domain([0, 1]).range([frame.height, 0]);
  drawTimeAxis(frame, x);
  frame.root.select('.axis-title').text('download time, from arrival');
  drawValueAxis(frame, y, 'downloaders complete', formatShare);
  const path = line<Point>()
    .x(([us]) => x(us))
    .y(([, share]) => y(share));
  for (const { series, runs } of marks) {
    for (const run of runs) {
      frame.root
        .append('path')
        .attr('data-mark', 'run')
        .attr('d', path(pointsOf(run)))
        .style('fill', 'none')
        .style('stroke', groupColour(series))
        .style('stroke-opacity', 0.3);
    }
  }
  for (const { series, middle } of marks) {
    frame.root
      .append('path')
      .attr('data-mark', 'middle')
      .attr('data-series', model.series[series] ?? '')
      .attr('d', path(pointsOf(middle)))
      .style('fill', 'none')
      .style('stroke', groupColour(series))
      .style('stroke-width', 2.5)
      .style('stroke-linejoin', 'round');
  }
  drawCapture(frame, tip, (fractionX) => {
    const us = x.invert(fractionX * frame.width);
    return {
      heading: formatDuration(Math.round(us)),
      lines: marks.map(
        ({ series, middle }) => `${model.series[series]}: ${formatShare(shareBy(middle, us))}`,
      ),
    };
  });
}

/** From nothing at the first point up; a share that never completed has no point. */
function pointsOf(times: readonly (number | null)[]): Point[] {
  return times.flatMap((us, index): Point[] => (us === null ? [] : [[us, (index + 1) / times.length]]));
}

function shareBy(times: readonly (number | null)[], us: number): number {
  return times.filter((time) => time !== null && time <= us).length / Math.max(1, times.length);
}
