/**
 * Everybody against everybody: a row a sender, a column a receiver, both from the strongest uplink down; beside it the same
 * by group, as shares of what each group gave. Where equals deal with equals, squares stand out along the diagonal.
 */
import { unpackUint16 } from '../report/base64.ts';
import type { ReportModel } from '../report/model.ts';
import type { ReportCells } from '../report/model-quantities.ts';
import type { ChartContext, Draw } from '../report/section.ts';
import { brightestOf, drawCellImage, drawColourKey } from './cell-image.ts';
import { choiceRow, createChoice } from './choice.ts';
import { formatCount, formatDuration, formatRate, formatShare } from './format.ts';
import { drawCapture, type Frame, NARROW } from './frame.ts';
import { createPanels } from './panels.ts';
import { groupColour } from './theme.ts';

export interface MatrixQuantity {
  readonly key: string;
  /** In the choice above the picture. */
  readonly text: string;
  readonly cells: ReportCells;
  readonly format: (value: number) => string;
  /** By group of the sender and of the receiver. */
  readonly groups: readonly (readonly number[])[];
  /** What the shares by group are of. */
  readonly shares: string;
}

const EDGE = 7;
const GROUP_ROW = 60;

/** Builds the chart once; what is returned draws it. */
export function createPeerMatrix(
  host: HTMLElement,
  context: ChartContext,
  quantities: readonly MatrixQuantity[],
): Draw {
  const picture = document.createElement('div');
  picture.className = 'picture';
  let chosen = quantities[0];
  const choice = createChoice(
    'Colour by',
    `${context.id}-quantity`,
    quantities.map(({ key, text }) => [key, text] as const),
    (key) => {
      chosen = quantities.find((quantity) => quantity.key === key);
      context.redraw();
    },
  );
  host.replaceChildren(...(quantities.length > 1 ? [choiceRow(choice)] : []), picture);
  const unpacked = new Map<string, Uint16Array>();
  return () => {
    if (chosen === undefined) return undefined;
    const cells = unpacked.get(chosen.key) ?? unpackUint16(chosen.cells.cells);
    unpacked.set(chosen.key, cells);
    draw(picture, context, chosen, cells);
    return undefined;
  };
}

function draw(
  picture: HTMLElement,
  context: ChartContext,
  quantity: MatrixQuantity,
  cells: Uint16Array,
): void {
  const { model } = context;
  const { order, groups } = model.quantities.matrix;
  const present = groups.order.filter((group) => order.some((peer) => model.peers.group[peer] === group));
  const outer = Math.max(280, picture.clientWidth);
  const narrow = outer < NARROW;
  const size = narrow ? outer - 34 : Math.min(430, outer * 0.5);
  const share = (size + 30) / (outer - 30);
  const [left, right] = createPanels(picture, {
    label: `${quantity.text}, of every two peers, and by group`,
    height: size,
    stackedHeights: [size, groupsHeight(quantity, present)],
    titles: ['From (row) to (column), strongest uplink first', quantity.shares],
    margin: { top: 44, right: 0, bottom: 8, left: 30 },
    widths: [share, 1 - share],
    legend: present.map((group) => ({
      text: model.groups[group]?.name ?? '',
      colour: groupColour(group),
    })),
  });
  if (left === undefined || right === undefined) return;
  drawPeers(left, context, quantity, cells, size);
  drawGroups(right, model, quantity, present);
}

function drawPeers(
  frame: Frame,
  context: ChartContext,
  { cells: { most }, format }: MatrixQuantity,
  cells: Uint16Array,
  size: number,
): void {
  const { model, selection, tip } = context;
  const { rows, perRow, order } = model.quantities.matrix;
  const brightest = brightestOf(cells);
  const values = Float64Array.from(cells, (cell) => cell / brightest);
  // Nobody deals with itself.
  if (perRow === 1) for (let row = 0; row < rows; row++) values[row * rows + row] = Number.NaN;
  drawCellImage(frame, { columns: rows, rows, values, x: 0, y: 0, width: size, height: size });
  const step = size / rows;
  for (const { group, start, end } of groupSpans(model)) {
    const length = (end - start) * step;
    swatch(frame, -EDGE - 3, start * step, EDGE, length, group);
    swatch(frame, start * step, -EDGE - 3, length, EDGE, group);
  }
  const largest = format((brightest / 65_535) * most);
  drawColourKey(frame, size, -30, `${brightest < 65_535 ? '≥ ' : ''}${largest}`);
  frame.root
    .append('text')
    .attr('class', 'axis-title')
    .attr('transform', `translate(-18,${size}) rotate(-90)`)
    .text('sender');
  frame.root
    .append('text')
    .attr('class', 'axis-title')
    .attr('y', -EDGE - 9)
    .text('receiver');
  const { peers: choice } = selection.selected;
  if (choice?.kind === 'peer') {
    const row = Math.floor(order.indexOf(choice.peer) / perRow);
    if (row >= 0) {
      for (const [x, y, width, height] of [
        [0, row * step, size, step],
        [row * step, 0, step, size],
      ] as const) {
        frame.root
          .append('rect')
          .attr('class', 'chosen')
          .attr('x', x)
          .attr('y', y)
          .attr('width', width)
          .attr('height', height);
      }
    }
  }
  const rowAt = (fraction: number): number => Math.min(rows - 1, Math.floor(fraction * rows));
  drawCapture(frame, tip, (fractionX, fractionY) => {
    const [from, to] = [rowAt((fractionY * frame.height) / size), rowAt((fractionX * frame.width) / size)];
    const value = ((cells[from * rows + to] ?? 0) / 65_535) * most;
    return {
      heading: `${rowName(model, from)} → ${rowName(model, to)}`,
      lines: [perRow > 1 ? `${format(value)} a pair on average` : format(value)],
    };
  }).on('click', (event: MouseEvent) => {
    if (perRow > 1) return;
    const box = (event.currentTarget as SVGRectElement).getBoundingClientRect();
    const peer = order[rowAt((event.clientY - box.top) / box.height)];
    if (peer !== undefined) selection.set({ peers: { kind: 'peer', peer } });
  });
}

