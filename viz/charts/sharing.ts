/** What each peer gave against what its line could: share ratios over uplinks, and how they are spread in each group. */
import { axisLeft } from 'd3-axis';
import { scaleLinear, scaleLog } from 'd3-scale';
import type { ChartContext } from '../report/section.ts';
import { drawBottomAxis, drawDistributions, groupCurves, legendOf, type ValueAxis } from './distributions.ts';
import { type Dot, drawDots } from './dots.ts';
import { formatNumber, formatRate } from './format.ts';
import { drawAxisTitle, type Frame } from './frame.ts';
import { createPanels } from './panels.ts';

export function drawSharing(host: HTMLElement, context: ChartContext): undefined {
  const { model, selection, tip } = context;
  const { sharing } = model.quantities;
  const curves = groupCurves(model, sharing.byGroup, selection.selected.peers);
  const [left, right] = createPanels(host, {
    label: 'Share ratio of each peer over its uplink, and the spread of share ratios by group',
    height: 260,
    titles: ['Share ratio against the uplink', 'Peers with at most so high a ratio'],
    margin: { top: 26, right: 8, bottom: 48, left: 52 },
    legend: legendOf(curves),
  });
  if (left === undefined || right === undefined) return;
  const most = Math.max(1, ...sharing.ratio);
  drawOverUplinks(left, context, most);
  const scale = scaleLinear()
    .domain([0, most * 1.04])
    .range([0, right.width]);
  const axis: ValueAxis = {
    scale,
    title: 'share ratio',
    ticks: scale.ticks(5),
    format: (value) => formatNumber(value, 2),
  };
  drawRatioOne(right, scale(1));
  drawDistributions(right, axis, curves, 'of its peers', tip, (value) => `ratio of at most ${value}`);
}

function drawOverUplinks(frame: Frame, context: ChartContext, most: number): void {
  const { model } = context;
  const { peers, up, ratio } = model.quantities.sharing;
  const rates = up.filter((rate) => rate > 0);
  const slowest = rates.reduce((least, rate) => Math.min(least, rate), rates[0] ?? 1);
  const fastest = rates.reduce((largest, rate) => Math.max(largest, rate), slowest);
  const x = scaleLog()
    .domain([slowest / 1.3, fastest * 1.3])
    .range([0, frame.width])
    .clamp(true);
  const y = scaleLinear()
    .domain([0, most * 1.04])
    .range([frame.height, 0]);
  frame.under
    .append('g')
    .attr('class', 'grid')
    .call(
      axisLeft(y)
        .ticks(5)
        .tickFormat((value) => formatNumber(value as number, 2))
        .tickSize(-frame.width)
        .tickPadding(8),
    );
  drawAxisTitle(frame, 'copies of the content sent');
  drawBottomAxis(frame, {
    scale: x,
    ticks: rateTicks(slowest / 1.3, fastest * 1.3, frame.width / 90),
    format: formatRate,
    title: 'uplink, log scale',
  });
  frame.under
    .append('line')
    .attr('x2', frame.width)
    .attr('y1', y(1))
    .attr('y2', y(1))
    .style('stroke', 'var(--quiet)')
    .style('stroke-dasharray', '4 3');
  const dots = peers.map((peer, place): Dot => {
    const [rate = 0, given = 0] = [up[place], ratio[place]];
    return {
      peer,
      x: x(Math.max(slowest / 1.3, rate)),
      y: y(given),
      open: false,
      lines: [`share ratio ${formatNumber(given, 2)}`, `uplink ${rate > 0 ? formatRate(rate) : 'none'}`],
      value: given,
    };
  });
  drawDots(frame, dots, context);
}

function drawRatioOne(frame: Frame, left: number): void {
  frame.under
    .append('line')
    .attr('x1', left)
    .attr('x2', left)
    .attr('y2', frame.height)
    .style('stroke', 'var(--quiet)')
    .style('stroke-dasharray', '4 3');
}

/** Round bit rates between two rates in bytes per second: one, two and five of each power of ten, or fewer of them. */
function rateTicks(from: number, to: number, most: number): number[] {
  for (const digits of [[1, 2, 5], [1, 3], [1]]) {
    const ticks: number[] = [];
    for (let power = 1; power < to * 8; power *= 10) {
      for (const digit of digits) {
        const rate = (digit * power) / 8;
        if (rate >= from && rate <= to) ticks.push(rate);
      }
    }
    if (ticks.length <= most) return ticks;
  }
  return [];
}
