/**
 * Does runs on threads, each of which takes the next run as soon as it is done with one. A run that takes its thread down
 * becomes a row with a reason, and a new thread takes the place. Which thread does a run makes no difference to it.
 */
import { Worker } from 'node:worker_threads';
import type { Scenario } from '../../scenarios/scenario.ts';
import { type RunId, type RunRow, rowWithoutFigures } from '../../scenarios/sweep/run-row.ts';
import type { SweepMeasure } from '../../scenarios/sweep/sweep.ts';
import type { WorkerStart } from './do-run.ts';

export interface PoolOptions {
  /** The bundle that a thread runs. */
  readonly script: string;
  /** Threads at a time, from 1. */
  readonly jobs: number;
  /** What the heap of a thread may grow to. */
  readonly heapMiB: number;
  /** Of each cell, in order. */
  readonly scenarios: readonly Scenario[];
  /** Columns of the sweep's own; none where absent. */
  readonly measures?: readonly SweepMeasure[] | undefined;
  /** Ends it: runs that are under way are lost. */
  readonly signal: AbortSignal;
}

/** Does `runs` in their order, as far as threads are free, and hands over each row as it comes. */
export async function runOnThreads(
  runs: readonly RunId[],
  options: PoolOptions,
  onRow: (row: RunRow) => void,
): Promise<void> {
  const waiting = runs.values();
  const threads = Math.min(options.jobs, runs.length);
  await Promise.all(Array.from({ length: threads }, () => keepThread(waiting, options, onRow)));
}

/** One place in the pool: a thread, and another one when it has died. */
async function keepThread(
  waiting: Iterator<RunId>,
  options: PoolOptions,
  onRow: (row: RunRow) => void,
): Promise<void> {
  let next = waiting.next();
  while (next.done !== true && !options.signal.aborted) {
    const lost = await useThread(next.value, waiting, options, onRow);
    if (lost === undefined) return;
    onRow(rowWithoutFigures(lost.id, 'died', lost.reason));
    next = waiting.next();
  }
}

interface LostRun {
  readonly id: RunId;
  readonly reason: string;
}

/** Until nothing is waiting, it is interrupted, or the thread dies: then the run that it was at is returned. */
function useThread(
  first: RunId,
  waiting: Iterator<RunId>,
  { script, heapMiB, scenarios, measures = [], signal }: PoolOptions,
  onRow: (row: RunRow) => void,
): Promise<LostRun | undefined> {
  return new Promise((resolve, reject) => {
    const workerData: WorkerStart = { scenarios, measures };
    const thread = new Worker(script, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMiB },
    });
    let current: RunId | undefined = first;
    let reason = 'its thread has ended';
    const stop = (): void => {
      current = undefined;
      void thread.terminate();
    };
    signal.addEventListener('abort', stop);
    thread.on('message', (row: RunRow) => {
      if (current === undefined) return;
      try {
        onRow(row);
      } catch (error) {
        reject(error);
        stop();
        return;
      }
      const next = waiting.next();
      if (next.done === true) stop();
      else {
        current = next.value;
        thread.postMessage(current);
      }
    });
    thread.on('error', (error: Error & { code?: string }) => {
      reason =
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? `it needed more than the ${heapMiB} MiB of memory of its thread`
          : `its thread has ended: ${error.message}`;
    });
    thread.on('exit', () => {
      signal.removeEventListener('abort', stop);
      resolve(current === undefined ? undefined : { id: current, reason });
    });
    if (signal.aborted) stop();
    else thread.postMessage(first);
  });
}
