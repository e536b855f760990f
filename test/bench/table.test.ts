import { expect, test } from 'vitest';
import { formatNumber, textTable } from '../../bench/table.ts';

test('aligns text left and figures right, and ends no line with spaces', () => {
  expect(
    textTable(
      ['', 'this', 'met'],
      [
        ['ms per unit', '0.593', 'yes'],
        ['blocks/s', '108,000'],
      ],
    ),
  ).toEqual(['                this  met', 'ms per unit    0.593  yes', 'blocks/s     108,000']);
});

test.each([
  [0, 0, '0'],
  [999, 0, '999'],
  [1_000, 0, '1,000'],
  [1_234_567.891, 2, '1,234,567.89'],
  [0.0004, 3, '0.000'],
  [-12_345, 0, '-12,345'],
])('formats %d with %d digits', (value, digits, text) => {
  expect(formatNumber(value, digits)).toBe(text);
});
