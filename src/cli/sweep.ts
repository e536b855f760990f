/**
 * `swarmlab sweep`: runs every cell of a scenario's sweep as often as it says, on all cores, and writes one tidy table.
 * Every run is kept as soon as it has ended; which thread did it, and in which order runs ended, makes no difference to
 * what is written.
 */
import { join, resolve } from 'node:path';
import { expand } from '../scenarios/expand.ts';
import type { Plan } from '../scenarios/plan.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { keyOf, runsOf, type Shard } from '../scenarios/sweep/run-order.ts';
import type { RunId, RunRow } from '../scenarios/sweep/run-row.ts';
import { MAX_REPETITIONS, MAX_RUNS, type ScenarioSweep } from '../scenarios/sweep/sweep.ts';
import { formatDuration } from '../scenarios/unit-text.ts';
import { sweepWorkerScript } from './assets.ts';
import { costNote } from './cost/cost-note.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { loadSweepCells } from './load-scenarios.ts';
import { machineMemory } from './memory/machine-memory.ts';
import { shapeOf } from './memory/run-shape.ts';
import { Terminal } from './output/terminal.ts';
import { prepareOutput } from './run-folder.ts';
import { shellWord } from './shell-word.ts';
import { mergeShards } from './sweep/merge-shards.ts';
import { RunLog } from './sweep/run-log.ts';
import {
  beginSweep,
  hashFile,
  LOG_FILE,
  lockFolder,
  readSweep,
  recordOf,
  type SweepRecord,
  sweepFolderName,
  writeRecord,
} from './sweep/sweep-folder.ts';
import { decideJobs } from './sweep/sweep-jobs.ts';
import { knownMetrics, reportSweep } from './sweep/sweep-results.ts';
import { runOnThreads } from './sweep/worker-pool.ts';

export interface SweepArguments {
  readonly repetitions?: number;
  readonly seed?: number;
  readonly set?: readonly string[];
  readonly jobs?: number;
  readonly resume?: boolean;
  readonly restart?: boolean;
  /** "1/4". */
  readonly shard?: string;
  readonly merge?: readonly string[];
  readonly metric?: readonly string[];
  readonly out: string;
  readonly memory?: string;
  readonly json?: boolean;
}

export async function sweep(reference: string | undefined, args: SweepArguments): Promise<ExitCode> {
  const notes = new Terminal(process.stderr, process.env);
  const results = args.json === true ? notes : new Terminal(process.stdout, process.env);
  if (args.merge !== undefined) {
    if (reference !== undefined) throw usage('--merge takes folders and no scenario');
    const merged = mergeShards(args.merge, resolve(args.out));
    return finishSweep(merged, args, results);
  }
  if (reference === undefined)
    throw usage('which scenario? name a file, or one of the library, that has a "sweep"');
  const shard = args.shard === undefined ? undefined : parseShard(args.shard);
  if ((args.jobs ?? 1) < 1) throw usage('--jobs is at least 1');
  if (args.resume === true && args.restart === true) throw usage('--resume and --restart exclude each other');
  const { base, cells, plan } = readCells(reference, args);
  const seed = args.seed ?? base.seed;
  const runs = runsOf(plan, seed, shard);
  const record = recordOf(base, plan, cells, {
    seed,
    shard,
    program: hashFile(sweepWorkerScript),
    command: commandOf(reference, args),
  });
  knownMetrics(record.figures, args.metric);
  const machine = machineMemory();
  const plans = cells.map((cell) => expand(cell, seed));
  const shapes = plans.map((each, index) => ({
    name: `cell ${index + 1} of ${reference}`,
    shape: shapeOf(each, 'sim'),
  }));
  const { jobs, heapMiB, note } = decideJobs(shapes, args.jobs, machine, args.memory);
  if (note !== undefined) notes.print(note);

  const folder = join(resolve(args.out), sweepFolderName(base.name, shard));
  prepareOutput(resolve(args.out));
  const unlock = lockFolder(folder);
  const interruption = new Interruption();
  try {
    const kept = openFolder(folder, record, runs, args);
    const rows = [...kept];
    const done = new Set(kept.map(keyOf));
    const left = runs.filter((run) => !done.has(keyOf(run)));
    printHeading(results, record, runs.length, kept.length, Math.min(jobs, left.length));
    const cost = costNote(
      left.map(({ cell }) => plans[cell - 1] as Plan),
      'sim',
      jobs,
    );
    if (cost !== undefined) notes.print(cost);
    const log = new RunLog(join(folder, LOG_FILE));
    const progress = new SweepProgress(notes, left.length);
    try {
      await runOnThreads(
        left,
        {
          script: sweepWorkerScript,
          jobs,
          heapMiB,
          scenarios: cells,
          measures: plan.measures,
          signal: interruption.signal,
        },
        (row) => {
          log.append(row);
          rows.push(row);
          progress.runEnded();
        },
      );
    } finally {
      log.close();
      notes.clear();
    }
    if (rows.length < runs.length) {
      notes.print(
        notes.style('yellow', `interrupted: ${rows.length} of ${runs.length} runs are kept in ${folder}`),
      );
      notes.print(
        `  go on   ${record.command}${args.out === 'reports' ? '' : ` --out ${shellWord(args.out)}`} --resume`,
      );
      return ExitCode.interrupted;
    }
    return finishSweep({ folder, record, rows }, args, results);
  } finally {
    interruption.dispose();
    unlock();
  }
}

/** A finished sweep, or one shard of it. */
export interface FinishedSweep {
  readonly folder: string;
  readonly record: SweepRecord;
  readonly rows: readonly RunRow[];
}

