import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldToRarest } from '../../viz/charts/rarest-image.ts';

describe('counts at the resolution of the screen', () => {
  it('are as they were where there is room', () => {
    const cells = Uint16Array.of(1, 2, 3, 4, 5, 6);
    expect(foldToRarest(cells, 3, 2, 500, 500)).toEqual({ width: 3, height: 2, counts: cells });
  });

  it('show the least of what a dot touches, also where a cell lies on two dots', () => {
    expect([...foldToRarest(Uint16Array.of(9, 0, 7), 3, 1, 2, 1).counts]).toEqual([0, 0]);
    expect([...foldToRarest(Uint16Array.of(9, 8, 7, 6), 1, 4, 1, 2).counts]).toEqual([8, 6]);
  });

  it('hide no piece that died out, and invent none', () => {
    const matrix = fc
      .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }))
      .chain(([columns, rows]) =>
        fc.record({
          columns: fc.constant(columns),
          rows: fc.constant(rows),
          cells: fc.uint16Array({ minLength: columns * rows, maxLength: columns * rows }),
          width: fc.integer({ min: 1, max: 40 }),
          height: fc.integer({ min: 1, max: 40 }),
        }),
      );
    fc.assert(
      fc.property(matrix, ({ cells, columns, rows, width, height }) => {
        const folded = foldToRarest(cells, columns, rows, width, height);
        expect(Math.min(...folded.counts)).toBe(Math.min(...cells));
        for (const count of folded.counts) expect(cells).toContain(count);
        for (const [cell, count] of cells.entries()) {
          const x = Math.floor(((cell % columns) * folded.width) / columns);
          const y = Math.floor((Math.floor(cell / columns) * folded.height) / rows);
          expect(folded.counts[y * folded.width + x]).toBeLessThanOrEqual(count);
        }
      }),
      { numRuns: 100 },
    );
  });
});
