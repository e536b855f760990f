/**
 * Completion: the share of downloaders that have every piece, over time, for all and by group, beside the curve that no
 * protocol could have bettered on these lines.
 */
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import { chosenGroup, isChosenGroup } from '../report/peer-choice.ts';
import type { ChartContext, Follow } from '../report/section.ts';
import { drawBands, eventsAt, headroomFor } from './bands.ts';
import { formatDuration, formatNumber, formatShare } from './format.ts';
import { createFrame, drawTimeAxis, drawValueAxis, type Scale, viewScale } from './frame.ts';
import { groupColour } from './theme.ts';
import { thinSteps } from './thin-steps.ts';
import { drawTimeCursor, type PlaceText } from './time-cursor.ts';

type Step = readonly [timeUs: number, share: number];

export function drawCompletionCurve(host: HTMLElement, context: ChartContext): Follow {
  const { model, selection } = context;
  const { completion, facts, groups, peers } = model;
  const endUs = Math.max(model.shownUs, selection.view.toUs);
  const choice = selection.selected.peers;
  const frame = createFrame(
    host,
    'Share of downloaders complete over time',
    320,
    () => ({ top: 30, right: 4, bottom: 46, left: 48 }),
    headroomFor(model),
  );
  const x = viewScale(frame, selection.view);
  const y = scaleLinear().domain([0, 1]).range([frame.height, 0]);
  const downloading = groups
    .map((group, index) => ({ ...group, index }))
    .filter((group) => group.downloaders > 0);
  const completedUs = completion.peers.map((peer) => peers.completedUs[peer] ?? 0);
  const drawn = (timesUs: readonly number[]): Step[] =>
    thinSteps(steps(timesUs, facts.downloaders), ([us]) => x(us));
  const all = drawn(completedUs);
  const bound = drawn(completion.boundUs);

  drawTimeAxis(frame, x);
  drawBands(frame, x, model);
  drawValueAxis(frame, y, 'downloaders complete', formatShare);
  if (completion.boundUs.length > 0) drawBound(frame.plot, x, y, bound);
  const path = line<Step>()
    .curve(curveStepAfter)
    .x((step) => x(step[0]))
    .y((step) => y(step[1]));
  const labels: PlacedLabel[] = [];
  if (downloading.length > 1) {
    for (const group of downloading) {
      const own = completion.peers.filter((peer) => peers.group[peer] === group.index);
      const times = own.map((peer) => peers.completedUs[peer] ?? 0);
      const points: Step[] = [...steps(times, group.downloaders), [endUs, own.length / group.downloaders]];
      const isChosen = isChosenGroup(model, choice, group.index);
      frame.plot
        .append('path')
        .attr('data-mark', 'group')
        .attr('data-group', group.name)
        .attr('d', path(thinSteps(points, ([us]) => x(us))))
        .style('fill', 'none')
        .style('stroke', groupColour(group.index))
        .style('stroke-width', choice !== undefined && isChosen ? 3 : 1.5)
        .style('stroke-opacity', isChosen ? 1 : 0.25);
      if (!isChosen) continue;
      labels.push(groupLabel(points, group.name, groupColour(group.index), x, y, frame.narrow));
    }
  }
  frame.plot
    .append('path')
    .attr('data-mark', 'all')
    .attr('data-completed', completion.peers.length)
    .attr('data-last-us', facts.lastCompletedUs)
    .attr('d', path([...all, [endUs, completion.peers.length / Math.max(1, facts.downloaders)]]))
    .style('fill', 'none')
    .style('stroke', 'var(--ink)')
    .style('stroke-width', 2.5)
    .style('stroke-linejoin', 'round');
  drawPlacedLabels(frame, labels);
  frame.root
    .append('text')
    .attr('class', 'direct')
    .attr('x', frame.width)
    .attr('y', y(completion.peers.length / Math.max(1, facts.downloaders)) - 8)
    .attr('text-anchor', 'end')
    .style('fill', 'var(--ink)')
    .text('everyone');
  drawChosenPeer(frame, x, y, context, completedUs);
  if (
    facts.boundUs !== null &&
    facts.boundUs >= selection.view.fromUs &&
    facts.boundUs <= selection.view.toUs
  )
    drawBoundMark(frame, x(facts.boundUs), facts.boundUs);

  const describe = (timeUs: number): PlaceText => {
    const done = completedUs.filter((us) => us <= timeUs).length;
    const possible = completion.boundUs.filter((us) => us <= timeUs).length;
    return {
      heading: formatDuration(timeUs),
      lines: [
        `${formatNumber(done)} of ${formatNumber(facts.downloaders)} complete`,
        ...(completion.boundUs.length > 0 ? [`at best ${formatNumber(possible)} possible`] : []),
        ...downloading.map((group) => {
          const own = completion.peers.filter((peer) => peers.group[peer] === group.index);
          const ready = own.filter((peer) => (peers.completedUs[peer] ?? 0) <= timeUs).length;
          return `${group.name}: ${formatNumber(ready)} of ${formatNumber(group.downloaders)}`;
        }),
        ...eventsAt(model, timeUs),
      ],
    };
  };
  return drawTimeCursor(frame, x, context, { describe });
}

