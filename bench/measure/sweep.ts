/**
 * A sweep: the same small swarm with 32 seeds, on the threads of `swarmlab sweep`, so many at a time. Which thread does a
 * run makes no difference to it: the digests of all runs together are the same.
 */
import { sweepWorkerScript } from '../../src/cli/assets.ts';
import { runOnThreads } from '../../src/cli/sweep/worker-pool.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import { strategyNames } from '../../src/scenarios/strategy-names.ts';
import { inTableOrder } from '../../src/scenarios/sweep/run-order.ts';
import type { RunId, RunRow } from '../../src/scenarios/sweep/run-row.ts';
import { Digest } from '../../src/trace/digest.ts';
import { swarmScenario } from './swarm.ts';

export interface SweepMeasurement {
  readonly jobs: number;
  readonly runs: number;
  /** From the start of the first thread to the end of the last. */
  readonly wallSeconds: number;
  readonly digest: string;
}

const RUNS = 32;
/** Long enough, some three seconds each, that what the compiler of each thread takes at first does not decide the result. */
const SIZE = { peers: 100, contentMiB: 64 };
const HEAP_MIB = 2048;

/** Does the runs, so many at a time, and hands over each row as it comes. */
export type RunAll = (runs: readonly RunId[], jobs: number, onRow: (row: RunRow) => void) => Promise<void>;

/** As `swarmlab sweep` does them. */
export const runOnOwnThreads: RunAll = (runs, jobs, onRow) => {
  const scenarios = [parseScenario(swarmScenario(SIZE), 'bench.yaml', strategyNames)];
  const { signal } = new AbortController();
  return runOnThreads(runs, { script: sweepWorkerScript, jobs, heapMiB: HEAP_MIB, scenarios, signal }, onRow);
};

export async function measureSweep(jobs: number, runAll: RunAll): Promise<SweepMeasurement> {
  const runs = Array.from({ length: RUNS }, (_, index) => ({ cell: 1, rep: index + 1, seed: index + 1 }));
  const rows: RunRow[] = [];
  const start = performance.now();
  await runAll(runs, jobs, (row) => rows.push(row));
  const wallSeconds = (performance.now() - start) / 1000;
  const digest = new Digest();
  for (const [index, { seed, status, reason, digest: one }] of inTableOrder(rows).entries()) {
    if (seed !== index + 1) throw new Error(`nobody did the run with seed ${index + 1}`);
    if (status !== 'done') throw new Error(`the run with seed ${seed} failed: ${reason}`);
    digest.addText(one);
  }
  if (rows.length !== RUNS) throw new Error(`nobody did the run with seed ${rows.length + 1}`);
  return { jobs, runs: RUNS, wallSeconds, digest: digest.hex() };
}
