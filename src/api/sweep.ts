/** Sweeps for programs: every cell as often as it says, on threads; the same tables and comparisons as the command makes. */
import { sweepWorkerScript } from '../cli/assets.ts';
import { machineMemory } from '../cli/memory/machine-memory.ts';
import { shapeOf } from '../cli/memory/run-shape.ts';
import { decideJobs } from '../cli/sweep/sweep-jobs.ts';
import { knownMetrics } from '../cli/sweep/sweep-results.ts';
import { runOnThreads } from '../cli/sweep/worker-pool.ts';
import { SwarmlabError } from '../client/errors.ts';
import { expand } from '../scenarios/expand.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { type Judged, judgeComparisons } from '../scenarios/sweep/compare.ts';
import { verdictSentence } from '../scenarios/sweep/comparison-text.ts';
import { acrossSweeps, contrastsOf, type SweepResult } from '../scenarios/sweep/contrasts.ts';
import { estimatesOf } from '../scenarios/sweep/estimates.ts';
import { figuresOf } from '../scenarios/sweep/figures.ts';
import { inTableOrder, runsOf } from '../scenarios/sweep/run-order.ts';
import type { RunRow } from '../scenarios/sweep/run-row.ts';
import { MAX_REPETITIONS, MAX_RUNS, type ScenarioSweep } from '../scenarios/sweep/sweep.ts';
import { cellsTable, contrastsTable, runsTable } from '../scenarios/sweep/tables.ts';
import type { Comparison, Sweep, SweepOptions, SweepRun } from './run-types.ts';
import { orUserFault } from './user-fault.ts';

export async function runSweep(
  base: Scenario,
  cellsOf: () => readonly Scenario[],
  options: SweepOptions,
): Promise<Sweep> {
  if (base.sweep === undefined) throw new SwarmlabError(`${base.name} has no "sweep": nothing varies`);
  const { repetitions = base.sweep.repetitions, seed = base.seed, onProgress } = options;
  const { signal = new AbortController().signal } = options;
  const cells = cellsOf();
  if (!Number.isInteger(repetitions) || repetitions < 1 || repetitions > MAX_REPETITIONS)
    throw new SwarmlabError(`repetitions are from 1 to ${MAX_REPETITIONS}`);
  if (repetitions * cells.length > MAX_RUNS) {
    throw new SwarmlabError(`${repetitions * cells.length} runs are too many: at most ${MAX_RUNS}`);
  }
  if ((options.jobs ?? 1) < 1) throw new SwarmlabError('jobs are at least 1');
  const sweep = { ...base.sweep, repetitions };
  const shapes = cells.map((cell, index) => ({
    name: `cell ${index + 1} of ${base.name}`,
    shape: shapeOf(expand(cell, seed), 'sim'),
  }));
  const { jobs, heapMiB } = decideJobs(shapes, options.jobs, machineMemory(), undefined);
  const runs = runsOf(sweep, seed);
  const rows: RunRow[] = [];
  await runOnThreads(
    runs,
    { script: sweepWorkerScript, jobs, heapMiB, scenarios: cells, measures: sweep.measures, signal },
    (row) => {
      rows.push(row);
      onProgress?.(rows.length, runs.length);
    },
  );
  if (rows.length < runs.length) throw signal.reason;
  return new FinishedSweep(base, sweep, rows);
}

/** Two sweeps of the same cells, before and after: each cell against the one with the same values, where seeds are the same pair by pair. */
export function compareSweeps(
  before: Sweep,
  after: Sweep,
  options: { readonly figures?: readonly string[] } = {},
): readonly Comparison[] {
  if (!(before instanceof FinishedSweep && after instanceof FinishedSweep)) {
    throw new SwarmlabError('two sweeps are compared, as Scenario.sweep() gives them');
  }
  const { result: left } = before;
  const watched = orUserFault(() => knownMetrics(left.figures, options.figures));
  const names = watched.flatMap((index) => left.figures[index]?.name ?? []);
  const judged = judgeComparisons(acrossSweeps(left, after.result, names, ['before', 'after']));
  return judged.map(comparisonOf);
}

class FinishedSweep implements Sweep {
  readonly scenario: string;
  readonly factors: Sweep['factors'];
  readonly cells: Sweep['cells'];
  readonly runs: readonly SweepRun[];
  readonly result: SweepResult;
  readonly #sweep: ScenarioSweep;

  constructor(base: Scenario, sweep: ScenarioSweep, rows: readonly RunRow[]) {
    const figures = figuresOf(
      base.groups.map(({ name }) => name),
      sweep.measures,
    );
    this.scenario = base.name;
    this.factors = sweep.factors.map(({ path, labels }) => ({ path, values: labels }));
    this.cells = sweep.cells.map(({ labels }) => labels);
    this.#sweep = sweep;
    this.result = { sweep, figures, rows: inTableOrder(rows) };
    this.runs = this.result.rows.map(({ cell, rep, seed, status, reason, notHeld, figures: values }) => ({
      ...{ cell, rep, seed, status, reason, notHeld },
      figures: Object.fromEntries(figures.map(({ name }, index) => [name, values[index] ?? null])),
    }));
  }

  table(name: 'runs' | 'cells' | 'contrasts'): string {
    const { figures, rows } = this.result;
    const subject = { scenario: this.scenario, sweep: this.#sweep, figures };
    if (name === 'runs') return [...runsTable(subject, rows)].join('');
    if (name === 'cells') return [...cellsTable(subject, estimatesOf(this.result))].join('');
    const every = figures.map((_, index) => index);
    const all = this.factors.map((_, factor) => judgeComparisons(contrastsOf(this.result, factor, every)));
    return [...contrastsTable(subject, all)].join('');
  }

  compare(
    options: { readonly by?: string; readonly figures?: readonly string[] } = {},
  ): readonly Comparison[] {
    const { by = this.factors[0]?.path } = options;
    const factor = this.factors.findIndex(({ path }) => path === by);
    if (factor < 0) {
      const paths = this.factors.map(({ path }) => path).join(', ');
      throw new SwarmlabError(`the sweep does not vary "${by}"\n  it varies ${paths}`);
    }
    const watched = orUserFault(() => knownMetrics(this.result.figures, options.figures));
    return judgeComparisons(contrastsOf(this.result, factor, watched)).map(comparisonOf);
  }
}

function comparisonOf(judged: Judged): Comparison {
  const { figure, where, left, right, n, leftMean, rightMean, difference, interval, effect, verdict } =
    judged;
  return {
    ...{ figure: figure.name, where, left, right, n, leftMean, rightMean, difference, interval },
    ...{ p: judged.pHolm, effect, verdict, sentence: verdictSentence(judged) },
  };
}
