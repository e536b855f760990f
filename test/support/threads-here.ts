/**
 * Stands in for the threads of a sweep within the process of a test, which has compiled the engine: a fresh thread takes a
 * second or two until it has, which is most of a small sweep. Each does one run after another, and says so as a thread does.
 */
import { EventEmitter } from 'node:events';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import type * as Threads from 'node:worker_threads';
import { doRun, type WorkerStart } from '../../src/cli/sweep/do-run.ts';
import type { RunId } from '../../src/scenarios/sweep/run-row.ts';

class ThreadHere extends EventEmitter {
  readonly #start: WorkerStart;
  #ended = false;

  constructor(start: WorkerStart) {
    super();
    this.#start = start;
  }

  postMessage(id: RunId): void {
    // What else the process has to do comes in between, such as an interruption.
    setImmediate(async () => {
      if (this.#ended) return;
      const row = await doRun(id, structuredClone(this.#start));
      if (!this.#ended) this.emit('message', structuredClone(row));
    });
  }

  terminate(): Promise<number> {
    if (!this.#ended) setImmediate(() => this.emit('exit', 1));
    this.#ended = true;
    return Promise.resolve(1);
  }
}

/** From here on; the answer lifts it. Threads that do anything else are threads. */
export function sweepHere(): () => void {
  const threads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Threads.Worker };
  const { Worker } = threads;
  const replace = (by: typeof Threads.Worker): void => {
    threads.Worker = by;
    // Also for modules that have imported it by its name.
    syncBuiltinESMExports();
  };
  replace(
    new Proxy(Worker, {
      construct: (target, [script, options]) =>
        basename(String(script)) === 'sweep-worker.js'
          ? new ThreadHere(structuredClone(options.workerData))
          : new target(script, options),
    }),
  );
  return () => replace(Worker);
}
