/**
 * A matrix as coloured cells inside a drawing: one picture element, each cell a rectangle of one colour, so that thousands
 * of cells cost one mark, stay crisp at any size and go along when the drawing is saved.
 */
import { interpolateViridis } from 'd3-scale-chromatic';
import type { Selection } from 'd3-selection';
import { formatNumber } from './format.ts';
import type { Frame } from './frame.ts';
import { parseColour, type Rgb, readColour } from './theme.ts';

export interface CellImage {
  readonly columns: number;
  readonly rows: number;
  /** In [0, 1], row by row; 0 has the colour of nothing, NaN is left blank. */
  readonly values: ArrayLike<number>;
  /** Where it lies in the plot, in pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const STEPS = 256;

export function drawCellImage(
  frame: Frame,
  image: CellImage,
): Selection<SVGImageElement, unknown, null, undefined> {
  const { columns, rows, values } = image;
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, columns);
  canvas.height = Math.max(1, rows);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser has no canvas');
  const data = new ImageData(canvas.width, canvas.height);
  const colours = colourTable();
  const nothing = readColour('--empty');
  for (let cell = 0; cell < columns * rows; cell++) {
    const value = values[cell] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const [red, green, blue] =
      value === 0 ? nothing : (colours[Math.min(STEPS - 1, Math.floor(value * STEPS))] as Rgb);
    data.data[cell * 4] = red;
    data.data[cell * 4 + 1] = green;
    data.data[cell * 4 + 2] = blue;
    data.data[cell * 4 + 3] = 255;
  }
  context.putImageData(data, 0, 0);
  return frame.plot
    .append('image')
    .attr('data-mark', 'cells')
    .attr('data-columns', columns)
    .attr('data-rows', rows)
    .attr('href', canvas.toDataURL())
    .attr('preserveAspectRatio', 'none')
    .attr('x', image.x)
    .attr('y', image.y)
    .attr('width', image.width)
    .attr('height', image.height)
    .attr('image-rendering', 'pixelated');
}

/** A strip of the colours, from nothing to the most, with its right end at `right`. */
export function drawColourKey(
  frame: Frame,
  right: number,
  top: number,
  most: string,
  nothing = formatNumber(0),
): void {
  const length = frame.narrow ? 90 : 140;
  const steps = 40;
  const strip = frame.root
    .append('g')
    .attr('class', 'colour-key')
    .attr('transform', `translate(${right - length},${top})`);
  for (let step = 0; step < steps; step++) {
    strip
      .append('rect')
      .attr('x', (step * length) / steps)
      .attr('width', length / steps + 0.6)
      .attr('height', 9)
      .attr('fill', interpolateViridis(step / (steps - 1)));
  }
  strip.append('rect').attr('x', -26).attr('width', 18).attr('height', 9).style('fill', 'var(--empty)');
  strip.append('text').attr('x', -26).attr('y', -5).text(nothing);
  strip.append('text').attr('x', length).attr('y', -5).attr('text-anchor', 'end').text(most);
}

function colourTable(): Rgb[] {
  return Array.from({ length: STEPS }, (_, step) => parseColour(interpolateViridis(step / (STEPS - 1))));
}

/** The value of the brightest colour. One cell in a hundred of those in use may be larger, so that few do not leave all else dark. */
export function brightestOf(cells: Uint16Array): number {
  const used = cells.filter((cell) => cell > 0).sort();
  return Math.max(1, used[Math.floor((used.length - 1) * 0.99)] ?? 1);
}
