/**
 * Carries out runs on several processes at a time. Each is this very command, so that no option can be forgotten; it makes
 * the same list of runs and is told by number which to do. Reporters hear of the runs in their order, whichever ends first.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { InvariantError } from '../core/result.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { settledEnvironment } from './memory/larger-process.ts';
import { Terminal } from './output/terminal.ts';
import type { RunTotals } from './reporters/reporter.ts';
import type { ReporterGroup } from './reporters/reporter-group.ts';
import type { RunRecord } from './reporters/run-record.ts';
import { carryOut } from './run-all.ts';
import type { RunArguments } from './run-arguments.ts';
import { type RunContext, RunDiscarded, stoppedBy } from './run-one.ts';
import { intentOfRun, type PlannedRun } from './run-plans.ts';

/** Set for the processes that do runs for another. */
const WORKER = 'SWARMLAB_RUN_WORKER';

/** To a worker: do this run, or end the one under way; "discard": keep nothing of it. */
type Order = { readonly run: number } | { readonly stop: 'interrupted' | 'budget' | 'discard' };

/** From a worker. */
type Answer =
  | { readonly ready: true; readonly runs: number }
  | { readonly run: number; readonly record: RunRecord }
  | { readonly run: number; readonly fault: Fault };

/** An error on its way from one process to another. */
interface Fault {
  readonly kind: 'command' | 'invariant' | 'other';
  readonly message: string;
  readonly stack: string | undefined;
  readonly exitCode: ExitCode;
  readonly prefix: string;
}

export function isRunWorker(): boolean {
  return process.env[WORKER] !== undefined && process.connected;
}

/** Does what it is told until the other process has enough of it. */
export async function serveRuns(
  runs: readonly PlannedRun[],
  args: RunArguments,
  context: Omit<RunContext, 'signal' | 'notes'>,
): Promise<ExitCode> {
  // Ctrl-C reaches all processes of a terminal; what it means is up to the one that began.
  process.on('SIGINT', () => undefined);
  const notes = new Terminal({ write: () => true }, {});
  const send = (answer: Answer): void => void process.send?.(answer);
  let stop = new AbortController();
  process.on('message', (order: Order) => {
    if ('stop' in order) {
      stop.abort(order.stop === 'discard' ? new RunDiscarded() : order.stop);
      return;
    }
    stop = new AbortController();
    carryOut(runs[order.run] as PlannedRun, args, { ...context, notes, signal: stop.signal }).then(
      (record) => send({ run: order.run, record }),
      (error: unknown) => send({ run: order.run, fault: faultOf(error) }),
    );
  });
  process.channel?.ref();
  send({ ready: true, runs: runs.length });
  await once(process, 'disconnect');
  return ExitCode.held;
}

/** As `runAll`, on `jobs` processes. */
export async function runOnProcesses(
  runs: readonly PlannedRun[],
  jobs: number,
  args: RunArguments,
  context: RunContext,
  reporters: ReporterGroup,
): Promise<RunTotals['stoppedBy']> {
  const release = new InOrder(runs, args, reporters);
  const { notes, signal } = context;
  const workers = Array.from({ length: jobs }, () => start());
  const tell = (order: Order): void => {
    for (const worker of workers) if (worker.connected) worker.send(order);
  };
  const onAbort = (): void => tell({ stop: stoppedBy(signal) });
  signal.addEventListener('abort', onAbort, { once: true });
  let next = 0;
  try {
    await Promise.all(
      workers.map((worker) =>
        converse(worker, runs.length, {
          next: () => (signal.aborted || release.over || next === runs.length ? undefined : next++),
          onAnswer: (answer) => {
            release.take(answer);
            if (release.over) tell({ stop: 'discard' });
            notes.progress(() => `  ${release.taken} of ${runs.length} runs done`);
          },
        }),
      ),
    );
  } finally {
    signal.removeEventListener('abort', onAbort);
    for (const worker of workers) worker.kill('SIGKILL');
    notes.clear();
  }
  if (release.error !== undefined) throw release.error;
  if (signal.aborted) return stoppedBy(signal);
  return release.over && !release.all ? 'bail' : undefined;
}

function start(): ChildProcess {
  return fork(process.argv[1] as string, process.argv.slice(2), {
    env: { ...settledEnvironment(), [WORKER]: '1' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
}

interface Conversation {
  /** The number of the next run; undefined: none. */
  readonly next: () => number | undefined;
  readonly onAnswer: (answer: Exclude<Answer, { readonly ready: true }>) => void;
}

/** Until there is no more to do. Rejects when the process ends before. */
function converse(worker: ChildProcess, runs: number, { next, onAnswer }: Conversation): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', (answer: Answer) => {
      if ('ready' in answer && answer.runs !== runs) {
        reject(new CommandError('the scenarios have changed while the command began', ExitCode.unavailable));
        return;
      }
      if (!('ready' in answer)) onAnswer(answer);
      const run = next();
      if (run === undefined) resolve();
      else worker.send({ run } satisfies Order);
    });
    worker.once('error', reject);
    worker.once('exit', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : signal;
      const message = `a process that did runs has ended before its time (${how})\n  fewer at a time need less memory: --jobs 1`;
      reject(new CommandError(message, ExitCode.unavailable));
    });
  });
}

/** Keeps results until all before them are there. */
class InOrder {
  readonly #runs: readonly PlannedRun[];
  readonly #args: RunArguments;
  readonly #reporters: ReporterGroup;
  readonly #waiting = new Map<number, Exclude<Answer, { readonly ready: true }>>();
  #released = 0;
  /** Results so far. */
  taken = 0;
  /** Whether the rest is not wanted any more. */
  over = false;
  error: Error | undefined;

  constructor(runs: readonly PlannedRun[], args: RunArguments, reporters: ReporterGroup) {
    this.#runs = runs;
    this.#args = args;
    this.#reporters = reporters;
  }

  /** Whether every run has been reported. */
  get all(): boolean {
    return this.#released === this.#runs.length;
  }

  take(answer: Exclude<Answer, { readonly ready: true }>): void {
    this.taken++;
    this.#waiting.set(answer.run, answer);
    for (;;) {
      const first = this.#waiting.get(this.#released);
      if (first === undefined || this.over) return;
      this.#waiting.delete(this.#released);
      this.#release(first);
    }
  }

  #release(answer: Exclude<Answer, { readonly ready: true }>): void {
    this.#reporters.started(intentOfRun(this.#runs[answer.run] as PlannedRun, this.#args));
    if ('fault' in answer) {
      this.error = errorOf(answer.fault);
      this.over = true;
      return;
    }
    this.#released++;
    this.#reporters.ended(answer.record);
    if (this.#args.bail === true && answer.record.exitCode !== ExitCode.held) this.over = true;
  }
}

function faultOf(error: unknown): Fault {
  const known = error instanceof Error ? error : new Error(String(error));
  const isCommand = known instanceof CommandError;
  return {
    kind: isCommand ? 'command' : known instanceof InvariantError ? 'invariant' : 'other',
    message: known.message,
    stack: known.stack,
    exitCode: isCommand ? known.exitCode : ExitCode.bug,
    prefix: isCommand ? known.prefix : '',
  };
}

function errorOf({ kind, message, stack, exitCode, prefix }: Fault): Error {
  if (kind === 'command') return new CommandError(message, exitCode, prefix);
  const error = kind === 'invariant' ? new InvariantError(message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
