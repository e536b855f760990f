/**
 * How rare pieces were: distributed copies, the size of the rarest set, and what the first seeds had sent, one below the
 * other over one axis of time.
 */
import { axisLeft } from 'd3-axis';
import { scaleLinear } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import type { ReportModel } from '../report/model.ts';
import type { ChartContext, Follow } from '../report/section.ts';
import { drawBands, eventsAt, headroomFor } from './bands.ts';
import { formatCount, formatDuration, formatNumber } from './format.ts';
import { createFrame, drawTimeAxis, type Frame, type Scale, viewScale } from './frame.ts';
import { drawTimeCursor, type PlaceText } from './time-cursor.ts';

const STRIP = 92;
const HEADING = 34;

interface Strip {
  readonly mark: string;
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [timeUs: number, value: number])[];
}

export function drawRarity(host: HTMLElement, context: ChartContext): Follow {
  const { model, selection } = context;
  const { rarity } = model.quantities;
  const strips = stripsOf(model);
  const frame = createFrame(
    host,
    'Distributed copies, pieces in the rarest set and copies sent by the first seeds, over time',
    strips.length * (STRIP + HEADING),
    () => ({ top: 4, right: 6, bottom: 46, left: 48 }),
    headroomFor(model),
  );
  const x = viewScale(frame, selection.view);
  drawTimeAxis(frame, x);
  drawBands(frame, x, model);
  for (const [place, strip] of strips.entries()) drawStrip(frame, strip, (place + 1) * (STRIP + HEADING), x);
  const firstStripTop = HEADING;
  if (rarity.firstFullCopyUs !== null) {
    markFullCopy(frame, x(rarity.firstFullCopyUs), rarity.firstFullCopyUs, firstStripTop);
  }
  const describe = (timeUs: number): PlaceText => {
    const slice = Math.min(rarity.count - 1, Math.floor(timeUs / rarity.sliceUs));
    const sentRow = rarity.seedTimeUs.findLastIndex((us) => us <= timeUs);
    return {
      heading: formatDuration(timeUs),
      lines: [
        `distributed copies: ${formatNumber(rarity.distributed[slice] ?? 0, 2)}`,
        `in the rarest set: ${formatCount(rarity.rarest[slice] ?? 0, 'piece')}`,
        `sent by first seeds: ${formatNumber(rarity.seedCopies[Math.max(0, sentRow)] ?? 0, 2)} copies`,
        ...eventsAt(model, timeUs),
      ],
    };
  };
  return drawTimeCursor(frame, x, context, { describe });
}

function stripsOf({ quantities: { rarity } }: ReportModel): Strip[] {
  const sliced = (values: readonly number[]): [number, number][] => {
    const points = values
      .map((value, slice): [number, number] => [slice * rarity.sliceUs, value])
      .slice(rarity.first);
    const last = points.at(-1);
    // The value of the last slice is drawn to its right edge.
    return last === undefined ? [] : [...points, [last[0] + rarity.sliceUs, last[1]]];
  };
  return [
    {
      mark: 'distributed-copies',
      name: 'distributed copies',
      colour: 'var(--g1)',
      points: sliced(rarity.distributed),
    },
    {
      mark: 'rarest-set',
      name: 'pieces in the rarest set',
      colour: 'var(--g3)',
      points: sliced(rarity.rarest),
    },
    {
      mark: 'seed-copies',
      name: 'copies sent by the first seeds',
      colour: 'var(--g0)',
      points: rarity.seedTimeUs.map((us, row): [number, number] => [us, rarity.seedCopies[row] ?? 0]),
    },
  ];
}

function drawStrip(frame: Frame, { mark, name, colour, points }: Strip, bottom: number, x: Scale): void {
  const most = points.reduce((largest, [, value]) => Math.max(largest, value), 1);
  const y = scaleLinear()
    .domain([0, most * 1.05])
    .range([bottom, bottom - STRIP]);
  frame.under
    .append('g')
    .attr('class', 'grid')
    .call(
      axisLeft(y)
        .ticks(3)
        .tickFormat((value) => formatNumber(value as number))
        .tickSize(-frame.width)
        .tickPadding(8),
    );
  frame.plot
    .append('path')
    .attr('data-mark', mark)
    .attr('data-most', Math.max(0, ...points.map(([, value]) => value)))
    .attr('data-last', points.at(-1)?.[1] ?? 0)
    .attr(
      'd',
      line<readonly [number, number]>()
        .curve(curveStepAfter)
        .x(([us]) => x(us))
        .y(([, value]) => y(value))([...points]),
    )
    .style('fill', 'none')
    .style('stroke', colour)
    .style('stroke-width', 2)
    .style('stroke-linejoin', 'round');
  frame.root
    .append('text')
    .attr('class', 'direct')
    .attr('y', bottom - STRIP - 9)
    .style('fill', colour)
    .text(name);
}

function markFullCopy(frame: Frame, left: number, timeUs: number, top: number): void {
  const mark = frame.plot
    .append('g')
    .attr('data-mark', 'first-full-copy')
    .attr('data-time-us', timeUs)
    .attr('transform', `translate(${left},0)`);
  mark
    .append('line')
    .attr('y1', top)
    .attr('y2', frame.height)
    .style('stroke', 'var(--ink)')
    .style('stroke-dasharray', '2 3');
  if (left < 0 || left > frame.width) return;
  frame.root
    .append('text')
    .attr('class', 'direct')
    .attr('x', frame.width)
    .attr('y', top - 9)
    .attr('text-anchor', 'end')
    .style('fill', 'var(--ink)')
    .text(`first full copy at ${formatDuration(timeUs)}`);
}
