/**
 * Peer × piece at the selected instant: a row a peer in blocks of one group, a column a piece. What the picture shows is
 * also said in words below it; arrow keys go from peer to peer and from piece to piece.
 */
import { bisector, bisectRight } from 'd3-array';
import { axisBottom } from 'd3-axis';
import { scaleLinear } from 'd3-scale';
import type { ReportModel } from '../report/model.ts';
import { everyNth } from '../report/peer-words.ts';
import type { ChartContext, Draw } from '../report/section.ts';
import { formatCount, formatDuration, formatNumber } from './format.ts';
import { createFrame, drawCapture, type Frame, placeCanvas } from './frame.ts';
import { MapCells } from './map-cells.ts';
import { createMapControls, type MapOrder } from './map-controls.ts';
import { type MapColouring, MapImage, readPalette } from './map-image.ts';
import {
  chosenAt,
  describeCell,
  type MapBlock,
  type MapPlace,
  move,
  placeOf,
  selectedRow,
} from './map-places.ts';
import type { MeanImage } from './mean-image.ts';
import { bindPlotKeys } from './plot-keys.ts';

const HEADING = 26;
/** Height of all rows together, in CSS pixels: what is aimed at, and the most. */
const TALL = 420;
const TALLEST = 560;

/** Builds the map once; what is returned draws it. */
export function createPeerPieceMap(host: HTMLElement, context: ChartContext): Draw {
  const { model, selection, tip } = context;
  const cells = new MapCells(model.map, model.endUs);
  const picture = document.createElement('div');
  picture.className = 'picture';
  const note = document.createElement('p');
  note.className = 'note';
  const status = document.createElement('p');
  status.className = 'status';
  status.dataset.inPicture = '';
  const allBlocks = groupBlocks(model);
  const orders = {
    arrival: orderOf(model, allBlocks, 'arrival'),
    completion: orderOf(model, allBlocks, 'completion'),
  };
  let colouring: MapColouring = 'giver';
  let order: MapOrder = 'arrival';

  const draw: Draw = () => {
    const { peers: choice } = selection.selected;
    const blocks =
      choice?.kind === 'group' ? allBlocks.filter(({ group }) => group === choice.group) : allBlocks;
    const tall = placeBlocks(blocks);
    const frame = createFrame(picture, 'Which peer holds which piece', tall, () => ({
      top: 0,
      right: 0,
      bottom: 44,
      left: 0,
    }));
    const canvas = placeCanvas(frame);
    const density = canvas.canvas.width / frame.width;
    const palette = readPalette(model, colouring);
    const image = new MapImage(
      model,
      cells,
      blocks,
      orders[order],
      { width: canvas.canvas.width, heights: blocks.map(({ height }) => Math.round(height * density)) },
      { palette, colouring },
    );
    const shown = image.images.map((each) => new ImageData(each.pixels, each.width, each.height));
    const buffers = shown.map(() => document.createElement('canvas'));
    const show = (timeUs: number): void => {
      host.dataset.held = String(image.show(timeUs));
      for (const [index, block] of blocks.entries()) {
        drawBlock(canvas, buffers[index] as HTMLCanvasElement, shown[index] as ImageData, block, density);
        const rows = block.end - block.start;
        if (block.height / rows >= 4) drawRowGaps(canvas, block, rows, density, palette.page.join(','));
      }
    };
    note.textContent = describeMixing(image.images);
    drawHeadings(frame, model, blocks);
    drawPieceAxis(frame, model);
    const look = { model, cells, blocks, order: orders[order] };
    const placeAt = (fractionX: number, fractionY: number): MapPlace | undefined =>
      placeOf(look, fractionX, fractionY * tall);
    const mark = frame.root.append('rect').attr('class', 'chosen');
    const column = frame.root.append('rect').attr('class', 'chosen').attr('y', 0).attr('height', tall);
    drawCapture(frame, tip, (fractionX, fractionY) => {
      const place = placeAt(fractionX, fractionY);
      return place && describeCell(look, place, selection.selected.instantUs);
    }).on('click', (event: MouseEvent) => {
      const box = (event.currentTarget as SVGRectElement).getBoundingClientRect();
      const place = placeAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
      if (place !== undefined) selection.set(chosenAt(look, place));
    });
    bindPlotKeys(
      picture,
      `${context.title}. Arrow keys go from peer to peer and from piece to piece.`,
      (event) => {
        const place = move(look, selection.selected, event.key);
        if (place === undefined) return false;
        selection.set(chosenAt(look, place));
        const { heading, lines } = describeCell(look, place, selection.selected.instantUs);
        context.announce(`${[heading, ...lines].join(', ')}.`);
        return true;
      },
    );
    controls.showKeys(colouring);
    return (selected) => {
      show(selected.instantUs);
      host.dataset.timeUs = String(Math.round(selected.instantUs));
      status.textContent = describeInstant(model, selected.instantUs);
      const row = selectedRow(look, selected);
      mark.attr('visibility', row === undefined ? 'hidden' : 'visible').attr('width', frame.width);
      if (row !== undefined) mark.attr('y', row.top - 1).attr('height', Math.max(3, row.height + 2));
      const width = frame.width / model.map.columns;
      column
        .attr('visibility', selected.piece === undefined ? 'hidden' : 'visible')
        .attr('x', Math.floor((selected.piece ?? 0) / model.map.pieceStride) * width - 1)
        .attr('width', Math.max(2, width) + 2);
    };
  };

  const controls = createMapControls(model, {
    onColouring(next) {
      colouring = next;
      context.redraw();
    },
    onOrder(next) {
      order = next;
      context.redraw();
    },
  });
  host.replaceChildren(controls.choices, controls.keys, picture, note, status);
  return draw;
}

