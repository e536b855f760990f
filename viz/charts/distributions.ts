/**
 * Cumulative shares: of how many a value is at most so much. A curve for each group or kind, on an axis of durations that is
 * logarithmic where they differ by much, or on one of shares.
 */
import { axisBottom } from 'd3-axis';
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import { type ReportDistribution, shareAtMost, steps } from '../report/distribution.ts';
import type { ReportModel } from '../report/model.ts';
import { isChosenGroup } from '../report/peer-choice.ts';
import type { PeerChoice } from '../report/selection.ts';
import { formatDuration, formatShare, timeTicks } from './format.ts';
import { drawCapture, drawValueAxis, type Frame } from './frame.ts';
import type { LegendMark } from './panels.ts';
import { groupColour } from './theme.ts';
import type { Tip } from './tip.ts';

export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly distribution: ReportDistribution;
  /** Not measured but reckoned: drawn dashed. */
  readonly dashed?: boolean;
  /** Less than 1 for what stands back. */
  readonly opacity?: number;
}

/** Shown faintly: groups that are not selected. */
export const FAINT = 0.16;

/** A curve for each group that has anybody to speak of. */
export function groupCurves(
  model: ReportModel,
  distributions: readonly ReportDistribution[],
  choice: PeerChoice | undefined,
): Curve[] {
  return distributions.flatMap((distribution, group): Curve[] => {
    if (distribution.of === 0) return [];
    const opacity = isChosenGroup(model, choice, group) ? 1 : FAINT;
    return [{ name: model.groups[group]?.name ?? '', colour: groupColour(group), distribution, opacity }];
  });
}

export function legendOf(curves: readonly Curve[]): LegendMark[] {
  return curves.map(({ name, colour, dashed = false, opacity = 1 }) => ({
    text: name,
    colour,
    dashed,
    opacity,
  }));
}

export type ValueScale = ScaleContinuousNumeric<number, number>;

export interface ValueAxis {
  readonly scale: ValueScale;
  readonly title: string;
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
}

/** From this factor between the longest and the shortest on, an axis of durations is logarithmic. */
const LOG_FACTOR = 12;
const LOG_SPAN = 3000;
const LOG_TICKS_SEC = [
  0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 18_000, 43_200,
  86_400, 172_800, 432_000, 1_209_600,
];

/**
 * Of durations in microseconds, from nought to `range` pixels (which may run upwards).
 *
 * @param room pixels that a label takes
 */
export function durationAxis(
  values: readonly number[],
  range: readonly [from: number, to: number],
  title: string,
  room: number,
): ValueAxis {
  const positive = values.filter((value) => value > 0);
  const most = positive.reduce((largest, value) => Math.max(largest, value), 0) || 1e6;
  // Of what is much shorter than the longest, the share is all that matters.
  const least = Math.max(
    most / LOG_SPAN,
    positive.reduce((smallest, value) => Math.min(smallest, value), most),
  );
  const length = Math.abs(range[1] - range[0]);
  if (most / least < LOG_FACTOR) {
    const end = most * 1.04;
    const scale = scaleLinear().domain([0, end]).range(range);
    return { scale, title, ticks: timeTicks(end, length / room / 1.3), format: formatDuration };
  }
  const scale = scaleLog()
    .domain([least / 1.15, most * 1.15])
    .range(range)
    .clamp(true);
  const [low = 0, high = 0] = scale.domain();
  let taken = Number.NEGATIVE_INFINITY;
  const ticks = LOG_TICKS_SEC.map((seconds) => seconds * 1e6).filter((us) => {
    if (us < low || us > high) return false;
    const place = Math.abs(scale(us) - range[0]);
    if (place - taken < room) return false;
    taken = place;
    return true;
  });
  return { scale, title: `${title}, log scale`, ticks, format: formatDuration };
}

/** Of shares, from nought to all. */
export function shareAxis(frame: Frame, title: string): ValueAxis {
  return {
    scale: scaleLinear().domain([0, 1]).range([0, frame.width]),
    title,
    ticks: [0, 0.25, 0.5, 0.75, 1],
    format: formatShare,
  };
}

export function drawBottomAxis(frame: Frame, { scale, ticks, format, title }: ValueAxis): void {
  frame.under
    .append('g')
    .attr('class', 'axis')
    .attr('transform', `translate(0,${frame.height})`)
    .call(
      axisBottom(scale)
        .tickValues([...ticks])
        .tickFormat((value) => format(value as number))
        .tickSizeOuter(0)
        .tickPadding(7),
    );
  frame.under
    .append('text')
    .attr('class', 'axis-title')
    .attr('x', frame.width)
    .attr('y', frame.height + 38)
    .attr('text-anchor', 'end')
    .text(title);
}

/** @param whose what the shares are of, above the left axis: "of its downloaders" */
export function drawDistributions(
  frame: Frame,
  axis: ValueAxis,
  curves: readonly Curve[],
  whose: string,
  tip: Tip,
  within: (value: string) => string = (value) => `within ${value}`,
): void {
  const y = scaleLinear().domain([0, 1]).range([frame.height, 0]);
  const { scale } = axis;
  drawBottomAxis(frame, axis);
  drawValueAxis(frame, y, whose, formatShare);
  const [low = 0, high = 1] = scale.domain();
  const path = line<readonly [number, number]>()
    .curve(curveStepAfter)
    .x(([value]) => scale(Math.min(high, Math.max(low, value))))
    .y(([, share]) => y(share));
  for (const { name, colour, distribution, dashed = false, opacity = 1 } of curves) {
    const reached = steps(distribution);
    const last = reached.at(-1)?.[1] ?? 0;
    frame.plot
      .append('path')
      .attr('data-mark', 'distribution')
      .attr('data-name', name)
      .attr('data-count', distribution.count)
      .attr('data-of', distribution.of)
      .attr('data-values', distribution.values.join(' '))
      .attr('d', path([[low, 0], ...reached, [high, last]]))
      .style('fill', 'none')
      .style('stroke', colour)
      .style('stroke-opacity', opacity)
      .style('stroke-width', dashed ? 1.5 : 2.25)
      .style('stroke-linejoin', 'round')
      .style('stroke-dasharray', dashed ? '5 3' : 'none');
  }
  const pointer = frame.root
    .append('line')
    .attr('class', 'pointer')
    .attr('y2', frame.height)
    .attr('visibility', 'hidden');
  drawCapture(frame, tip, (fractionX) => {
    const left = fractionX * frame.width;
    const value = scale.invert(left);
    pointer.attr('visibility', 'visible').attr('x1', left).attr('x2', left);
    return {
      heading: within(axis.format(value)),
      lines: curves.map(
        ({ name, distribution }) => `${name}: ${formatShare(shareAtMost(distribution, value))}`,
      ),
    };
  }).on('pointerleave.line', () => pointer.attr('visibility', 'hidden'));
}
