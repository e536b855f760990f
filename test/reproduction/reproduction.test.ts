/**
 * The reproduced results that are published are those of these scenarios and this program: page and pictures follow from the
 * kept results, those are of runs that the scenarios ask for, and a run of each begins with this engine as it began with the one that made them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documentOf, wordsOf } from '../../scripts/reproduce/document.ts';
import {
  beginningOf,
  KEPT,
  REPRODUCTION,
  readCells,
  readKept,
  study,
} from '../../scripts/reproduce/kept-results.ts';
import { drawResult } from '../../scripts/reproduce/picture.ts';
import { RESULTS } from '../../scripts/reproduce/results.ts';
import { chosenRuns } from '../../scripts/reproduce/run-scenario.ts';

const specs = RESULTS.flatMap(({ scenarios }) => scenarios);
const keptOf = (name: string) => {
  const kept = readKept(name, KEPT);
  if (kept === undefined)
    throw new Error(`${KEPT}/${name}.json is missing: npm run reproduce -- --full makes it`);
  return kept;
};
const studyAll = () =>
  RESULTS.map((spec) => ({ spec, studied: spec.scenarios.map(({ name }) => study(keptOf(name), '.')) }));
let studied: ReturnType<typeof studyAll> | undefined;
/** Made by whichever test asks first. */
function outcomes(): ReturnType<typeof studyAll> {
  studied ??= studyAll();
  return studied;
}

it('the suite has every scenario of its folder, and nothing is kept of others', () => {
  const names = specs.map(({ name }) => name).toSorted();
  const files = (folder: string, ending: string): string[] =>
    readdirSync(folder)
      .filter((file) => file.endsWith(ending))
      .map((file) => file.slice(0, -ending.length))
      .toSorted();
  expect(files(REPRODUCTION, '.yaml')).toEqual(names);
  expect(files(KEPT, '.json')).toEqual(names);
});

describe.each(specs)('$name', (spec) => {
  const { scenario, sweep } = readCells(spec.name, '.');

  it('names its result and its source, and expects something of runs and of cells', () => {
    const [result = '', source = ''] = wordsOf(spec.name, '.');
    expect(result).toMatch(/^The result: /);
    expect(source).toMatch(/^Source: /);
    expect(scenario.name).toBe(spec.name);
    expect(scenario.expectations.length).toBeGreaterThan(0);
    expect(sweep.expectations?.length).toBeGreaterThan(0);
  });

  it('has kept results of every cell, and of no run that it does not ask for', () => {
    const id = (cell: readonly string[], rep: number): string => `${cell.join(' ')} ${rep}`;
    const wanted = chosenRuns(spec, scenario, sweep, true).map(({ cell, rep }) =>
      id(sweep.cells[cell - 1]?.labels ?? [], rep),
    );
    const kept = keptOf(spec.name).runs.map(({ cell, rep }) => id(cell, rep));
    expect(new Set(kept).size).toBe(kept.length);
    expect(wanted).toEqual(expect.arrayContaining(kept));
    expect(kept).toEqual(expect.arrayContaining(wanted.slice(0, sweep.cells.length)));
  });

  it('begins as it began', { timeout: 60_000 }, () => {
    const { beginning } = keptOf(spec.name);
    expect(
      beginningOf(spec.name, spec.again, '.'),
      'npm run reproduce -- --full comes to other results',
    ).toBe(beginning);
  });
});

it('the page is that of the kept results', () => {
  expect(readFileSync('docs/REPRODUCTION.md', 'utf8')).toBe(documentOf(outcomes(), '.'));
});

it.each(RESULTS)('the picture of result $number is that of the kept results', ({ number }) => {
  const path = `docs/images/reproduction/${number}.svg`;
  const outcome = outcomes().find(({ spec }) => spec.number === number);
  if (outcome === undefined || !existsSync(path)) throw new Error(`${path} is missing`);
  expect(readFileSync(path, 'utf8')).toBe(drawResult(outcome.spec, outcome.studied, true));
});

it('a picture can be drawn of each scenario of its result alone, as in the small form', () => {
  for (const { spec, studied: scenarios } of outcomes()) {
    for (const alone of scenarios) expect(drawResult(spec, [alone], false)).toContain('</svg>');
  }
});
