/**
 * Piece × time: every piece is a row, every column a slice of time, colour the number of copies. Drawn as one image;
 * pieces without any copy stand out in a colour that the scale does not use, also where a dot of the screen covers several.
 */
import { axisLeft } from 'd3-axis';
import { scaleLinear } from 'd3-scale';
import { interpolateViridis } from 'd3-scale-chromatic';
import type { ChartContext, Follow } from '../report/section.ts';
import { drawBands, eventsAt, headroomFor } from './bands.ts';
import { formatCount, formatDuration, formatNumber } from './format.ts';
import { createFrame, drawAxisTitle, drawTimeAxis, placeCanvas, viewScale } from './frame.ts';
import { foldToRarest } from './rarest-image.ts';
import { parseColour, type Rgb, readColour } from './theme.ts';
import { drawTimeCursor, type PlaceText } from './time-cursor.ts';

export function drawCopiesHeatMap(host: HTMLElement, context: ChartContext, copies: Uint16Array): Follow {
  const { model, selection } = context;
  const { grid, copies: series, torrent } = model;
  const frame = createFrame(
    host,
    'Copies of each piece over time, as colour',
    360,
    () => ({ top: 58, right: 4, bottom: 46, left: 48 }),
    headroomFor(model),
  );
  const x = viewScale(frame, selection.view);
  const y = scaleLinear().domain([0, torrent.pieceCount]).range([0, frame.height]);
  const picture = placeCanvas(frame);
  const colours = colourTable(grid.maxCopies);
  const empty = readColour('--empty');
  const { canvas } = picture;
  // The slices in view, the first and last of them perhaps in part.
  const { fromUs, toUs } = selection.view;
  const firstSlice = Math.max(0, Math.floor(fromUs / grid.sliceUs + 1e-6));
  const lastSlice = Math.min(grid.count, Math.ceil(toUs / grid.sliceUs - 1e-6));
  const inView = Math.max(1, lastSlice - firstSlice);
  const folded = foldToRarest(
    columnsOf(copies, grid.count, grid.rows, firstSlice, inView),
    inView,
    grid.rows,
    canvas.width,
    canvas.height,
  );
  const image = new ImageData(folded.width, folded.height);
  const started = Math.ceil(((series.first - firstSlice) * folded.width) / inView);
  for (const [dot, count] of folded.counts.entries()) {
    const before = dot % folded.width < started;
    const [red, green, blue] = before ? empty : (colours[count] as Rgb);
    image.data[dot * 4] = red;
    image.data[dot * 4 + 1] = green;
    image.data[dot * 4 + 2] = blue;
    image.data[dot * 4 + 3] = 255;
  }
  paint(
    picture,
    image,
    x(firstSlice * grid.sliceUs) / frame.width,
    x((firstSlice + inView) * grid.sliceUs) / frame.width,
  );

  drawTimeAxis(frame, x);
  drawAxisTitle(frame, 'piece');
  frame.root.append('g').call(axisLeft(y).ticks(6).tickSizeOuter(0).tickPadding(6));
  drawScale(frame, grid.maxCopies);
  drawBands(frame, x, model, true);
  const rowAt = (fractionY: number): number => Math.min(grid.rows - 1, Math.floor(fractionY * grid.rows));
  const chosenRow = (): number => Math.floor((selection.selected.piece ?? 0) / grid.piecesPerRow);
  const describe = (timeUs: number, fractionY: number | undefined): PlaceText | undefined => {
    const slice = Math.floor(timeUs / grid.sliceUs);
    if (slice >= grid.count) return undefined;
    const row = fractionY === undefined ? chosenRow() : rowAt(fractionY);
    const first = row * grid.piecesPerRow;
    const last = Math.min(torrent.pieceCount, first + grid.piecesPerRow) - 1;
    const count = copies[row * grid.count + slice] ?? 0;
    return {
      heading: first === last ? `piece ${first}` : `pieces ${first} to ${last}`,
      lines: [
        `at ${formatDuration((slice + 1) * grid.sliceUs)}`,
        first === last
          ? formatCount(count, 'copy', 'copies')
          : `rarest of them: ${formatCount(count, 'copy', 'copies')}`,
        ...eventsAt(model, (slice + 1) * grid.sliceUs),
      ],
    };
  };
  const mark = frame.root.append('rect').attr('class', 'chosen').attr('width', frame.width);
  const follow = drawTimeCursor(frame, x, context, {
    describe,
    pick: (_, fractionY) => ({ piece: rowAt(fractionY) * grid.piecesPerRow }),
    step: (rows) => {
      const row = Math.min(grid.rows - 1, Math.max(0, chosenRow() + rows));
      return { piece: row * grid.piecesPerRow };
    },
  });
  return (selected, changed) => {
    follow(selected, changed);
    const row = chosenRow();
    mark
      .attr('visibility', selected.piece === undefined ? 'hidden' : 'visible')
      .attr('y', (row * frame.height) / grid.rows - 1)
      .attr('height', Math.max(2, frame.height / grid.rows) + 2);
  };
}

function colourTable(maxCopies: number): Rgb[] {
  const table: Rgb[] = [readColour('--dead')];
  for (let count = 1; count <= maxCopies; count++) {
    table.push(
      parseColour(toRgbText(interpolateViridis(maxCopies === 1 ? 0 : (count - 1) / (maxCopies - 1)))),
    );
  }
  return table;
}

/** The scale gives "#rrggbb" or "rgb(…)"; both are understood, this only drops stray spaces. */
function toRgbText(text: string): string {
  return text.trim();
}

/** Some of the columns of a matrix. */
function columnsOf(
  cells: Uint16Array,
  columns: number,
  rows: number,
  first: number,
  count: number,
): Uint16Array {
  if (first === 0 && count === columns) return cells;
  const part = new Uint16Array(rows * count);
  for (let row = 0; row < rows; row++) {
    part.set(cells.subarray(row * columns + first, row * columns + first + count), row * count);
  }
  return part;
}

/** @param left, right where the image lies, as shares of the canvas; it may reach beyond */
function paint(context: CanvasRenderingContext2D, image: ImageData, left: number, right: number): void {
  const buffer = document.createElement('canvas');
  buffer.width = image.width;
  buffer.height = image.height;
  buffer.getContext('2d')?.putImageData(image, 0, 0);
  const { canvas } = context;
  context.imageSmoothingEnabled = false;
  context.drawImage(buffer, left * canvas.width, 0, (right - left) * canvas.width, canvas.height);
}

/** A strip of the colours above the plot, from one copy to the most, and the colour for none. */
function drawScale(
  { root, width, narrow, headroom }: ReturnType<typeof createFrame>,
  maxCopies: number,
): void {
  const length = narrow ? 110 : 180;
  const left = width - length;
  const steps = 60;
  const strip = root.append('g').attr('transform', `translate(${left},${-30 - headroom})`);
  for (let step = 0; step < steps; step++) {
    strip
      .append('rect')
      .attr('x', (step * length) / steps)
      .attr('width', length / steps + 0.6)
      .attr('height', 10)
      .attr('fill', interpolateViridis(step / (steps - 1)));
  }
  const label = (x: number, text: string, anchor: string): void => {
    strip.append('text').attr('x', x).attr('y', -7).attr('text-anchor', anchor).text(text);
  };
  label(0, '1 copy', 'start');
  label(length, formatNumber(maxCopies), 'end');
  strip.append('rect').attr('x', -64).attr('width', 34).attr('height', 10).style('fill', 'var(--dead)');
  label(-64, 'none', 'start');
}
