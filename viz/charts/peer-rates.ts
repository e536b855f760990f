/** The rate of each peer over time as colour: a row a peer, in blocks of one group, in order of arrival. */
import { unpackUint16 } from '../report/base64.ts';
import type { ReportModel } from '../report/model.ts';
import { everyNth, peerName } from '../report/peer-words.ts';
import type { ChartContext, Draw } from '../report/section.ts';
import { drawBands, eventsAt, headroomFor } from './bands.ts';
import { brightestOf, drawCellImage, drawColourKey } from './cell-image.ts';
import { choiceRow, createChoice } from './choice.ts';
import { formatCount, formatDuration, formatRate } from './format.ts';
import { createFrame, drawTimeAxis, viewScale } from './frame.ts';
import { drawTimeCursor, type PlaceText } from './time-cursor.ts';

type Direction = 'received' | 'sent';

interface Block {
  readonly group: number;
  readonly start: number;
  readonly end: number;
  readonly top: number;
  readonly height: number;
}

const HEADING = 25;
const TALL = 340;

/** Builds the chart once; what is returned draws it. */
export function createPeerRates(host: HTMLElement, context: ChartContext): Draw {
  const { model, selection } = context;
  const { rates } = model.quantities;
  const cells = { received: unpackUint16(rates.received), sent: unpackUint16(rates.sent) };
  const most = { received: rates.mostReceived, sent: rates.mostSent };
  let direction: Direction = 'received';
  const picture = document.createElement('div');
  picture.className = 'picture';
  const choice = createChoice<Direction>(
    'Colour by',
    `${context.id}-direction`,
    [
      ['received', 'rate received'],
      ['sent', 'rate sent'],
    ],
    (value) => {
      direction = value;
      context.redraw();
    },
  );
  host.replaceChildren(choiceRow(choice), picture);

  return () => {
    const { peers: chosen } = selection.selected;
    const blocks = layOut(model, chosen?.kind === 'group' ? chosen.group : undefined);
    const last = blocks.at(-1);
    const frame = createFrame(
      picture,
      `The rate at which each peer ${direction === 'received' ? 'receives' : 'sends'}, over time, as colour`,
      last === undefined ? 40 : last.top + last.height,
      () => ({ top: 26, right: 4, bottom: 46, left: 6 }),
      headroomFor(model),
    );
    const x = viewScale(frame, selection.view);
    const shown = cells[direction];
    const brightest = brightestOf(shown);
    for (const block of blocks) {
      const own = shown.subarray(block.start * rates.count, block.end * rates.count);
      drawCellImage(frame, {
        columns: rates.count,
        rows: block.end - block.start,
        values: Float64Array.from(own, (cell) => cell / brightest),
        x: x(0),
        y: block.top,
        width: x(rates.count * rates.sliceUs) - x(0),
        height: block.height,
      });
      frame.root
        .append('text')
        .attr('class', 'direct')
        .attr('y', block.top - 7)
        .style('fill', 'var(--ink)')
        .text(headingOf(model, block));
    }
    drawTimeAxis(frame, x);
    const rate = (brightest / 65_535) * most[direction];
    drawColourKey(
      frame,
      frame.width,
      -14,
      `${brightest < 65_535 ? '≥ ' : ''}${formatRate(Number(rate.toPrecision(2)))}`,
    );
    drawBands(frame, x, model, true);
    const rowAt = (y: number): number | undefined => {
      const block = blocks.find(({ top, height }) => y >= top && y <= top + height);
      if (block === undefined) return undefined;
      const rows = block.end - block.start;
      return block.start + Math.min(rows - 1, Math.floor(((y - block.top) / block.height) * rows));
    };
    const chosenRow = (): number =>
      selection.selected.peers?.kind === 'peer' ? rates.peers.indexOf(selection.selected.peers.peer) : -1;
    const describe = (timeUs: number, fractionY: number | undefined): PlaceText | undefined => {
      const row = fractionY === undefined ? Math.max(0, chosenRow()) : rowAt(fractionY * frame.height);
      const slice = Math.floor(timeUs / rates.sliceUs);
      if (row === undefined || slice >= rates.count) return undefined;
      const at = (of: Direction): string =>
        formatRate(((cells[of][row * rates.count + slice] ?? 0) / 65_535) * most[of]);
      return {
        heading: peerName(model, rates.peers[row] ?? 0),
        lines: [
          `${formatDuration(slice * rates.sliceUs)} to ${formatDuration((slice + 1) * rates.sliceUs)}`,
          `received ${at('received')}, sent ${at('sent')}`,
          ...eventsAt(model, timeUs),
        ],
      };
    };
    const select = (row: number | undefined) => {
      const peer = rates.peers[row ?? -1];
      return peer === undefined ? {} : { peers: { kind: 'peer' as const, peer } };
    };
    const mark = frame.plot.append('rect').attr('class', 'chosen');
    const follow = drawTimeCursor(frame, x, context, {
      describe,
      pick: (_, fractionY) => select(rowAt(fractionY * frame.height)),
      step: (rows) => select(Math.min(rates.peers.length - 1, Math.max(0, chosenRow() + rows))),
    });
    return (selected, changed) => {
      follow(selected, changed);
      const row = chosenRow();
      const block = blocks.find(({ start, end }) => row >= start && row < end);
      mark.attr('visibility', block === undefined ? 'hidden' : 'visible');
      if (block === undefined) return;
      const height = block.height / (block.end - block.start);
      mark
        .attr('width', frame.width)
        .attr('y', block.top + (row - block.start) * height - 1)
        .attr('height', Math.max(3, height + 2));
    };
  };
}

function layOut({ quantities: { rates }, peers }: ReportModel, group: number | undefined): Block[] {
  const groupOf = (peer: number | undefined): number => peers.group[peer ?? -1] ?? 0;
  const shown = rates.peers.filter((peer) => group === undefined || groupOf(peer) === group).length;
  const rowHeight = Math.max(1, Math.min(shown <= 12 ? 16 : 8, TALL / Math.max(1, shown)));
  const blocks: Block[] = [];
  let top = 0;
  let start = 0;
  for (const [row, peer] of rates.peers.entries()) {
    const own = groupOf(peer);
    if (row + 1 < rates.peers.length && groupOf(rates.peers[row + 1]) === own) continue;
    if (group === undefined || own === group) {
      const height = Math.max(4, (row + 1 - start) * rowHeight);
      blocks.push({ group: own, start, end: row + 1, top: top + HEADING, height });
      top += HEADING + height;
    }
    start = row + 1;
  }
  return blocks;
}

function headingOf({ groups, quantities: { rates } }: ReportModel, { group, start, end }: Block): string {
  const all = groups[group]?.peers ?? end - start;
  const thinned = rates.peerStride > 1 && all > end - start ? `, ${everyNth(rates.peerStride)} shown` : '';
  return `${groups[group]?.name ?? ''} · ${formatCount(thinned === '' ? end - start : all, 'peer')}${thinned}`;
}