function groupBlocks(model: ReportModel): MapBlock[] {
  const blocks: MapBlock[] = [];
  for (const [row, peer] of model.map.peers.entries()) {
    const group = model.peers.group[peer] ?? 0;
    const last = blocks[blocks.length - 1];
    if (last !== undefined && last.group === group) blocks[blocks.length - 1] = { ...last, end: row + 1 };
    else blocks.push({ group, start: row, end: row + 1, top: 0, height: 0 });
  }
  return blocks;
}

/** Which row of the map each row of the picture shows: rows never leave the block of their group. */
function orderOf({ map, peers }: ReportModel, blocks: readonly MapBlock[], order: MapOrder): Int32Array {
  const rows = Int32Array.from(map.peers.keys());
  if (order === 'arrival') return rows;
  const completedUs = Float64Array.from(
    map.peers,
    (peer) => peers.completedUs[peer] ?? Number.POSITIVE_INFINITY,
  );
  for (const { start, end } of blocks) {
    rows.subarray(start, end).sort((a, b) => {
      const [first, second] = [completedUs[a] as number, completedUs[b] as number];
      return first === second ? a - b : first - second;
    });
  }
  return rows;
}

/** Gives the blocks their places; returns the height of all. */
function placeBlocks(blocks: readonly MapBlock[]): number {
  const rows = Math.max(
    1,
    blocks.reduce((sum, { start, end }) => sum + end - start, 0),
  );
  const tall = Math.max(TALL, Math.min(TALLEST, 0.55 * rows));
  const rowHeight = Math.min(rows <= 12 ? 16 : 8, tall / rows);
  let top = 0;
  for (const block of blocks) {
    block.top = top + HEADING;
    block.height = Math.max(3, Math.round((block.end - block.start) * rowHeight));
    top = block.top + block.height;
  }
  return top;
}

/** Puts an image in its place, each of its dots as a rectangle of one colour. `buffer` is a canvas to work with. */
function drawBlock(
  context: CanvasRenderingContext2D,
  buffer: HTMLCanvasElement,
  image: ImageData,
  block: MapBlock,
  density: number,
): void {
  const { canvas } = context;
  const top = Math.round(block.top * density);
  const height = Math.round(block.height * density);
  if (image.width === canvas.width && image.height === height) {
    context.putImageData(image, 0, top);
    return;
  }
  if (buffer.width !== image.width || buffer.height !== image.height) {
    buffer.width = image.width;
    buffer.height = image.height;
  }
  buffer.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(buffer, 0, top, canvas.width, height);
}

