/** Rows of numbers: nobody's numbers are another's, and who takes a row finds zeros. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NumberRows } from '../../../src/core/peer/number-rows.ts';

const ROW_LENGTH = 5;

it('rows are apart, begin with zeros, and are used again', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 150, size: 'max' }), (steps) => {
      const rows = new NumberRows(ROW_LENGTH);
      const taken: { row: number; mark: number }[] = [];
      let most = 0;
      steps.forEach((step, index) => {
        // Six steps of ten take, the others give back.
        const given = step < 6 ? undefined : taken.splice(step % Math.max(1, taken.length), 1)[0];
        if (given !== undefined) rows.give(given.row);
        if (step >= 6) return;
        const row = rows.take();
        expect([...rows.cells.subarray(row, row + ROW_LENGTH)]).toEqual(Array(ROW_LENGTH).fill(0));
        rows.cells.fill(index + 0.5, row, row + ROW_LENGTH);
        taken.push({ row, mark: index + 0.5 });
        most = Math.max(most, taken.length);
      });
      for (const { row, mark } of taken) {
        expect([...rows.cells.subarray(row, row + ROW_LENGTH)]).toEqual(Array(ROW_LENGTH).fill(mark));
      }
      expect(rows.cells.length).toBeLessThanOrEqual(ROW_LENGTH * (most + 1 + Math.max(4, most >> 2)));
    }),
    { numRuns: 100 },
  );
});
