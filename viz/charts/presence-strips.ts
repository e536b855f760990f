/**
 * Who is there when: a strip a peer, in blocks of one group in order of arrival, coloured by what the peer is doing. A
 * peer that is there has a full strip, one that is away a thin line, so that the picture reads without colours too. The
 * arrow keys go from peer to peer and from span to span; what is chosen is said in words below.
 */

import type { PresenceLetter, ReportModel } from '../report/model.ts';
import { everyNth, isThereLetter, peerName, stateName } from '../report/peer-words.ts';
import { drawBands, headroomFor } from './bands.ts';
import { formatCount, formatDuration } from './format.ts';
import {
  createFrame,
  drawCapture,
  drawTimeAxis,
  type Frame,
  placeCanvas,
  type Scale,
  timeScale,
} from './frame.ts';
import { drawKeys } from './keys.ts';
import { MeanImage } from './mean-image.ts';
import { type Rgb, readColour } from './theme.ts';
import type { Tip } from './tip.ts';

/** In the order of the legend. */
export const PRESENCE_COLOURS: Readonly<Record<PresenceLetter, string | undefined>> = {
  d: '--s-downloading',
  s: '--s-complete',
  m: '--s-misbehaving',
  c: '--s-capped',
  a: '--s-away',
  x: '--s-crashed',
  l: undefined,
};

interface Block {
  readonly group: number;
  readonly start: number;
  readonly end: number;
  readonly top: number;
  readonly height: number;
}

interface Place {
  readonly row: number;
  readonly span: number;
}

const HEADING = 24;
const TALL = 420;

/** Builds the chart once; the returned function redraws it for the page's current width and colours. */
export function createPresenceStrips(host: HTMLElement, model: ReportModel, tip: Tip): () => void {
  const { presence, endUs } = model;
  const keys = document.createElement('div');
  keys.className = 'keys';
  const picture = document.createElement('div');
  picture.className = 'picture focusable';
  picture.tabIndex = 0;
  picture.setAttribute('role', 'group');
  picture.setAttribute(
    'aria-label',
    'Who is there when. Arrow keys go from peer to peer and from span to span.',
  );
  const status = document.createElement('p');
  status.className = 'status';
  status.setAttribute('aria-live', 'polite');
  host.replaceChildren(keys, picture, status);
  status.textContent = 'Point at a strip, or focus the picture and use the arrow keys.';
  const blocks = layOut(model);
  const bottom = blocks.at(-1);
  const tall = bottom === undefined ? 40 : bottom.top + bottom.height;
  let chosen: Place | undefined;
  let frame: Frame | undefined;
  let x: Scale | undefined;

  const showChosen = (): void => {
    if (frame === undefined || x === undefined) return;
    frame.root.selectAll('.chosen').remove();
    const block =
      chosen &&
      blocks.find(({ start, end }) => chosen !== undefined && chosen.row >= start && chosen.row < end);
    if (chosen === undefined || block === undefined) return;
    const times = presence.timesUs[chosen.row] ?? [];
    const height = block.height / (block.end - block.start);
    frame.root
      .append('rect')
      .attr('class', 'chosen')
      .attr('x', x(times[chosen.span] ?? 0) - 1)
      .attr('width', Math.max(2, x(times[chosen.span + 1] ?? 0) - x(times[chosen.span] ?? 0) + 2))
      .attr('y', block.top + (chosen.row - block.start) * height - 1)
      .attr('height', Math.max(3, height + 2));
    const { heading, lines } = describeSpan(model, chosen);
    status.textContent = `${heading}: ${lines.join(', ')}.`;
  };

  picture.addEventListener('keydown', (event) => {
    const moved = move(model, chosen, event.key);
    if (moved === undefined) return;
    event.preventDefault();
    chosen = moved;
    showChosen();
  });

  return () => {
    drawKeys(keys, legend(model));
    frame = createFrame(
      picture,
      'When each peer was there and what it was doing',
      tall,
      () => ({ top: 4, right: 4, bottom: 46, left: 6 }),
      headroomFor(model),
    );
    x = timeScale(frame, endUs);
    paint(placeCanvas(frame), frame, model, blocks, x);
    drawTimeAxis(frame, x);
    for (const block of blocks) drawHeading(frame, model, block);
    drawBands(frame, x, model, true);
    drawCapture(frame, tip, (fractionX, fractionY) => {
      const place = placeAt(model, blocks, fractionX * endUs, fractionY * tall);
      return place && describeSpan(model, place);
    });
    host.dataset.rows = String(presence.peers.length);
    showChosen();
  };
}

function layOut(model: ReportModel): Block[] {
  const { peers } = model.presence;
  const rowHeight = Math.max(0.5, Math.min(peers.length <= 12 ? 18 : 10, TALL / Math.max(1, peers.length)));
  const blocks: Block[] = [];
  let top = 0;
  let start = 0;
  for (const [row, peer] of peers.entries()) {
    const group = model.peers.group[peer] ?? 0;
    if (row + 1 < peers.length && model.peers.group[peers[row + 1] ?? 0] === group) continue;
    const height = Math.max(3, (row + 1 - start) * rowHeight);
    blocks.push({ group, start, end: row + 1, top: top + HEADING, height });
    top += HEADING + height;
    start = row + 1;
  }
  return blocks;
}

