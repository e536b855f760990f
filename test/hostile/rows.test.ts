/** The catalogue of attacks is complete, and each row is held by tests that are there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EVERYWHERE, ROWS } from './rows.ts';

it('has every row once, held by a test or with a reason', () => {
  expect(ROWS.map(({ row }) => row)).toEqual(Array.from({ length: 72 }, (_, index) => index + 1));
  expect(ROWS.filter(({ held, left }) => held === undefined && left === undefined)).toEqual([]);
});

it('names tests that are there', () => {
  const missing: string[] = [];
  for (const { row, held = {} } of [...ROWS, { row: 0, held: EVERYWHERE }]) {
    for (const [path, titles] of Object.entries(held)) {
      const source = readFileSync(join(import.meta.dirname, '..', path), 'utf8');
      for (const title of titles) if (!source.includes(title)) missing.push(`${row}: ${path}: ${title}`);
    }
  }
  expect(missing).toEqual([]);
});
