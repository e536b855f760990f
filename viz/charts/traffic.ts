/**
 * What payload cost beside itself, by group: bytes that came in vain and bytes that are no payload, as parts of the payload
 * that was of use. One bar a group; what was of use is not drawn, since all else would vanish beside it.
 */
import { axisBottom } from 'd3-axis';
import { scaleLinear } from 'd3-scale';
import type { ReportModel } from '../report/model.ts';
import { isChosenGroup } from '../report/peer-choice.ts';
import type { ChartContext } from '../report/section.ts';
import { FAINT } from './distributions.ts';
import { formatBytes, formatNumber } from './format.ts';
import { drawCapture } from './frame.ts';
import { createPanels } from './panels.ts';

export interface TrafficPart {
  readonly name: string;
  readonly colour: string;
  /** By group, in bytes. */
  readonly bytes: readonly number[];
}

const VAIN = ['duplicate, late or unasked', 'of pieces that failed'];
const COLOURS = ['var(--g3)', 'var(--dead)', 'var(--g1)', 'var(--g2)', 'var(--g0)', 'var(--g5)', 'var(--g6)'];
const ROW = 34;

/** All that was no use, part by part; parts of which there is nothing are left out. */
export function trafficParts({ quantities: { traffic } }: ReportModel): TrafficPart[] {
  const { control, controlClasses } = traffic;
  const parts = [
    { name: VAIN[0] ?? '', bytes: traffic.wasted },
    { name: VAIN[1] ?? '', bytes: traffic.failedBytes },
    ...(control === null
      ? []
      : controlClasses.map((name, place) => ({ name, bytes: control.map((own) => own[place] ?? 0) }))),
  ];
  return parts
    .map((part, place) => ({ ...part, colour: COLOURS[place % COLOURS.length] ?? 'var(--quiet)' }))
    .filter(({ bytes }) => bytes.some((each) => each > 0));
}

/** Of a group: the payload by which its other bytes are measured, what it sent or received, whichever is more. */
export function usefulBytes({ groups, quantities: { traffic } }: ReportModel, group: number): number {
  return Math.max(traffic.useful[group] ?? 0, groups[group]?.sentBytes ?? 0);
}

export function drawTraffic(host: HTMLElement, context: ChartContext): undefined {
  const { model, selection, tip } = context;
  const parts = trafficParts(model);
  const shown = [...model.groups.keys()].filter((group) => usefulBytes(model, group) > 0);
  const share = (part: TrafficPart, group: number): number =>
    (part.bytes[group] ?? 0) / usefulBytes(model, group);
  const most = Math.max(
    0.001,
    ...shown.map((group) => parts.reduce((sum, part) => sum + share(part, group), 0)),
  );
  const longest = shown.reduce((length, group) => Math.max(length, model.groups[group]?.name.length ?? 0), 0);
  const [frame] = createPanels(host, {
    label: 'Bytes beside useful payload, as parts of it, by group',
    height: shown.length * ROW,
    titles: [''],
    margin: { top: 8, right: 56, bottom: 48, left: Math.min(120, 20 + longest * 7) },
    legend: parts.map(({ name, colour }) => ({ text: name, colour })),
  });
  if (frame === undefined) return undefined;
  const x = scaleLinear().domain([0, most]).range([0, frame.width]);
  frame.under
    .append('g')
    .attr('class', 'axis')
    .attr('transform', `translate(0,${frame.height})`)
    .call(
      axisBottom(x)
        .ticks(Math.max(3, frame.width / 110))
        .tickFormat((value) => formatPercent(value as number))
        .tickSizeOuter(0)
        .tickPadding(7),
    );
  frame.under
    .append('text')
    .attr('class', 'axis-title')
    .attr('x', frame.width)
    .attr('y', frame.height + 38)
    .attr('text-anchor', 'end')
    .text('of its payload');
  for (const [row, group] of shown.entries()) {
    const chosen = isChosenGroup(model, selection.selected.peers, group);
    const label = frame.root.append('g').attr('transform', `translate(0,${row * ROW})`);
    label
      .append('text')
      .attr('x', -10)
      .attr('y', ROW / 2 + 4)
      .attr('text-anchor', 'end')
      .text(shorten(model.groups[group]?.name ?? ''));
    let left = 0;
    for (const part of parts) {
      const width = x(share(part, group));
      label
        .append('rect')
        .attr('data-mark', 'traffic')
        .attr('data-group', model.groups[group]?.name ?? '')
        .attr('data-part', part.name)
        .attr('data-bytes', part.bytes[group] ?? 0)
        .attr('x', left)
        .attr('y', 6)
        .attr('width', width)
        .attr('height', ROW - 12)
        .style('fill', part.colour)
        .style('opacity', chosen ? 1 : FAINT);
      left += width;
    }
    label
      .append('text')
      .attr('x', left + 8)
      .attr('y', ROW / 2 + 4)
      .text(formatPercent(parts.reduce((sum, part) => sum + share(part, group), 0)));
  }
  drawCapture(frame, tip, (_, fractionY) => {
    const group = shown[Math.min(shown.length - 1, Math.floor(fractionY * shown.length))];
    if (group === undefined) return undefined;
    return {
      heading: model.groups[group]?.name ?? '',
      lines: [
        `payload: ${formatBytes(usefulBytes(model, group))}`,
        ...parts.map(
          (part) =>
            `${part.name}: ${formatBytes(part.bytes[group] ?? 0)}, ${formatPercent(share(part, group))}`,
        ),
      ],
    };
  });
  return undefined;
}

/** With two decimals: neighbouring ticks are hundredths of a percent apart. */
function formatPercent(share: number): string {
  return `${formatNumber(share * 100, 2)} %`;
}

function shorten(text: string): string {
  return text.length <= 14 ? text : `${text.slice(0, 13)}…`;
}
