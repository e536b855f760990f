/**
 * A thread that does runs of a sweep, one after another, until it is ended from outside: it is kept for many runs because
 * the compiler of a fresh one takes a second or two to learn the engine. A bundle of its own, beside the command.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { RunId } from '../../scenarios/sweep/run-row.ts';
import { doRun, type WorkerStart } from './do-run.ts';

const start = workerData as WorkerStart;
parentPort?.on('message', async (id: RunId) => {
  parentPort?.postMessage(await doRun(id, start));
});
