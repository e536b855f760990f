/**
 * `npm run reproduce`: runs the suite of published results, prints what came out and ends with 1 where something did not hold.
 *
 *   npm run reproduce                      the small form: some seeds and sizes, in some minutes; writes to build/reproduction
 *   npm run reproduce -- --full            everything; writes docs/REPRODUCTION.md, its pictures and docs/reproduction
 *   npm run reproduce -- --render          runs nothing: page and pictures from docs/reproduction as it is
 *   npm run reproduce -- --only <name>     these scenarios only; may be given again
 *   npm run reproduce -- --jobs <number>   runs at a time; as many as there are cores where absent
 *   npm run reproduce -- --full --go-on    does the runs that docs/reproduction does not have yet; it is for one revision of the engine
 *   npm run reproduce -- --runs <number>   at most so many of each scenario: first the first seed of every cell
 *
 * It is bundled into a folder two below the project's, which it finds from there.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keyOf } from '../../src/scenarios/sweep/run-order.ts';
import { documentOf, type Outcome } from './document.ts';
import {
  beginningOf,
  KEPT,
  keep,
  readCells,
  readKept,
  type Studied,
  study,
  writtenKept,
} from './kept-results.ts';
import { drawResult } from './picture.ts';
import type { ScenarioSpec } from './result-spec.ts';
import { RESULTS } from './results.ts';
import { chosenRuns, runScenario } from './run-scenario.ts';
import { type OutcomeRow, outcomeRows } from './table.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const { values: given } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string' },
    'go-on': { type: 'boolean', default: false },
    runs: { type: 'string' },
  },
});
const full = given.full || given.render;
const out = full ? join(ROOT, 'docs') : join(ROOT, 'build/reproduction');
const kept = full ? join(ROOT, KEPT) : join(out, 'reproduction');

async function runOne(spec: ScenarioSpec): Promise<Studied | undefined> {
  const wanted = given.only.length === 0 || given.only.includes(spec.name);
  const known = full ? readKept(spec.name, kept) : undefined;
  if (given.render || !wanted) return known === undefined ? undefined : study(known, ROOT);
  const { scenario, sweep, cells } = readCells(spec.name, ROOT);
  const all = chosenRuns(spec, scenario, sweep, full);
  const rows = known !== undefined && given['go-on'] ? [...study(known, ROOT).rows] : [];
  const there = new Set(rows.map(keyOf));
  const left = all
    .filter((run) => !there.has(keyOf(run)))
    .slice(0, Number(given.runs ?? Number.POSITIVE_INFINITY));
  if (all.length === 0) return undefined;
  const beginning = beginningOf(spec.name, spec.again, ROOT);
  if (known !== undefined && rows.length > 0 && known.beginning !== beginning) {
    throw new Error(
      `${spec.name}: the runs that are kept are of another engine: do them anew, without --go-on`,
    );
  }
  const startMs = Date.now();
  const write = (): void => {
    writeFileSync(join(kept, `${spec.name}.json`), writtenKept(keep({ scenario, sweep }, rows, beginning)));
  };
  await runScenario(left, cells, sweep, {
    script: join(ROOT, 'dist/sweep-worker.js'),
    full,
    jobs: given.jobs === undefined ? undefined : Number(given.jobs),
    onRow: (row, done) => {
      rows.push(row);
      write();
      if (process.stderr.isTTY) process.stderr.write(`\r${spec.name}: ${done} of ${left.length} runs `);
    },
  });
  write();
  console.error(`${spec.name}: ${left.length} runs in ${Math.round((Date.now() - startMs) / 1000)} s`);
  return study(keep({ scenario, sweep }, rows, beginning), ROOT);
}

const names = RESULTS.flatMap(({ scenarios }) => scenarios.map(({ name }) => name));
for (const name of given.only) {
  if (!names.includes(name)) throw new Error(`--only ${name}: the suite has ${names.join(', ')}`);
}
mkdirSync(kept, { recursive: true });
mkdirSync(join(out, 'images/reproduction'), { recursive: true });
const outcomes: Outcome[] = [];
for (const spec of RESULTS) {
  const studied: Studied[] = [];
  for (const scenario of spec.scenarios) {
    const one = await runOne(scenario);
    if (one !== undefined) studied.push(one);
  }
  if (studied.length === 0) continue;
  outcomes.push({ spec, studied });
  writeFileSync(join(out, `images/reproduction/${spec.number}.svg`), drawResult(spec, studied, full));
}
writeFileSync(join(out, 'REPRODUCTION.md'), documentOf(outcomes, ROOT));
const rows = outcomes.flatMap(({ spec, studied }) => outcomeRows(spec, studied));
print(rows);
console.log(`written: ${join(out, 'REPRODUCTION.md')}`);
process.exitCode = rows.length > 0 && rows.every(({ held }) => held) ? 0 : 1;

function print(all: readonly OutcomeRow[]): void {
  let heading = '';
  for (const { result, source, scenario, name, expected, ours, held } of all) {
    const own = `${result}  ${source}: ${scenario}`;
    if (own !== heading) console.log(`\n${own}`);
    heading = own;
    console.log(`  ${held ? '✓' : '✗'} ${name}\n      expected ${expected}; ours ${ours}`);
  }
  const held = all.filter((row) => row.held).length;
  console.log(`\n${held} of ${all.length} expectations hold`);
}