function drawRowGaps(
  context: CanvasRenderingContext2D,
  block: MapBlock,
  rows: number,
  density: number,
  page: string,
): void {
  context.fillStyle = `rgb(${page})`;
  for (let row = 1; row < rows; row++) {
    const top = Math.round((block.top + (row * block.height) / rows) * density);
    context.fillRect(0, top, context.canvas.width, Math.max(1, Math.round(density * 0.75)));
  }
}

/** That dots are means, where the screen has fewer of them than the map has cells; else nothing. */
function describeMixing(images: readonly MeanImage[]): string {
  const pieces = images.reduce((most, { mixed }) => Math.max(most, mixed[0]), 1);
  const peers = images.reduce((most, { mixed }) => Math.max(most, mixed[1]), 1);
  if (pieces === 1 && peers === 1) return '';
  const parts = [
    ...(peers > 1 ? [formatCount(peers, 'peer')] : []),
    ...(pieces > 1 ? [formatCount(pieces, 'piece')] : []),
  ];
  return `More cells than dots on the screen: each dot shows the mean colour of up to ${parts.join(' × ')}.`;
}

function drawHeadings(frame: Frame, model: ReportModel, blocks: readonly MapBlock[]): void {
  for (const block of blocks) {
    const group = model.groups[block.group];
    if (group === undefined) continue;
    const shown = block.end - block.start;
    const { peerStride } = model.map;
    const thinned = peerStride > 1 && shown < group.peers;
    frame.root
      .append('text')
      .attr('class', 'direct')
      .attr('y', block.top - 8)
      .style('fill', 'var(--ink)')
      .text(
        thinned
          ? `${group.name} · ${formatCount(group.peers, 'peer')}, ${everyNth(peerStride)} shown`
          : `${group.name} · ${formatCount(shown, 'peer')}`,
      );
  }
}

function drawPieceAxis(frame: Frame, model: ReportModel): void {
  const { pieceCount } = model.torrent;
  const x = scaleLinear().domain([0, pieceCount]).range([0, frame.width]);
  frame.root
    .append('g')
    .attr('transform', `translate(0,${frame.height + 4})`)
    .call(
      axisBottom(x)
        .ticks(Math.max(3, frame.width / 110))
        .tickSizeOuter(0)
        .tickPadding(6),
    )
    .call((axis) => axis.select('.tick text').attr('text-anchor', 'start'))
    .call((axis) =>
      axis
        .selectAll<SVGTextElement, number>('.tick text')
        .filter((piece) => x(piece) > frame.width - 20)
        .attr('text-anchor', 'end'),
    )
    .call((axis) => axis.select('.domain').remove());
  frame.root
    .append('text')
    .attr('class', 'axis-title')
    .attr('x', frame.width)
    .attr('y', frame.height + 40)
    .attr('text-anchor', 'end')
    .text('piece');
}

/** One line for the instant shown: "1m 30s: 34 peers here, 12 of 60 downloaders complete." */
export function describeInstant(model: ReportModel, timeUs: number): string {
  const { peers, facts, population, completion } = model;
  const completedBy = bisector((peer: number) => peers.completedUs[peer] ?? 0);
  const row = bisectRight(population.timeUs as number[], timeUs) - 1;
  const here = (population.seeds[row] ?? 0) + (population.leechers[row] ?? 0);
  const away = population.away[row] ?? 0;
  const complete = completedBy.right(completion.peers as number[], timeUs);
  const about = population.stride > 1 ? 'about ' : '';
  return `At ${formatDuration(timeUs)}: ${about}${formatCount(here, 'peer')} here${away > 0 ? `, ${formatNumber(away)} away` : ''}, ${formatNumber(complete)} of ${formatCount(facts.downloaders, 'downloader')} complete.`;
}
