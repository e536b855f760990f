/** Bytes by rank of the remote: what the few best give and get, as cumulative shares by group, both directions. */
import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { ReportModel } from '../report/model.ts';
import { isChosenGroup } from '../report/peer-choice.ts';
import type { ChartContext } from '../report/section.ts';
import { drawBottomAxis, FAINT } from './distributions.ts';
import { formatNumber, formatShare } from './format.ts';
import { drawCapture, drawValueAxis, type Frame } from './frame.ts';
import { createPanels } from './panels.ts';
import { groupColour } from './theme.ts';

type Shares = readonly (readonly number[] | null)[];

/** From this share on more remotes change nothing that could be seen. */
const ALL = 0.995;

/** Ranks that are of interest: until all groups have nearly everything. */
export function ranksShown({ quantities: { ranks } }: ReportModel): number {
  const needed = [...ranks.received, ...ranks.sent].map((shares) => {
    const place = shares?.findIndex((share) => share >= ALL) ?? 0;
    return place < 0 ? ranks.ranks : place + 1;
  });
  return Math.min(ranks.ranks, Math.max(3, max(needed) ?? 3));
}

export function drawRankShares(host: HTMLElement, context: ChartContext): undefined {
  const { model, selection } = context;
  const { ranks } = model.quantities;
  const panels = [
    { title: 'Received, from so many remotes', shares: ranks.received },
    { title: 'Sent, to so many remotes', shares: ranks.sent },
  ].filter(({ shares }) => shares.some((own) => own !== null));
  const frames = createPanels(host, {
    label: 'Shares of the bytes that come from, and go to, the remotes with which most is exchanged',
    height: 230,
    titles: panels.map(({ title }) => title),
    margin: { top: 26, right: 8, bottom: 48, left: 52 },
    legend: model.groups.flatMap(({ name }, group) =>
      panels.some(({ shares }) => shares[group] !== null)
        ? [
            {
              text: name,
              colour: groupColour(group),
              opacity: isChosenGroup(model, selection.selected.peers, group) ? 1 : FAINT,
            },
          ]
        : [],
    ),
  });
  for (const [index, { shares }] of panels.entries()) {
    const frame = frames[index];
    if (frame !== undefined) drawPanel(frame, context, shares);
  }
  return undefined;
}

function drawPanel(frame: Frame, { model, selection, tip }: ChartContext, shares: Shares): void {
  const shown = ranksShown(model);
  const x = scaleLinear().domain([0, shown]).range([0, frame.width]);
  const y = scaleLinear().domain([0, 1]).range([frame.height, 0]);
  drawValueAxis(frame, y, 'of its bytes', formatShare);
  drawBottomAxis(frame, {
    scale: x,
    ticks: x.ticks(6).filter(Number.isInteger),
    format: (value) => formatNumber(value),
    title: 'remotes, from the one with most bytes',
  });
  for (const [group, own] of shares.entries()) {
    if (own === null) continue;
    const points = [0, ...own.slice(0, shown)];
    frame.plot
      .append('path')
      .attr('data-mark', 'ranks')
      .attr('data-group', model.groups[group]?.name ?? '')
      .attr('data-values', own.slice(0, shown).join(' '))
      .attr(
        'd',
        line<number>()
          .x((_, rank) => x(rank))
          .y((share) => y(share))(points),
      )
      .style('fill', 'none')
      .style('stroke', groupColour(group))
      .style('stroke-opacity', isChosenGroup(model, selection.selected.peers, group) ? 1 : FAINT)
      .style('stroke-width', 2.25)
      .style('stroke-linejoin', 'round');
  }
  drawCapture(frame, tip, (fractionX) => {
    const rank = Math.min(shown, Math.max(1, Math.round(fractionX * shown)));
    return {
      heading: rank === 1 ? 'the one with most bytes' : `the ${rank} with most bytes`,
      lines: shares.flatMap((own, group) =>
        own === null ? [] : [`${model.groups[group]?.name ?? ''}: ${formatShare(own[rank - 1] ?? 0)}`],
      ),
    };
  });
}