/** Neighbouring rows of one group. */
function groupSpans({ quantities: { matrix }, peers }: ReportModel): {
  group: number;
  start: number;
  end: number;
}[] {
  const spans: { group: number; start: number; end: number }[] = [];
  for (let row = 0; row < matrix.rows; row++) {
    const group = peers.group[matrix.order[row * matrix.perRow] ?? -1] ?? 0;
    const last = spans.at(-1);
    if (last?.group === group) last.end = row + 1;
    else spans.push({ group, start: row, end: row + 1 });
  }
  return spans;
}

/** The peer of a row, or its first and last where it stands for several. */
export function rowName({ quantities: { matrix }, peers }: ReportModel, row: number): string {
  const first = matrix.order[row * matrix.perRow] ?? -1;
  const last = matrix.order[Math.min(matrix.order.length, (row + 1) * matrix.perRow) - 1] ?? -1;
  return first === last ? (peers.id[first] ?? '') : `${peers.id[first] ?? ''} … ${peers.id[last] ?? ''}`;
}

function groupsHeight({ groups }: MatrixQuantity, present: readonly number[]): number {
  const senders = present.filter((from) => present.some((to) => (groups[from]?.[to] ?? 0) > 0));
  return senders.length * GROUP_ROW + present.length * 18 + 22;
}

/** Shares of what each group gave, row by row; the darker the more, and the number in words. */
function drawGroups(
  frame: Frame,
  model: ReportModel,
  { groups }: MatrixQuantity,
  present: readonly number[],
): void {
  const given = (from: number): number => present.reduce((sum, to) => sum + (groups[from]?.[to] ?? 0), 0);
  const senders = present.filter((group) => given(group) > 0);
  const receivers = present.filter((to) => present.some((from) => (groups[from]?.[to] ?? 0) > 0));
  const step = Math.min(92, (frame.width - 58) / Math.max(1, receivers.length));
  const height = Math.min(step, GROUP_ROW);
  const left = 58;
  if (senders.length === 0) label(frame, left, 0, 'nobody, at any time', 'start');
  for (const [column, to] of receivers.entries()) {
    const name = shorten(model.groups[to]?.name ?? '', step / 7);
    label(frame, left + column * step + step / 2, -14, name, 'middle');
    swatch(frame, left + column * step, -9, step - 2, 5, to);
  }
  for (const [row, from] of senders.entries()) {
    const total = given(from);
    label(frame, left - 12, row * height + height / 2 + 4, shorten(model.groups[from]?.name ?? '', 7), 'end');
    swatch(frame, left - 8, row * height, 5, height - 2, from);
    for (const [column, to] of receivers.entries()) {
      const share = (groups[from]?.[to] ?? 0) / total;
      frame.root
        .append('rect')
        .attr('data-mark', 'group-cell')
        .attr('data-from', model.groups[from]?.name ?? '')
        .attr('data-to', model.groups[to]?.name ?? '')
        .attr('data-value', groups[from]?.[to] ?? 0)
        .attr('x', left + column * step)
        .attr('y', row * height)
        .attr('width', step - 2)
        .attr('height', height - 2)
        .style('fill', 'var(--accent)')
        .style('fill-opacity', 0.06 + 0.5 * share);
      label(
        frame,
        left + column * step + step / 2 - 1,
        row * height + height / 2 + 4,
        formatShare(share),
        'middle',
      ).style('fill', 'var(--ink)');
    }
  }
  const rates = present.map((group) => model.groups[group]?.upBytesPerSec ?? 0);
  for (const [row, group] of present.entries()) {
    label(
      frame,
      0,
      senders.length * height + 26 + row * 18,
      `${model.groups[group]?.name ?? ''}: ${formatCount(model.groups[group]?.peers ?? 0, 'peer')}, uplink ${formatRate(rates[row] ?? 0)}`,
      'start',
    );
  }
}

function label(
  frame: Frame,
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end',
): ReturnType<Frame['root']['append']> {
  return frame.root
    .append('text')
    .attr('x', x)
    .attr('y', y)
    .attr('text-anchor', anchor)
    .text(text) as unknown as ReturnType<Frame['root']['append']>;
}

function swatch(frame: Frame, x: number, y: number, width: number, height: number, group: number): void {
  frame.root
    .append('rect')
    .attr('x', x)
    .attr('y', y)
    .attr('width', width)
    .attr('height', height)
    .style('fill', groupColour(group));
}

function shorten(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, Math.max(1, Math.floor(characters) - 1))}…`;
}

export function formatPairTime(us: number): string {
  return formatDuration(Math.round(us));
}
