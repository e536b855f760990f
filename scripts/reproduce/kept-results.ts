/**
 * What is kept of the runs of a scenario of the suite: enough to judge it, to write its part of the document and to draw its
 * picture again, byte for byte, without running it. One JSON file a scenario, in docs/reproduction.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { loadSweep } from '../../src/scenarios/load-scenario.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { type Figure, figuresOf } from '../../src/scenarios/sweep/figures.ts';
import { judgeSweep, type SweepVerdict } from '../../src/scenarios/sweep/judge-sweep.ts';
import type { RunRow } from '../../src/scenarios/sweep/run-row.ts';
import type { ScenarioSweep } from '../../src/scenarios/sweep/sweep.ts';
import { estimated } from '../../src/scenarios/sweep/tables.ts';

/** From the folder of the project. */
export const LIBRARY = 'src/scenarios/library';
export const REPRODUCTION = `${LIBRARY}/reproduction`;
export const KEPT = 'docs/reproduction';

export interface KeptResults {
  readonly scenario: string;
  /** What `values` of a run are of: the measures of the sweep and the columns that it expects something of. */
  readonly columns: readonly string[];
  /** Digest of the beginning of one run, by which the tests see that another engine would come to other results. */
  readonly beginning: string;
  readonly runs: readonly KeptRun[];
}

export interface KeptRun extends Pick<RunRow, 'rep' | 'seed' | 'digest' | 'notHeld'> {
  /** The values that vary. */
  readonly cell: readonly string[];
  /** Empty: it ran to its end, and no law of the network or the engine was broken. */
  readonly reason: string;
  readonly values: readonly (number | null)[];
}

/** A scenario of the suite, its cells, and what is known of its runs. */
export interface Studied {
  readonly name: string;
  readonly scenario: Scenario;
  readonly sweep: ScenarioSweep;
  readonly figures: readonly Figure[];
  readonly rows: readonly RunRow[];
  readonly verdicts: readonly SweepVerdict[];
}

export function readCells(
  name: string,
  root: string,
): { scenario: Scenario; sweep: ScenarioSweep; cells: readonly Scenario[] } {
  const { scenario, cells } = loadSweep(name, join(root, LIBRARY));
  if (scenario.sweep === undefined) throw new Error(`${name} has no sweep`);
  return { scenario, sweep: scenario.sweep, cells };
}

/** Of virtual time. */
const BEGINNING_US = 10_000_000;

/** The digest of the first ten seconds of the first run of the cell that has these values. */
export function beginningOf(name: string, labels: readonly string[], root: string): string {
  const { sweep, cells } = readCells(name, root);
  const index = sweep.cells.findIndex((each) => labels.every((label) => each.labels.includes(label)));
  const cell = cells[index];
  if (cell === undefined) throw new Error(`no cell of ${name} has ${labels.join(' and ')}`);
  const plan = expand({ ...cell, time: { ...cell.time, untilUs: BEGINNING_US } }, cell.seed);
  const run = new SimulatedRun(plan, new NodeHasher());
  run.advance();
  const { digest } = run.finish();
  run.breakUp();
  return digest;
}

function figuresFor({ groups }: Scenario, { measures }: ScenarioSweep): Figure[] {
  return figuresOf(
    groups.map(({ name }) => name),
    measures,
  );
}

/** What is to be kept of these runs. */
export function keep(
  { scenario, sweep }: Pick<Studied, 'scenario' | 'sweep'>,
  rows: readonly RunRow[],
  beginning: string,
): KeptResults {
  const figures = figuresFor(scenario, sweep);
  const expected = (sweep.expectations ?? []).map(({ of }) => of);
  const measured = (sweep.measures ?? []).map(({ name }) => name);
  const columns = [...new Set([...measured, ...expected])];
  const places = columns.map((column) => figures.findIndex(({ name }) => name === column));
  const inOrder = rows.toSorted((a, b) => a.cell - b.cell || a.rep - b.rep);
  return {
    scenario: scenario.name,
    columns,
    beginning,
    runs: inOrder.map(({ cell, rep, seed, digest, reason, notHeld, figures: values }) => ({
      cell: sweep.cells[cell - 1]?.labels ?? [],
      ...{ rep, seed, digest, reason, notHeld },
      values: places.map((place) => estimated(values[place] ?? undefined) ?? null),
    })),
  };
}

/** The scenario judged by runs that were kept; those of cells that it does not have any more are left out. */
export function study(kept: KeptResults, root: string): Studied {
  const { scenario, sweep } = readCells(kept.scenario, root);
  const figures = figuresFor(scenario, sweep);
  const places = figures.map(({ name }) => kept.columns.indexOf(name));
  const rows = kept.runs.flatMap(({ cell, values, ...run }): RunRow[] => {
    const index = sweep.cells.findIndex(({ labels }) => labels.join('\n') === cell.join('\n'));
    if (index < 0) return [];
    return [
      {
        ...run,
        cell: index + 1,
        status: run.reason === '' ? 'done' : 'failed',
        figures: places.map((place) => values[place] ?? null),
        completions: [],
      },
    ];
  });
  const verdicts = judgeSweep(sweep, figures, rows);
  return { name: kept.scenario, scenario, sweep, figures, rows, verdicts };
}

export function readKept(name: string, folder: string): KeptResults | undefined {
  const path = join(folder, `${name}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as KeptResults) : undefined;
}

/** One line a run, so that a difference shows. */
export function writtenKept({ scenario, columns, beginning, runs }: KeptResults): string {
  const lines = runs.map((run) => `    ${JSON.stringify(run)}`).join(',\n');
  return `{\n  "scenario": ${JSON.stringify(scenario)},\n  "columns": ${JSON.stringify(columns)},\n  "beginning": ${JSON.stringify(beginning)},\n  "runs": [\n${lines}\n  ]\n}\n`;
}

/** The values of a column in the runs of the cells that have these values, in the order of repetitions. */
export function valuesIn(
  studied: Studied,
  column: string,
  where: Readonly<Record<string, string>>,
): number[] {
  const { sweep, figures, rows } = studied;
  const place = figures.findIndex(({ name }) => name === column);
  if (place < 0) throw new Error(`${studied.name} has no column ${column}`);
  const factors = Object.entries(where).map(([path, label]) => {
    const factor = sweep.factors.findIndex((each) => each.path === path);
    if (sweep.factors[factor]?.labels.includes(label) !== true) {
      throw new Error(`no cell of ${studied.name} has ${path} ${label}`);
    }
    return [factor, label] as const;
  });
  return rows.flatMap((row) => {
    const labels = sweep.cells[row.cell - 1]?.labels ?? [];
    const value = row.figures[place];
    return typeof value === 'number' && factors.every(([factor, label]) => labels[factor] === label)
      ? [value]
      : [];
  });
}