/** A dot where the peer that was chosen completed, on the curve of everybody. */
function drawChosenPeer(
  frame: ReturnType<typeof createFrame>,
  x: Scale,
  y: Scale,
  { model, selection }: ChartContext,
  completedUs: readonly number[],
): void {
  const choice = selection.selected.peers;
  if (choice?.kind !== 'peer') return;
  const place = model.completion.peers.indexOf(choice.peer);
  const us = completedUs[place];
  if (us === undefined) return;
  frame.plot
    .append('circle')
    .attr('data-mark', 'chosen-peer')
    .attr('data-completed-us', us)
    .attr('cx', x(us))
    .attr('cy', y((place + 1) / Math.max(1, model.facts.downloaders)))
    .attr('r', 5.5)
    .style('fill', groupColour(chosenGroup(model, choice) ?? 0))
    .style('stroke', 'var(--page)')
    .style('stroke-width', 2);
}

/** Points of the step curve that reaches k / total at the k-th instant. */
function steps(timesUs: readonly number[], total: number): Step[] {
  return [[0, 0], ...timesUs.map((us, index): Step => [us, (index + 1) / Math.max(1, total)])];
}

type Root = ReturnType<typeof createFrame>['plot'];

/** The region that no run can enter, left of the bound. */
function drawBound(root: Root, x: Scale, y: Scale, bound: readonly Step[]): void {
  const endUs = x.domain()[1] ?? 1;
  const within = bound.filter((step) => step[0] <= endUs);
  const lastShare = within[within.length - 1]?.[1] ?? 0;
  const points: Step[] = [...within, [endUs, lastShare]];
  root
    .append('path')
    .attr('data-mark', 'impossible')
    .attr(
      'd',
      area<Step>()
        .curve(curveStepAfter)
        .x((step) => x(step[0]))
        .y0((step) => y(step[1]))
        .y1(0)(points),
    )
    .style('fill', 'var(--ink)')
    .style('fill-opacity', 0.055);
  root
    .append('path')
    .attr('data-mark', 'bound')
    .attr(
      'd',
      line<Step>()
        .curve(curveStepAfter)
        .x((step) => x(step[0]))
        .y((step) => y(step[1]))(within),
    )
    .style('fill', 'none')
    .style('stroke', 'var(--quiet)')
    .style('stroke-dasharray', '4 3')
    .style('stroke-width', 1.25);
}

function drawBoundMark(frame: ReturnType<typeof createFrame>, left: number, boundUs: number): void {
  // The corner above the curve is free when it is wide enough; otherwise there is room on the other side.
  const textLeft = left > 250 ? 12 : left + 12;
  frame.root
    .append('circle')
    .attr('data-mark', 'bound-end')
    .attr('data-bound-us', boundUs)
    .attr('cx', left)
    .attr('cy', 0)
    .attr('r', 4)
    .style('fill', 'var(--page)')
    .style('stroke', 'var(--quiet)')
    .style('stroke-width', 1.75);
  const lines = [`least possible: ${formatDuration(boundUs)}`];
  if (!frame.narrow) lines.push('no protocol gets all peers left of the dashed line');
  for (const [row, text] of lines.entries()) {
    frame.root
      .append('text')
      .attr('class', row === 0 ? 'direct' : 'axis-title')
      .attr('x', textLeft)
      .attr('y', 24 + row * 18)
      .style('fill', 'var(--quiet)')
      .text(text);
  }
}

interface PlacedLabel {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly colour: string;
}

/** Beside the middle of a group's curve, where curves are furthest apart. */
function groupLabel(
  points: readonly Step[],
  text: string,
  colour: string,
  x: Scale,
  y: Scale,
  narrow: boolean,
): PlacedLabel {
  const middle = points.find((step) => step[1] >= 0.5) ?? points[points.length - 1] ?? [0, 0];
  const label = narrow && text.length > 12 ? `${text.slice(0, 11)}…` : text;
  return { x: x(middle[0]) + 8, y: y(middle[1]) + 16, text: label, colour };
}

function drawPlacedLabels(frame: ReturnType<typeof createFrame>, labels: readonly PlacedLabel[]): void {
  let lastY = Number.NEGATIVE_INFINITY;
  for (const label of labels.toSorted((a, b) => a.y - b.y || a.x - b.x)) {
    const top = Math.max(label.y, lastY + 17);
    lastY = top;
    const flip = label.x > frame.width - 70;
    frame.root
      .append('text')
      .attr('class', 'direct')
      .attr('x', flip ? label.x - 16 : label.x)
      .attr('y', top)
      .attr('text-anchor', flip ? 'end' : 'start')
      .style('fill', label.colour)
      .text(label.text);
  }
}
