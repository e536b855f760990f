/** The documents of the language (docs/SCENARIOS.md, and docs/SWEEPS.md for `sweep`) and the schema know the same keys. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scenarioJsonSchema } from '../../src/scenarios/json-schema.ts';
import { strategyNames } from '../../src/scenarios/strategy-names.ts';

const SWEEPS = 'docs/SWEEPS.md';
const SWEEPS_TEXT = existsSync(SWEEPS) ? readFileSync(SWEEPS, 'utf8') : undefined;
const TEXT = `${readFileSync('docs/SCENARIOS.md', 'utf8')}\n${SWEEPS_TEXT ?? ''}`;

/** Every key of the schema with the keys above it: "peers.link.down". Entries of lists count as the list. */
function schemaKeys(): Set<string> {
  const { definitions } = scenarioJsonSchema(strategyNames) as { definitions: { scenario: unknown } };
  const keys = new Set<string>();
  const visit = (node: unknown, path: string): void => {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) {
      for (const each of node) visit(each, path);
      return;
    }
    const { properties, anyOf, items, additionalProperties } = node as Record<string, unknown>;
    for (const [key, child] of Object.entries(properties ?? {})) {
      const own = path === '' ? key : `${path}.${key}`;
      keys.add(own);
      visit(child, own);
    }
    for (const inner of [anyOf, items, additionalProperties]) visit(inner, path);
  };
  visit(definitions.scenario, '');
  return keys;
}

/** Rows of the tables whose first column is called "key". */
function rows(): string[][] {
  const found: string[][] = [];
  let isKeyTable = false;
  for (const line of TEXT.split('\n')) {
    if (!line.startsWith('|')) isKeyTable = false;
    else {
      const cells = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      if (cells[0] === 'key') isKeyTable = true;
      else if (isKeyTable && !cells[0]?.startsWith('-')) found.push(cells);
    }
  }
  return found;
}

/** The keys that a first cell names: "`cap.up`, `.down`" are two; "`arrive.process: flash`" is one. */
function keysOf(cell: string): string[] {
  const keys: string[] = [];
  for (const [, span = ''] of cell.matchAll(/`([^`]+)`/g)) {
    const key = span.split(':')[0] as string;
    const above = keys.at(-1)?.split('.').slice(0, -1).join('.') ?? '';
    keys.push(key.startsWith('.') ? `${above}${key}` : key);
  }
  return keys;
}

const known = schemaKeys();
const documented = rows().flatMap(([cell = '']) => keysOf(cell));

describe('docs/SCENARIOS.md', () => {
  it('tells of keys that there are', () => {
    expect(documented.length).toBeGreaterThan(80);
    const all = [...known];
    const unknown = documented.filter(
      (key) => !known.has(key) && !all.some((path) => path.endsWith(`.${key}`)),
    );
    expect(unknown).toEqual([]);
  });

  it('tells of every key that there is, in a table of keys', () => {
    const words = new Set(
      rows()
        .flat()
        .flatMap((cell) =>
          [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, span = '']) => span.split(/[^a-z0-9-]+/)),
        ),
    );
    // Kinds that take shares are values of their key, and stand in its row or in a table of their own.
    const listed = new Set([...TEXT.matchAll(/^\| `([a-z0-9-]+)` /gm)].map(([, name]) => name));
    // How values are spaced is told in examples.
    for (const word of (SWEEPS_TEXT ?? '').split(/[^a-z0-9-]+/)) words.add(word);
    const silent = [...known].filter((path) => {
      if (SWEEPS_TEXT === undefined && path.startsWith('sweep')) return false;
      const key = path.split('.').at(-1) as string;
      return !words.has(key) && !listed.has(key);
    });
    expect(silent).toEqual([]);
  });
});
