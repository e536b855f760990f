/** The documentation has the tables that the program has. `UPDATE_DOCS=1` writes them there. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aggregateNamed } from '../../../src/scenarios/expectations/aggregates.ts';
import {
  aggregateEntries,
  metricEntries,
  referenceTables,
} from '../../../src/scenarios/expectations/reference.ts';

const FILE = 'docs/SCENARIOS.md';
const tables = Object.entries(referenceTables());

/** Where the table stands, from the line after its first mark to the line of its second one. */
function place(text: string, name: string): { readonly from: number; readonly to: number } {
  const begin = `<!-- ${name}: made by referenceTables() -->\n\n`;
  const from = text.indexOf(begin);
  const to = text.indexOf(`\n\n<!-- ${name}: end -->`);
  expect(from).toBeGreaterThan(0);
  expect(to).toBeGreaterThan(from);
  return { from: from + begin.length, to };
}

describe('docs/SCENARIOS.md', () => {
  it.each(tables)('has the table of %s', (name, table) => {
    let text = readFileSync(FILE, 'utf8');
    if (process.env.UPDATE_DOCS === '1') {
      const { from, to } = place(text, name);
      text = text.slice(0, from) + table + text.slice(to);
      writeFileSync(FILE, text);
    }
    const { from, to } = place(text, name);
    expect(text.slice(from, to)).toBe(table);
  });
});

describe('the reference', () => {
  it('says of every metric what it is and what it is where there is nothing', () => {
    expect(metricEntries.length).toBeGreaterThan(40);
    for (const { name, values, description, empty } of metricEntries) {
      expect(name).toMatch(/^(peer|peers|piece|swarm|tracker|torrent|bound|run)\.[a-z_0-9]+$/);
      for (const text of [values, description, empty]) expect(text.length).toBeGreaterThan(5);
    }
  });

  it('names aggregates that there are', () => {
    for (const { name } of aggregateEntries) {
      for (const one of name.split(/ to |, /)) expect(aggregateNamed(one), one).toBeDefined();
    }
  });
});