function finishSweep(finished: FinishedSweep, args: SweepArguments, results: Terminal): ExitCode {
  const summary = reportSweep(finished, args.metric, results);
  if (args.json === true) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  const allDone = finished.rows.every(({ status }) => status === 'done');
  return allDone && summary.expectationsHeld === true ? ExitCode.held : ExitCode.failed;
}

function readCells(
  reference: string,
  args: SweepArguments,
): { readonly base: Scenario; readonly cells: readonly Scenario[]; readonly plan: ScenarioSweep } {
  const { scenario: base, cells } = loadSweepCells(reference, args.set);
  if (base.sweep === undefined) {
    throw usage(
      `${reference} has no "sweep": it says nothing that varies\n  add one, such as  sweep: { repetitions: 20, matrix: { peers.${base.groups.at(-1)?.name}.engine.picker: [rarest-first, random] } }`,
    );
  }
  for (const setting of args.set ?? []) {
    const path = setting.slice(0, setting.indexOf('=')).trim();
    if (base.sweep.factors.some((factor) => factor.path === path)) {
      throw usage(`--set ${setting}: the sweep varies ${path}, so there is nothing to set`);
    }
  }
  const repetitions = args.repetitions ?? base.sweep.repetitions;
  if (repetitions < 1 || repetitions > MAX_REPETITIONS)
    throw usage(`--repetitions is from 1 to ${MAX_REPETITIONS}`);
  if (repetitions * cells.length > MAX_RUNS) {
    throw usage(`${repetitions * cells.length} runs are too many: at most ${MAX_RUNS}`);
  }
  return { base, cells, plan: { ...base.sweep, repetitions } };
}

/** The rows that are there already. Throws where going on, or beginning, would lose or mix results. */
function openFolder(
  folder: string,
  record: SweepRecord,
  runs: readonly RunId[],
  { resume, restart }: SweepArguments,
): RunRow[] {
  const found = readSweep(folder);
  if (found === undefined || restart === true) {
    beginSweep(folder, record);
    return [];
  }
  const wanted = new Map(runs.map((run) => [keyOf(run), run.seed]));
  const isWanted = (row: RunRow): boolean => wanted.get(keyOf(row)) === row.seed;
  if (resume !== true) {
    const { record: older, rows } = found;
    const all = runsOf(older.sweep, older.seed, older.shard ?? undefined).length;
    if (rows.length < all) {
      throw usage(
        `${folder} holds ${rows.length} of ${all} runs of a sweep that was not finished\n  go on with it by --resume, or begin again by --restart`,
      );
    }
    beginSweep(folder, record);
    return [];
  }
  const changed =
    found.record.hash !== record.hash
      ? 'the scenario has changed since'
      : found.record.program !== record.program
        ? 'it was begun by another build of swarmlab'
        : undefined;
  if (changed !== undefined) {
    throw usage(
      `${folder} cannot be resumed: ${changed}, and its runs would not go with new ones\n  begin again by --restart, or name another folder with --out`,
    );
  }
  writeRecord(folder, record);
  // A thread that died may have been short of memory only: its run is tried again.
  return found.rows.filter((row) => row.status !== 'died' && isWanted(row));
}

class SweepProgress {
  readonly #notes: Terminal;
  readonly #runs: number;
  readonly #startMs = Date.now();
  #ended = 0;

  constructor(notes: Terminal, runs: number) {
    this.#notes = notes;
    this.#runs = runs;
  }

  runEnded(): void {
    this.#ended++;
    this.#notes.progress(() => {
      const perRunMs = (Date.now() - this.#startMs) / this.#ended;
      const left = formatDuration(Math.round((this.#runs - this.#ended) * perRunMs) * 1000);
      return `  ${this.#ended} of ${this.#runs} runs · about ${left} left`;
    });
  }
}

function printHeading(
  terminal: Terminal,
  record: SweepRecord,
  runs: number,
  kept: number,
  jobs: number,
): void {
  const { sweep: plan, shard, scenario } = record;
  const facts = [
    `${plan.cells.length} ${plan.cells.length === 1 ? 'cell' : 'cells'} × ${plan.repetitions}, ${plan.seeds} seeds from ${record.seed}`,
    ...(shard === null ? [] : [`part ${shard.part} of ${shard.of}: ${runs} runs`]),
    ...(kept === 0 ? [] : [`${kept} of ${runs} runs are there`]),
    ...(jobs === 0 ? [] : [`${jobs} at a time`]),
  ];
  terminal.print(`${terminal.style('bold', `${scenario}, sweep`)} · ${facts.join(' · ')}`);
}

/** What repeats it, wherever the results go: pages and tables are the same in every folder. */
function commandOf(reference: string, args: SweepArguments): string {
  const options = [
    ...(args.repetitions === undefined ? [] : ['--repetitions', String(args.repetitions)]),
    ...(args.seed === undefined ? [] : ['--seed', String(args.seed)]),
    ...(args.set ?? []).flatMap((setting) => ['--set', setting]),
    ...(args.shard === undefined ? [] : ['--shard', args.shard]),
  ];
  return ['npx swarmlab sweep', reference, ...options]
    .map((word, index) => (index === 0 ? word : shellWord(word)))
    .join(' ');
}

function parseShard(text: string): Shard {
  const [, part, of] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text) ?? [];
  if (part === undefined || of === undefined || Number(part) > Number(of)) {
    throw usage(`--shard ${text}: a part and a number of parts, such as 1/4`);
  }
  return { part: Number(part), of: Number(of) };
}

function usage(message: string): CommandError {
  return new CommandError(message, ExitCode.usage);
}
