/**
 * The strips of "Who is there when" as an image: a strip a peer, in blocks of one group. A peer that is there has a full
 * strip, one that is away a thin line; where strips are thinner than the dots of the screen a line shows their mean colour.
 */
import type { PresenceLetter, ReportModel } from '../report/model.ts';
import { isThereLetter } from '../report/peer-words.ts';
import type { Frame, Scale } from './frame.ts';
import { MeanImage } from './mean-image.ts';
import { type Rgb, readColour } from './theme.ts';

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

/** Neighbouring rows of one group; places and heights in CSS pixels. */
export interface PresenceBlock {
  readonly group: number;
  readonly start: number;
  readonly end: number;
  readonly top: number;
  readonly height: number;
}

/** Above each block. */
const HEADING = 24;
const TALL = 420;

/** @param group the only one that is laid out; undefined: all */
export function layOutPresence(model: ReportModel, group: number | undefined): PresenceBlock[] {
  const { peers } = model.presence;
  const groupOf = (peer: number): number => model.peers.group[peer] ?? 0;
  const shown = peers.filter((peer) => group === undefined || groupOf(peer) === group).length;
  const rowHeight = Math.max(0.5, Math.min(shown <= 12 ? 18 : 10, TALL / Math.max(1, shown)));
  const blocks: PresenceBlock[] = [];
  let top = 0;
  let start = 0;
  for (const [row, peer] of peers.entries()) {
    const own = groupOf(peer);
    if (row + 1 < peers.length && groupOf(peers[row + 1] ?? 0) === own) continue;
    if (group === undefined || own === group) {
      const height = Math.max(3, (row + 1 - start) * rowHeight);
      blocks.push({ group: own, start, end: row + 1, top: top + HEADING, height });
      top += HEADING + height;
    }
    start = row + 1;
  }
  return blocks;
}

export function paintPresence(
  context: CanvasRenderingContext2D,
  frame: Frame,
  model: ReportModel,
  blocks: readonly PresenceBlock[],
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
  block: PresenceBlock,
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
      const from = Math.max(0, Math.floor(dotAt(times[span] ?? 0)));
      const to = Math.max(from + 1, Math.round(dotAt(times[span + 1] ?? 0)));
      if (from >= width || dotAt(times[span + 1] ?? 0) < 0) continue;
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
