/**
 * A thread that does runs of a sweep, one after another, until it is ended from outside: it is kept for many runs because
 * the compiler of a fresh one takes a second or two to learn the engine. A bundle of its own, beside the command.
 */
import { parentPort, workerData } from 'node:worker_threads';
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

async function doRun(id: RunId, scenario: Scenario): Promise<RunRow> {
  try {
    const { trace, verdicts } = await runPlan(expand(scenario, id.seed), { network: 'sim' });
    return rowOfTrace(id, scenario, trace, verdicts, measures);
  } catch (error) {
    // A broken law of ours: its message names seed, instant and event. The other runs go on.
    return rowWithoutFigures(id, 'failed', error instanceof Error ? error.message : String(error));
  }
}

const { scenarios, measures } = workerData as WorkerStart;
parentPort?.on('message', async (id: RunId) => {
  parentPort?.postMessage(await doRun(id, scenarios[id.cell - 1] as Scenario));
});
