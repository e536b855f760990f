/**
 * All pieces in a row, each in its hue and as tall as it has copies: where the rare piece is can be seen at once, and each
 * can be clicked. Where there are more pieces than pixels a bar shows the rarest of those that it stands for.
 */
import { pieceColours } from './piece-colours.ts';
import type { SwarmCast, SwarmInstant } from './swarm-history.ts';
import type { SwarmPalette } from './swarm-painter.ts';

export const STRIP_HEIGHT = 46;
/** Above the bars, for the marks of the rarest and the chosen piece. */
const MARKS = 9;
const LEAST_BAR = 1.5;
/** Marked as rare are pieces with so few copies, while they are no more than this share of all. */
const RARE_COPIES = 3;
const RARE_SHARE = 0.2;

export class PieceStrip {
  readonly canvas = document.createElement('canvas');
  readonly #cast: SwarmCast;
  #colours: readonly string[] = [];
  #width = 0;

  constructor(cast: SwarmCast) {
    this.#cast = cast;
    this.canvas.className = 'swarm-strip';
    this.canvas.setAttribute('aria-hidden', 'true');
  }

  resize(width: number, density: number): void {
    this.#width = width;
    this.canvas.width = Math.max(1, Math.round(width * density));
    this.canvas.height = Math.round(STRIP_HEIGHT * density);
    this.canvas.getContext('2d')?.setTransform(density, 0, 0, density, 0, 0);
    if (this.#colours.length === 0) this.#colours = pieceColours(this.#cast.torrent.pieceCount);
  }

  /** The piece at a place along the strip, as a share of its width. */
  pieceAt(share: number): number {
    const { pieceCount } = this.#cast.torrent;
    return Math.min(pieceCount - 1, Math.max(0, Math.floor(share * pieceCount)));
  }

  paint(instant: SwarmInstant, chosen: number, palette: SwarmPalette): void {
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    const { pieceCount } = this.#cast.torrent;
    const bars = Math.max(1, Math.min(pieceCount, Math.floor(this.#width / LEAST_BAR)));
    const each = pieceCount / bars;
    const most = Math.max(1, this.#mostCopies(instant));
    const room = STRIP_HEIGHT - MARKS;
    context.clearRect(0, 0, this.#width, STRIP_HEIGHT);
    const fewest = instant.fewestCopies;
    const isRare = fewest <= RARE_COPIES && instant.rarestCount <= pieceCount * RARE_SHARE;
    for (let bar = 0; bar < bars; bar++) {
      const from = Math.floor(bar * each);
      const end = Math.max(from + 1, Math.floor((bar + 1) * each));
      let copies = Number.POSITIVE_INFINITY;
      for (let piece = from; piece < end; piece++) copies = Math.min(copies, instant.copiesOf(piece));
      const left = (bar / bars) * this.#width;
      const width = this.#width / bars;
      const gap = width > 5 ? 1 : 0;
      context.fillStyle = palette.empty;
      context.fillRect(left, MARKS, width - gap, room);
      const tall = (copies / most) * room;
      context.fillStyle = this.#colours[from] ?? palette.quiet;
      context.fillRect(left, STRIP_HEIGHT - tall, width - gap, tall);
      if (copies === fewest && isRare) mark(context, left + width / 2, palette.ink);
      if (chosen >= from && chosen < end) mark(context, left + width / 2, palette.bad);
    }
  }

  #mostCopies(instant: SwarmInstant): number {
    let most = 0;
    for (let piece = 0; piece < this.#cast.torrent.pieceCount; piece++)
      most = Math.max(most, instant.copiesOf(piece));
    return most;
  }
}

function mark(context: CanvasRenderingContext2D, x: number, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x, MARKS - 1);
  context.lineTo(x - 3, MARKS - 7);
  context.lineTo(x + 3, MARKS - 7);
  context.fill();
}
