/** Runs a scenario of the suite by the threads with which sweeps run, and what is kept of runs that are there already. */

import { machineMemory } from '../../src/cli/memory/machine-memory.ts';
import { shapeOf } from '../../src/cli/memory/run-shape.ts';
import { decideJobs } from '../../src/cli/sweep/sweep-jobs.ts';
import { runOnThreads } from '../../src/cli/sweep/worker-pool.ts';
import { expand } from '../../src/scenarios/expand.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { runsOf } from '../../src/scenarios/sweep/run-order.ts';
import type { RunId, RunRow } from '../../src/scenarios/sweep/run-row.ts';
import type { ScenarioSweep } from '../../src/scenarios/sweep/sweep.ts';
import type { ScenarioSpec } from './result-spec.ts';

export interface RunningOptions {
  /** The bundle that a thread runs. */
  readonly script: string;
  readonly full: boolean;
  readonly jobs: number | undefined;
  readonly onRow: (row: RunRow, done: number) => void;
}

/** The runs of the small form, or all. */
export function chosenRuns(
  spec: ScenarioSpec,
  scenario: Scenario,
  sweep: ScenarioSweep,
  full: boolean,
): RunId[] {
  const { repetitions, where = {} } = spec.small;
  const chosen = full ? sweep : { ...sweep, repetitions: Math.min(repetitions, sweep.repetitions) };
  return runsOf(chosen, scenario.seed).filter(
    ({ cell }) =>
      full ||
      Object.entries(where).every(([path, labels]) => {
        const factor = sweep.factors.findIndex((each) => each.path === path);
        return labels.includes(sweep.cells[cell - 1]?.labels[factor] ?? '');
      }),
  );
}

export async function runScenario(
  runs: readonly RunId[],
  cells: readonly Scenario[],
  sweep: ScenarioSweep,
  { script, jobs: wanted, onRow }: RunningOptions,
): Promise<void> {
  const used = [...new Set(runs.map(({ cell }) => cell))];
  const shapes = used.map((cell) => {
    const scenario = cells[cell - 1] as Scenario;
    return { name: scenario.name, shape: shapeOf(expand(scenario, scenario.seed), 'sim') };
  });
  const { jobs, heapMiB } = decideJobs(shapes, wanted, machineMemory(), undefined);
  if (runs.length === 0) return;
  let done = 0;
  await runOnThreads(
    runs,
    {
      script,
      jobs,
      heapMiB,
      scenarios: cells,
      measures: sweep.measures,
      signal: new AbortController().signal,
    },
    (row) => onRow(row, ++done),
  );
}
