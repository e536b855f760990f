/**
 * Peer × piece at one instant, with a slider through the run: a row a peer in blocks of one group, a column a piece.
 * Play, pause and the slider work from the keyboard; what the picture shows is also said in words below it.
 */
import { axisBottom } from 'd3-axis';
import { scaleLinear } from 'd3-scale';
import { unpackUint16 } from '../report/base64.ts';
import type { ReportModel } from '../report/model.ts';
import { NEVER_TICK, tickTime } from '../report/model.ts';
import { peerName } from '../report/peer-words.ts';
import { formatCount, formatDuration } from './format.ts';
import { createFrame, drawCapture, type Frame, placeCanvas } from './frame.ts';
import { createMapControls } from './map-controls.ts';
import { type MapColouring, type MapPalette, paintMapRows, readPalette } from './map-image.ts';
import type { Tip } from './tip.ts';

interface Block {
  readonly group: number;
  readonly start: number;
  readonly end: number;
  /** Place in the plot, in CSS pixels. */
  top: number;
  height: number;
}

const HEADING = 26;

/** Builds the map once; the returned function redraws it for the page's current width and colours. */
export function createPeerPieceMap(host: HTMLElement, model: ReportModel, tip: Tip): () => void {
  const columns = { verified: unpackUint16(model.map.verified), from: unpackUint16(model.map.from) };
  const picture = document.createElement('div');
  picture.className = 'picture';
  const status = document.createElement('p');
  status.className = 'status';
  const blocks = groupBlocks(model);
  let timeUs = startTime(model, columns.verified);
  let colouring: MapColouring = 'giver';
  let palette: MapPalette | undefined;
  let context: CanvasRenderingContext2D | undefined;
  let frame: Frame | undefined;

  const paint = (): void => {
    if (context === undefined || frame === undefined || palette === undefined) return;
    const { canvas } = context;
    const density = canvas.width / frame.width;
    context.clearRect(0, 0, canvas.width, canvas.height);
    let held = 0;
    for (const block of blocks) {
      const rows = block.end - block.start;
      const image = new ImageData(model.map.columns, rows);
      held += paintMapRows(image, model, columns, palette, colouring, timeUs, block.start, block.end);
      const buffer = document.createElement('canvas');
      buffer.width = image.width;
      buffer.height = image.height;
      buffer.getContext('2d')?.putImageData(image, 0, 0);
      const height = block.height * density;
      context.imageSmoothingEnabled = canvas.width < image.width || height < rows;
      context.drawImage(buffer, 0, block.top * density, canvas.width, height);
      if (block.height / rows >= 4) drawRowGaps(context, block, rows, density, palette);
    }
    host.dataset.held = String(held);
    host.dataset.timeUs = String(Math.round(timeUs));
    status.textContent = describeInstant(model, timeUs);
  };

  const draw = (): void => {
    palette = readPalette(model);
    const rows = model.map.peers.length;
    const rowHeight = Math.max(0.55, Math.min(rows <= 12 ? 16 : 8, 420 / Math.max(1, rows)));
    let top = 0;
    for (const block of blocks) {
      block.top = top + HEADING;
      block.height = Math.max(3, (block.end - block.start) * rowHeight);
      top = block.top + block.height;
    }
    frame = createFrame(picture, 'Which peer holds which piece', top, () => ({
      top: 0,
      right: 0,
      bottom: 44,
      left: 0,
    }));
    context = placeCanvas(frame);
    drawHeadings(frame, model, blocks);
    drawPieceAxis(frame, model);
    drawCapture(frame, tip, (fractionX, fractionY) =>
      describeCell(model, columns, blocks, fractionX, fractionY * top, timeUs),
    );
    controls.showKeys(colouring);
    paint();
  };

  const controls = createMapControls(model, timeUs, {
    onTime(next) {
      timeUs = next;
      paint();
    },
    onColouring(next) {
      colouring = next;
      draw();
    },
  });
  host.replaceChildren(controls.colourings, controls.keys, picture, controls.transport, status);
  return draw;
}

function groupBlocks(model: ReportModel): Block[] {
  const blocks: Block[] = [];
  for (const [row, peer] of model.map.peers.entries()) {
    const group = model.peers.group[peer] ?? 0;
    const last = blocks[blocks.length - 1];
    if (last !== undefined && last.group === group) blocks[blocks.length - 1] = { ...last, end: row + 1 };
    else blocks.push({ group, start: row, end: row + 1, top: 0, height: 0 });
  }
  return blocks;
}