function paint(
  context: CanvasRenderingContext2D,
  frame: Frame,
  model: ReportModel,
  blocks: readonly Block[],
  x: Scale,
): void {
  const density = context.canvas.width / frame.width;
  const colours = new Map(
    Object.entries(PRESENCE_COLOURS).map(([letter, name]) => [
      letter,
      name && `rgb(${readColour(name).join(',')})`,
    ]),
  );
  context.scale(density, density);
  for (const block of blocks) {
    const step = block.height / (block.end - block.start);
    if (step * density < 1.5) {
      paintThin(context, model, block, (timeUs) => x(timeUs) * density, density);
      continue;
    }
    const gap = step >= 4 ? Math.min(2, step * 0.2) : 0;
    for (let row = block.start; row < block.end; row++) {
      const top = block.top + (row - block.start) * step;
      const states = model.presence.states[row] ?? '';
      const times = model.presence.timesUs[row] ?? [];
      for (let span = 0; span < states.length; span++) {
        const letter = states.charAt(span) as PresenceLetter;
        const colour = colours.get(letter);
        if (colour === undefined) continue;
        const left = x(times[span] ?? 0);
        const width = Math.max(0.5, x(times[span + 1] ?? 0) - left);
        const full = step - gap;
        const thick = isThereLetter(letter) || step < 4 ? full : Math.max(1.25, full * 0.22);
        context.fillStyle = colour;
        context.fillRect(left, top + (full - thick) / 2, width, thick);
        // A crash is an instant: the end of the strip shows it.
        if (letter === 'x' && step >= 4) context.fillRect(left, top, 2, full);
      }
    }
  }
}

/** Strips thinner than a dot of the screen: each line has the mean colour of those that it covers. */
function paintThin(
  context: CanvasRenderingContext2D,
  model: ReportModel,
  block: Block,
  dotAt: (timeUs: number) => number,
  density: number,
): void {
  const { width } = context.canvas;
  const top = Math.round(block.top * density);
  const height = Math.max(1, Math.round((block.top + block.height) * density) - top);
  const image = new MeanImage(width, block.end - block.start, width, height);
  const page = readColour('--page');
  const colours = new Map(
    Object.entries(PRESENCE_COLOURS).map(([letter, name]) => [letter, name ? readColour(name) : page]),
  );
  const line = new Array<Rgb>(width);
  for (let row = block.start; row < block.end; row++) {
    const states = model.presence.states[row] ?? '';
    const times = model.presence.timesUs[row] ?? [];
    line.fill(page);
    for (let span = 0; span < states.length; span++) {
      const from = Math.floor(dotAt(times[span] ?? 0));
      const to = Math.max(from + 1, Math.round(dotAt(times[span + 1] ?? 0)));
      line.fill(colours.get(states.charAt(span)) ?? page, from, to);
    }
    for (let dot = 0; dot < width; dot++) {
      const [red, green, blue] = line[dot] as Rgb;
      image.change(row - block.start, dot, red, green, blue);
    }
  }
  image.render();
  context.putImageData(new ImageData(image.pixels, image.width, image.height), 0, top);
}

function drawHeading(frame: Frame, model: ReportModel, block: Block): void {
  const { peerStride } = model.presence;
  const group = model.groups[block.group];
  const shown = block.end - block.start;
  const count = peerStride > 1 ? (group?.peers ?? shown) : shown;
  const thinned = count > shown ? `, ${everyNth(peerStride)} shown` : '';
  frame.root
    .append('text')
    .attr('class', 'direct')
    .attr('y', block.top - 7)
    .style('fill', 'var(--ink)')
    .text(`${group?.name ?? ''} · ${formatCount(count, 'peer')}${thinned}`);
}

/** Only what occurs, in a fixed order. */
function legend(model: ReportModel): { colour: string; text: string; thin: boolean }[] {
  const all = model.presence.states.join('');
  return Object.entries(PRESENCE_COLOURS).flatMap(([letter, colour]) =>
    colour === undefined || !all.includes(letter)
      ? []
      : [
          {
            colour: `var(${colour})`,
            text: stateName(letter as PresenceLetter),
            thin: !isThereLetter(letter as PresenceLetter),
          },
        ],
  );
}

function placeAt(model: ReportModel, blocks: readonly Block[], timeUs: number, y: number): Place | undefined {
  const block = blocks.find(({ top, height }) => y >= top && y <= top + height);
  if (block === undefined) return undefined;
  const rows = block.end - block.start;
  const row = block.start + Math.min(rows - 1, Math.floor(((y - block.top) / block.height) * rows));
  const times = model.presence.timesUs[row] ?? [];
  if (timeUs < (times[0] ?? Number.POSITIVE_INFINITY)) return { row, span: -1 };
  return {
    row,
    span: Math.max(
      0,
      Math.min(
        times.length - 2,
        times.findLastIndex((us) => us <= timeUs),
      ),
    ),
  };
}

function describeSpan(model: ReportModel, { row, span }: Place): { heading: string; lines: string[] } {
  const { presence, endUs } = model;
  const times = presence.timesUs[row] ?? [];
  const heading = peerName(model, presence.peers[row] ?? 0);
  if (span < 0) return { heading, lines: [`arrives at ${formatDuration(times[0] ?? endUs)}`] };
  const letter = presence.states[row]?.charAt(span) as PresenceLetter;
  const toUs = times[span + 1] ?? endUs;
  const until = toUs >= endUs ? 'to the end' : `to ${formatDuration(toUs)}`;
  return { heading, lines: [stateName(letter), `from ${formatDuration(times[span] ?? 0)} ${until}`] };
}

/** Where a key leads; undefined for keys that mean nothing here. */
function move(model: ReportModel, from: Place | undefined, key: string): Place | undefined {
  const { states } = model.presence;
  const rows = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }[key];
  const spans = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if ((rows === undefined && spans === undefined) || states.length === 0) return undefined;
  if (from === undefined) return { row: 0, span: 0 };
  const row = Math.min(states.length - 1, Math.max(0, from.row + (rows ?? 0)));
  const most = (states[row]?.length ?? 1) - 1;
  return { row, span: Math.min(most, Math.max(0, from.span + (spans ?? 0))) };
}
