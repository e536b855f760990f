import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeanImage } from '../../viz/charts/mean-image.ts';

/** The colour of a dot by the areas of the cells on it, straight from the definition. */
function meanOf(
  cells: readonly number[],
  columns: number,
  rows: number,
  image: MeanImage,
  dot: number,
): number {
  const [x, y] = [dot % image.width, Math.floor(dot / image.width)];
  const overlap = (cell: number, count: number, at: number, dots: number): number =>
    Math.max(0, Math.min(((cell + 1) * dots) / count, at + 1) - Math.max((cell * dots) / count, at));
  let sum = 0;
  let area = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const part = overlap(column, columns, x, image.width) * overlap(row, rows, y, image.height);
      sum += part * (cells[row * columns + column] as number);
      area += part;
    }
  }
  return sum / area;
}

const picture = fc
  .record({
    columns: fc.integer({ min: 1, max: 40 }),
    rows: fc.integer({ min: 1, max: 40 }),
    width: fc.integer({ min: 1, max: 50 }),
    height: fc.integer({ min: 1, max: 50 }),
  })
  .chain((size) => {
    const cells = fc.array(fc.integer({ min: 0, max: 255 }), {
      minLength: size.columns * size.rows,
      maxLength: size.columns * size.rows,
    });
    return fc.record({ size: fc.constant(size), before: cells, after: cells });
  });

describe('mean image', () => {
  it('has one dot a cell where there is room for it', () => {
    const image = new MeanImage(2, 1, 100, 100);
    image.change(0, 1, 10, 20, 30);
    image.render();
    expect([image.width, image.height]).toEqual([2, 1]);
    expect([...image.pixels]).toEqual([0, 0, 0, 255, 10, 20, 30, 255]);
    expect(image.mixed).toEqual([1, 1]);
  });

  it('divides a cell that lies on two dots between them', () => {
    const image = new MeanImage(3, 1, 2, 1);
    image.change(0, 1, 90, 0, 0);
    image.render();
    expect([image.pixels[0], image.pixels[4]]).toEqual([30, 30]);
    expect(image.mixed).toEqual([2, 1]);
  });

  it('shows in each dot the mean of what it covers, by area', () => {
    fc.assert(
      fc.property(picture, ({ size: { columns, rows, width, height }, after }) => {
        const image = new MeanImage(columns, rows, width, height);
        for (const [cell, value] of after.entries()) {
          image.change(Math.floor(cell / columns), cell % columns, value, 0, 255 - value);
        }
        image.render();
        for (let dot = 0; dot < image.width * image.height; dot++) {
          const mean = meanOf(after, columns, rows, image, dot);
          // A 64th of a cell on each axis, and rounding.
          expect(Math.abs((image.pixels[dot * 4] as number) - mean)).toBeLessThan(8);
          expect(
            Math.abs((image.pixels[dot * 4] as number) + (image.pixels[dot * 4 + 2] as number) - 255),
          ).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the same whether it was changed or drawn anew', () => {
    fc.assert(
      fc.property(picture, ({ size: { columns, rows, width, height }, before, after }) => {
        const changed = new MeanImage(columns, rows, width, height);
        const fresh = new MeanImage(columns, rows, width, height);
        for (const [cell, value] of before.entries()) {
          const [row, column] = [Math.floor(cell / columns), cell % columns];
          changed.change(row, column, value, value, value);
          fresh.change(row, column, after[cell] as number, 0, 0);
        }
        changed.render();
        for (const [cell, value] of before.entries()) {
          const [row, column] = [Math.floor(cell / columns), cell % columns];
          changed.change(row, column, (after[cell] as number) - value, -value, -value);
          // Some by some, as a slider that moves: a few dots, or all of them.
          if (cell % 7 === 0) changed.render();
        }
        changed.render();
        fresh.render();
        expect(changed.pixels).toEqual(fresh.pixels);
      }),
      { numRuns: 60 },
    );
  });
});