/** The instant at which two fifths of all deliveries are done: the picture that says most when nobody moves the slider. */
function startTime(model: ReportModel, verified: Uint16Array): number {
  const deliveries = verified.filter((tick) => tick > 0 && tick !== NEVER_TICK).sort();
  const tick = deliveries[Math.floor(deliveries.length * 0.4)];
  return tick === undefined ? model.shownUs : tickTime(tick, model.endUs);
}

function drawRowGaps(
  context: CanvasRenderingContext2D,
  block: Block,
  rows: number,
  density: number,
  palette: MapPalette,
): void {
  context.fillStyle = `rgb(${palette.page.join(',')})`;
  for (let row = 1; row < rows; row++) {
    const top = Math.round((block.top + (row * block.height) / rows) * density);
    context.fillRect(0, top, context.canvas.width, Math.max(1, Math.round(density * 0.75)));
  }
}

function drawHeadings(frame: Frame, model: ReportModel, blocks: readonly Block[]): void {
  for (const block of blocks) {
    const group = model.groups[block.group];
    if (group === undefined) continue;
    const members = model.map.peers.slice(block.start, block.end);
    const present = members.length * model.map.peerStride;
    const thinned = model.map.peerStride > 1 ? `, every ${model.map.peerStride}th shown` : '';
    frame.root
      .append('text')
      .attr('class', 'direct')
      .attr('y', block.top - 8)
      .style('fill', 'var(--ink)')
      .text(`${group.name} · ${formatCount(thinned === '' ? present : group.peers, 'peer')}${thinned}`);
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
    .call((axis) => axis.select('.domain').remove());
  frame.root
    .append('text')
    .attr('class', 'axis-title')
    .attr('x', frame.width)
    .attr('y', frame.height + 40)
    .attr('text-anchor', 'end')
    .text('piece');
}

function describeCell(
  model: ReportModel,
  columns: { readonly verified: Uint16Array; readonly from: Uint16Array },
  blocks: readonly Block[],
  fractionX: number,
  y: number,
  timeUs: number,
): { heading: string; lines: string[] } | undefined {
  const { map, peers, endUs } = model;
  const block = blocks.find((candidate) => y >= candidate.top && y <= candidate.top + candidate.height);
  if (block === undefined) return undefined;
  const rows = block.end - block.start;
  const inBlock = Math.min(rows - 1, Math.floor(((y - block.top) / block.height) * rows));
  const row = block.start + inBlock;
  const peer = map.peers[row] ?? 0;
  const column = Math.min(map.columns - 1, Math.floor(fractionX * map.columns));
  const tick = columns.verified[row * map.columns + column] ?? NEVER_TICK;
  const giver = (columns.from[row * map.columns + column] ?? 0) - 1;
  const gotUs = tickTime(tick, endUs);
  const lines = [`piece ${column * map.pieceStride}`];
  if (tick === 0) lines.push('held on arrival');
  else if (tick === NEVER_TICK) lines.push('never held');
  else
    lines.push(
      gotUs <= timeUs ? `verified at ${formatDuration(gotUs)}` : `missing until ${formatDuration(gotUs)}`,
    );
  if (giver >= 0) lines.push(`last block from ${peers.id[giver] ?? 'unknown'}`);
  return { heading: peerName(model, peer), lines };
}

/** One line for the instant shown: "1m 30s: 34 peers here, 12 of 60 downloaders complete." */
export function describeInstant(model: ReportModel, timeUs: number): string {
  const { peers, facts, population, completion } = model;
  const row = population.timeUs.findLastIndex((us) => us <= timeUs);
  const here = (population.seeds[row] ?? 0) + (population.leechers[row] ?? 0);
  const away = population.away[row] ?? 0;
  const complete = completion.peers.filter((peer) => (peers.completedUs[peer] ?? 0) <= timeUs).length;
  return `At ${formatDuration(timeUs)}: ${formatCount(here, 'peer')} here${away > 0 ? `, ${away} away` : ''}, ${complete} of ${formatCount(facts.downloaders, 'downloader')} complete.`;
}
