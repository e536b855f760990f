/**
 * The folder of a sweep: `sweep.json` says what is swept, `runs.ndjson` is the log, and the tables and the page are made
 * from those two when all runs are there. A folder belongs to one process at a time.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../host/make-folder.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { type Figure, figuresOf } from '../../scenarios/sweep/figures.ts';
import type { Shard } from '../../scenarios/sweep/run-order.ts';
import type { RunRow } from '../../scenarios/sweep/run-row.ts';
import type { ScenarioSweep } from '../../scenarios/sweep/sweep.ts';
import { CommandError, ExitCode, errorCode } from '../exit-codes.ts';
import { VERSION } from '../version.ts';
import { readRunLog } from './run-log.ts';

/** What `sweep.json` holds: all that the tables need besides the log. */
export interface SweepRecord {
  readonly format: 1;
  readonly swarmlab: string;
  /** Of the program that did the runs: two revisions differ in it. */
  readonly program: string;
  readonly scenario: string;
  /** Of every cell as it was resolved. */
  readonly hash: string;
  readonly seed: number;
  readonly sweep: ScenarioSweep;
  readonly figures: readonly Figure[];
  /** Null: all runs are here. */
  readonly shard: Shard | null;
  /** The command that repeats it. */
  readonly command: string;
}

export const RECORD_FILE = 'sweep.json';
export const LOG_FILE = 'runs.ndjson';
/** What is made of the two above when all runs are there. */
const RESULT_FILES = ['runs.csv', 'cells.csv', 'contrasts.csv', 'completions.csv', 'sweep.html'];
const LOCK_FILE = '.lock';

export function sweepFolderName(scenario: string, shard: Shard | undefined): string {
  return shard === undefined ? `${scenario}-sweep` : `${scenario}-sweep-${shard.part}-of-${shard.of}`;
}

export function recordOf(
  base: Scenario,
  sweep: ScenarioSweep,
  cells: readonly Scenario[],
  details: Pick<SweepRecord, 'program' | 'command'> & {
    readonly seed: number;
    readonly shard: Shard | undefined;
  },
): SweepRecord {
  const { program, command, seed, shard } = details;
  return {
    format: 1,
    swarmlab: VERSION,
    program,
    scenario: base.name,
    hash: hashOf(cells, seed, sweep),
    seed,
    sweep,
    figures: figuresOf(
      base.groups.map(({ name }) => name),
      sweep.measures,
    ),
    shard: shard ?? null,
    command,
  };
}

/** Where an expectation stands in its file, and how often a cell is repeated with paired seeds, change no run. */
function hashOf(
  cells: readonly Scenario[],
  seed: number,
  { seeds, repetitions, measures = [] }: ScenarioSweep,
): string {
  const resolved = cells.map((cell) => ({
    ...cell,
    expectations: cell.expectations.map((expectation) => ({ ...expectation, line: 0 })),
  }));
  const apart = seeds === 'independent' ? repetitions : 'paired';
  const hash = createHash('sha256').update(
    JSON.stringify([resolved, seed, apart, ...measures.map(({ name, text }) => [name, text])]),
  );
  return hash.digest('hex').slice(0, 32);
}

export function hashFile(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 32);
  } catch {
    throw new CommandError('the script of the threads is missing from this installation', ExitCode.bug);
  }
}

/** Undefined where there is no sweep. Throws `CommandError` where there is something else, or a sweep that cannot be read. */
export function readSweep(
  folder: string,
): { readonly record: SweepRecord; readonly rows: readonly RunRow[] } | undefined {
  const path = join(folder, RECORD_FILE);
  if (!existsSync(path)) return undefined;
  let record: SweepRecord;
  try {
    record = JSON.parse(readFileSync(path, 'utf8')) as SweepRecord;
  } catch (error) {
    throw new CommandError(`${path} cannot be read (${errorCode(error)})`, ExitCode.usage);
  }
  if (record.format !== 1 || !Array.isArray(record.sweep?.cells) || !Array.isArray(record.figures)) {
    throw new CommandError(`${path} is not of a sweep that this version can read`, ExitCode.usage);
  }
  const log = join(folder, LOG_FILE);
  const rows = existsSync(log) ? readRunLog(log) : [];
  return { record, rows };
}

/** Makes the folder of a new sweep, or throws away what an older one has left in it. */
export function beginSweep(folder: string, record: SweepRecord): void {
  rmSync(join(folder, LOG_FILE), { force: true });
  for (const name of RESULT_FILES) rmSync(join(folder, name), { force: true });
  writeRecord(folder, record);
}

export function writeRecord(folder: string, record: SweepRecord): void {
  writeDurably(folder, RECORD_FILE, [`${JSON.stringify(record, null, 2)}\n`]);
}

/** A file that is there is whole: it is written under another name and moved into place. */
export function writeDurably(folder: string, name: string, lines: Iterable<string>): void {
  const unfinished = join(folder, `.${name}.unfinished`);
  const file = openSync(unfinished, 'w');
  try {
    let text = '';
    for (const line of lines) {
      text += line;
      if (text.length < 2 ** 16) continue;
      writeSync(file, text);
      text = '';
    }
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, join(folder, name));
}

/** Takes the folder for this process, until what is returned is called. */
export function lockFolder(folder: string): () => void {
  const path = join(folder, LOCK_FILE);
  makeFolder(folder);
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST' || attempt > 0) {
        throw new CommandError(`cannot write to ${folder} (${errorCode(error)})`, ExitCode.usage);
      }
      const owner = Number(readFileSync(path, 'utf8'));
      if (isAlive(owner)) {
        throw new CommandError(
          `another swarmlab (process ${owner}) is at work in ${folder}\n  wait for it, or name another folder with --out`,
          ExitCode.usage,
        );
      }
      // Its owner was killed.
      rmSync(path, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
