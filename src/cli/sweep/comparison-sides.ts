/**
 * What `compare` is given, as results of sweeps: the folder of a sweep, the folder of one run, or a folder with run
 * folders in it, which are the runs of one cell. Figures of runs are read off their traces.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { SweepResult } from '../../scenarios/sweep/contrasts.ts';
import { completionCurve, figuresOf, measureRun } from '../../scenarios/sweep/figures.ts';
import type { RunRow } from '../../scenarios/sweep/run-row.ts';
import { decodeTrace } from '../../trace/file-format.ts';
import type { Trace } from '../../trace/trace.ts';
import { CommandError, ExitCode, errorCode } from '../exit-codes.ts';
import { readSweep } from './sweep-folder.ts';

export interface ComparisonSide {
  readonly folder: string;
  /** Short, and not that of the other side. */
  readonly label: string;
  readonly kind: 'sweep' | 'runs';
  readonly scenario: string;
  /** Of what was run, whatever the seed; undefined where that cannot be told. */
  readonly hash: string | undefined;
  /** Of the program that ran it; undefined where that is not known. */
  readonly program: string | undefined;
  readonly result: SweepResult;
  /** The folders of the runs with their seeds; none of a sweep, which keeps no traces. */
  readonly runs: readonly { readonly folder: string; readonly seed: number }[];
}

const RUN_FILE = 'run.json';
const TRACE_FILE = 'trace.swarmtrace';
/** More run folders are refused. */
const MOST_RUNS = 10_000;

/** Throws `CommandError` where there is nothing of the kind, or where it is not whole. */
export function readSide(folder: string): ComparisonSide {
  const found = readSweep(folder);
  if (found !== undefined) return sweepSide(folder, found);
  if (existsSync(join(folder, RUN_FILE))) return runsSide(folder, [folder]);
  let inside: string[];
  try {
    inside = readdirSync(folder).sort((left, right) => (left < right ? -1 : 1));
  } catch (error) {
    throw refused(`${folder} cannot be read (${errorCode(error)})`);
  }
  const runs = inside.map((name) => join(folder, name)).filter((path) => existsSync(join(path, RUN_FILE)));
  if (runs.length === 0) {
    throw refused(`${folder} is neither the folder of a run nor of a sweep, and has no run folders in it`);
  }
  if (runs.length > MOST_RUNS)
    throw refused(`${folder} has ${runs.length} run folders: at most ${MOST_RUNS}`);
  return runsSide(folder, runs);
}

function sweepSide(
  folder: string,
  { record, rows }: NonNullable<ReturnType<typeof readSweep>>,
): ComparisonSide {
  const all = record.sweep.cells.length * record.sweep.repetitions;
  if (record.shard !== null)
    throw refused(
      `${folder} is one shard of a sweep\n  put all of them together first: swarmlab sweep --merge`,
    );
  if (rows.length < all)
    throw refused(
      `${folder} holds ${rows.length} of ${all} runs\n  finish it first: ${record.command} --resume`,
    );
  const { sweep, figures, hash, program, scenario } = record;
  return {
    folder,
    label: labelOf(folder),
    kind: 'sweep',
    scenario,
    hash,
    program,
    result: { sweep, figures, rows },
    runs: [],
  };
}

function runsSide(folder: string, paths: readonly string[]): ComparisonSide {
  const runs = paths.map(readRun);
  const scenarios = new Set(runs.map(({ scenario }) => scenario));
  if (scenarios.size > 1) {
    throw refused(
      `${folder} has runs of several scenarios: ${[...scenarios].join(', ')}\n  name the folders of one`,
    );
  }
  const [first] = runs as [ReadRun, ...ReadRun[]];
  const sweep = { seeds: 'paired' as const, factors: [], cells: [{ settings: [], labels: [] }] };
  const hashes = new Set(runs.map(({ hash }) => hash));
  return {
    folder,
    label: labelOf(folder),
    kind: 'runs',
    scenario: first.scenario,
    hash: hashes.size === 1 ? first.hash : undefined,
    program: undefined,
    result: { sweep, figures: figuresOf(first.groups), rows: runs.map(({ row }) => row) },
    runs: runs.map(({ row }, index) => ({ folder: paths[index] as string, seed: row.seed })),
  };
}

interface ReadRun {
  readonly scenario: string;
  readonly groups: readonly string[];
  readonly hash: string;
  readonly row: RunRow;
}

function readRun(folder: string): ReadRun {
  const run = parseRun(join(folder, RUN_FILE));
  const trace = readTrace(folder);
  const { header } = trace;
  const verdicts = Array.isArray(run.verdicts) ? (run.verdicts as { name?: string; status?: string }[]) : [];
  return {
    scenario: header.scenario,
    groups: header.groups,
    hash: hashOf(run.plan),
    row: {
      cell: 1,
      rep: 1,
      seed: header.seed,
      status: 'done',
      reason: '',
      digest: trace.digest,
      notHeld: verdicts.filter(({ status }) => status !== 'held').map(({ name }) => String(name)),
      figures: measureRun(trace).map((value) => value ?? null),
      completions: completionCurve(trace).map((value) => value ?? null),
    },
  };
}

/** The trace of a run folder. Throws `CommandError` where there is none that can be read. */
export function readTrace(folder: string): Trace {
  const path = join(folder, TRACE_FILE);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw refused(`${path} cannot be read (${errorCode(error)})`);
  }
  const decoded = decodeTrace(bytes);
  if (!decoded.ok) throw refused(`${path} is damaged: ${decoded.error.message}`);
  return decoded.value;
}

function parseRun(path: string): { readonly plan?: unknown; readonly verdicts?: unknown } {
  try {
    const run: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof run === 'object' && run !== null) return run;
  } catch (error) {
    throw refused(`${path} cannot be read (${errorCode(error)})`);
  }
  throw refused(`${path} is not of a run`);
}

/** Of what a scenario says and no seed changes: the settings of its peers, in their groups, and what is shared. */
function hashOf(plan: unknown): string {
  const { torrent, internet, tracker, swarm, endUs, peers, groups } = (plan ?? {}) as Record<string, unknown>;
  const engines = (Array.isArray(peers) ? peers : []).map(
    ({ group, have, engine, behaviour }: Record<string, unknown>) => [group, have, engine, behaviour],
  );
  const facts = JSON.stringify([torrent, internet, tracker, swarm, endUs, groups, engines]);
  return createHash('sha256').update(facts).digest('hex').slice(0, 32);
}

/** The last name of the path. */
function labelOf(folder: string): string {
  return basename(resolve(folder));
}

/** Two labels that differ: with the folders above where the last names are the same. */
export function distinctLabels(left: ComparisonSide, right: ComparisonSide): [string, string] {
  if (left.label !== right.label) return [left.label, right.label];
  const [a, b] = [left, right].map(({ folder }) => resolve(folder).split('/'));
  for (let depth = 2; depth <= Math.max(a?.length ?? 0, b?.length ?? 0); depth++) {
    const [own, other] = [a?.at(-depth), b?.at(-depth)];
    if (own !== other) return [own ?? left.folder, other ?? right.folder];
  }
  return ['the first', 'the second'];
}

function refused(message: string): CommandError {
  return new CommandError(message, ExitCode.usage);
}
