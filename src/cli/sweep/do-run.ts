/** One run of a sweep, from what a thread is given to the row that is kept. Whatever goes wrong in it is a row, too. */
import { expand } from '../../scenarios/expand.ts';
import { runPlan } from '../../scenarios/run/run-plan.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { type RunId, type RunRow, rowOfTrace, rowWithoutFigures } from '../../scenarios/sweep/run-row.ts';
import type { SweepMeasure } from '../../scenarios/sweep/sweep.ts';

/** What a thread is given when it starts. */
export interface WorkerStart {
  /** Of each cell, in order. */
  readonly scenarios: readonly Scenario[];
  /** Columns of the sweep's own. */
  readonly measures: readonly SweepMeasure[];
}

/** Does the run that `id` names. Never rejects. */
export async function doRun(id: RunId, { scenarios, measures }: WorkerStart): Promise<RunRow> {
  try {
    const scenario = scenarios[id.cell - 1] as Scenario;
    const { trace, verdicts } = await runPlan(expand(scenario, id.seed), { network: 'sim' });
    return rowOfTrace(id, scenario, trace, verdicts, measures);
  } catch (error) {
    // A broken law of ours: its message names seed, instant and event. The other runs go on.
    return rowWithoutFigures(id, 'failed', error instanceof Error ? error.message : String(error));
  }
}
