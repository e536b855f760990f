/**
 * Upload by group: what each group sends over time, under the line of what the uplinks of its present members could
 * carry at that time. One strip a group and one for everybody, each on its own scale, so that the gap to the line is the
 * capacity that lay idle.
 */
import { max } from 'd3-array';
import { axisLeft } from 'd3-axis';
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import type { ReportModel } from '../report/model.ts';
import { isChosenGroup } from '../report/peer-choice.ts';
import type { ChartContext, Follow } from '../report/section.ts';
import type { PeerChoice } from '../report/selection.ts';
import { drawBands, eventsAt, headroomFor } from './bands.ts';
import { formatDuration, formatRate, formatShare } from './format.ts';
import { createFrame, drawTimeAxis, type Frame, type Scale, viewScale } from './frame.ts';
import { groupColour } from './theme.ts';
import { drawTimeCursor, type PlaceText } from './time-cursor.ts';

const STRIP = 84;
const HEADING = 34;

interface Strip {
  readonly name: string;
  readonly colour: string;
  readonly sent: readonly number[];
  readonly uplink: readonly number[];
  readonly usedBytes: number;
  readonly capacityBytes: number;
}

export function drawUploadUse(host: HTMLElement, context: ChartContext): Follow {
  const { model, selection } = context;
  const { use } = model;
  const strips = stripsOf(model, selection.selected.peers);
  const height = Math.max(1, strips.length) * (STRIP + HEADING);
  const frame = createFrame(
    host,
    'Rate at which each group sends over time, and what its uplinks could carry',
    height,
    (narrow) => ({ top: 4, right: 4, bottom: 46, left: narrow ? 70 : 80 }),
    headroomFor(model),
  );
  const x = viewScale(frame, selection.view);
  drawTimeAxis(frame, x);
  drawBands(frame, x, model);
  for (const [place, strip] of strips.entries()) {
    const bottom = (place + 1) * (STRIP + HEADING);
    const highest = Math.max(1, max(strip.sent) ?? 0, max(strip.uplink) ?? 0);
    const y = scaleLinear()
      .domain([0, highest])
      .range([bottom, bottom - STRIP]);
    drawStrip(frame, strip, use.sliceUs, x, y);
  }
  const describe = (timeUs: number): PlaceText => {
    const slice = Math.min(use.count - 1, Math.floor(timeUs / use.sliceUs));
    return {
      heading: formatDuration(timeUs),
      lines: [
        ...strips.map(
          ({ name, sent, uplink }) => `${name}: ${describeUse(sent[slice] ?? 0, uplink[slice] ?? 0)}`,
        ),
        ...eventsAt(model, timeUs),
      ],
    };
  };
  return drawTimeCursor(frame, x, context, { describe });
}

function describeUse(sent: number, uplink: number): string {
  if (uplink === 0) return sent === 0 ? 'no uplink here' : formatRate(sent);
  return `${formatRate(sent)} of ${formatRate(uplink)} (${formatShare(sent / uplink)})`;
}

/** Three digits are enough beside an axis. */
function formatRateTick(bytesPerSec: number): string {
  return formatRate(Number((bytesPerSec * 8).toPrecision(3)) / 8);
}

/** Of everybody, where there is more than one group, and of each group that had an uplink at some time. */
function stripsOf(model: ReportModel, choice: PeerChoice | undefined): Strip[] {
  const { use, groups } = model;
  const strips = groups.flatMap((group, index): Strip[] => {
    const sent = use.sent[index] ?? [];
    const uplink = use.uplink[index] ?? [];
    if (!uplink.some((rate) => rate > 0) || !isChosenGroup(model, choice, index)) return [];
    const { usedBytes, capacityBytes, name } = group;
    return [{ name, colour: groupColour(index), sent, uplink, usedBytes, capacityBytes }];
  });
  if (strips.length < 2) return strips;
  const sum = (pick: (strip: Strip) => readonly number[]): number[] =>
    Array.from({ length: use.count }, (_, slice) =>
      strips.reduce((total, strip) => total + (pick(strip)[slice] ?? 0), 0),
    );
  const total = (pick: (strip: Strip) => number): number =>
    strips.reduce((bytes, strip) => bytes + pick(strip), 0);
  const everybody = {
    name: 'everybody',
    colour: 'var(--ink)',
    sent: sum(({ sent }) => sent),
    uplink: sum(({ uplink }) => uplink),
    usedBytes: total(({ usedBytes }) => usedBytes),
    capacityBytes: total(({ capacityBytes }) => capacityBytes),
  };
  return [everybody, ...strips];
}

function drawStrip(frame: Frame, strip: Strip, sliceUs: number, x: Scale, y: Scale): void {
  const { colour, sent, uplink } = strip;
  const ceiling = max(uplink) ?? 0;
  frame.under
    .append('g')
    .attr('class', 'grid')
    .call(
      axisLeft(y)
        .tickValues([0, ceiling])
        .tickFormat((rate) => (rate === 0 ? '0' : formatRateTick(rate as number)))
        .tickSize(-frame.width)
        .tickPadding(8),
    );
  const left = (slice: number): number => x(slice * sliceUs);
  // The value of the last slice is drawn to its right edge, hence one more point.
  const drawn = (rates: readonly number[]): number[] => [...rates, rates[rates.length - 1] ?? 0];
  const isThere = (slice: number): boolean => {
    const place = Math.min(slice, uplink.length - 1);
    return (uplink[place] ?? 0) > 0 || (uplink[place - 1] ?? 0) > 0 || (sent[place] ?? 0) > 0;
  };
  const path = (rates: readonly number[]): string | null =>
    line<number>()
      .defined((_, slice) => isThere(slice))
      .curve(curveStepAfter)
      .x((_, slice) => left(slice))
      .y((rate) => y(rate))(drawn(rates));
  frame.plot
    .append('path')
    .attr(
      'd',
      area<number>()
        .curve(curveStepAfter)
        .x((_, slice) => left(slice))
        .y0(y(0))
        .y1((rate) => y(rate))(drawn(sent)),
    )
    .style('fill', colour)
    .style('fill-opacity', 0.2);
  frame.plot
    .append('path')
    .attr('data-mark', 'use')
    .attr('data-group', strip.name)
    .attr('data-used', strip.capacityBytes > 0 ? strip.usedBytes / strip.capacityBytes : null)
    .attr('d', path(sent))
    .style('fill', 'none')
    .style('stroke', colour)
    .style('stroke-width', 1.75)
    .style('stroke-linejoin', 'round');
  frame.plot
    .append('path')
    .attr('data-mark', 'uplink')
    .attr('data-group', strip.name)
    .attr('data-highest', ceiling)
    .attr('d', path(uplink))
    .style('fill', 'none')
    .style('stroke', 'var(--quiet)')
    .style('stroke-dasharray', '4 3')
    .style('stroke-width', 1.25);
  const used = strip.capacityBytes > 0 ? ` · ${formatShare(strip.usedBytes / strip.capacityBytes)} used` : '';
  frame.root
    .append('text')
    .attr('class', 'direct')
    .attr('y', y.range()[1] ?? 0)
    .attr('dy', -9)
    .style('fill', colour)
    .text(strip.name + used);
}
