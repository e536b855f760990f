/**
 * The folder that a run leaves behind. It is written beside its place under another name and moved there whole, so that
 * a folder under a run's name is always a finished one. Only `run.json` and the files of a profile know about the
 * wall clock and this machine: every other file is the same, byte for byte, for the same seed.
 */

import { once } from 'node:events';
import { createWriteStream, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../host/make-folder.ts';
import type { Verdict } from '../scenarios/expectations/verdict.ts';
import { encodeTrace } from '../trace/file-format.ts';
import { eventsTable, peersTable, piecesTable, samplesTable } from '../trace/metrics/tables.ts';
import type { Trace } from '../trace/trace.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';

const RUN_FILE = 'run.json';

export interface RunFolderContent {
  readonly trace: Trace;
  readonly verdicts: readonly Verdict[];
  readonly run: Record<string, unknown>;
  readonly summary: Record<string, unknown>;
  readonly reportHtml: string;
  /** Text of further files, by name. */
  readonly others: Readonly<Record<string, string>>;
}

export function runFolderName(scenario: string, seed: number): string {
  return `${scenario}-${seed}`;
}

/** Fails early where the run folders `names` could not be written later. */
export function prepareOutput(folder: string, names: readonly string[] = []): void {
  const probe = join(folder, `.swarmlab-${process.pid}`);
  try {
    makeFolder(folder);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new CommandError(
      `cannot write to the folder ${folder} (${errorCode(error)})\n  name another with --out; nothing was started`,
      ExitCode.usage,
    );
  }
  for (const name of names) refuseToReplace(join(folder, name));
}

/** Only what a run has left is ever replaced. */
function refuseToReplace(path: string): void {
  if (!existsSync(path) || existsSync(join(path, RUN_FILE))) return;
  throw new CommandError(
    `${path} is there already and is not a run folder\n  move it away, or name another folder with --out; nothing was started`,
    ExitCode.usage,
  );
}

/** Writes the folder `name` below `outFolder` and returns its path; an older run of the same name is replaced. */
export async function writeRunFolder(
  outFolder: string,
  name: string,
  content: RunFolderContent,
): Promise<string> {
  const target = join(outFolder, name);
  const unfinished = join(outFolder, `.${name}.${process.pid}.unfinished`);
  try {
    rmSync(unfinished, { recursive: true, force: true });
    makeFolder(unfinished);
    const { trace } = content;
    writeFileSync(join(unfinished, RUN_FILE), json(content.run));
    writeFileSync(join(unfinished, 'summary.json'), json(content.summary));
    writeFileSync(join(unfinished, 'trace.swarmtrace'), encodeTrace(trace));
    writeFileSync(join(unfinished, 'report.html'), content.reportHtml);
    for (const [name, text] of Object.entries(content.others)) writeFileSync(join(unfinished, name), text);
    await writeLines(join(unfinished, 'peers.csv'), peersTable(trace));
    await writeLines(join(unfinished, 'pieces.csv'), piecesTable(trace));
    await writeLines(join(unfinished, 'samples.csv'), samplesTable(trace));
    await writeLines(join(unfinished, 'events.csv'), eventsTable(trace));
    await writeLines(join(unfinished, 'expectations.csv'), expectationsTable(trace, content.verdicts));
    if (existsSync(target)) rmSync(target, { recursive: true });
    renameSync(unfinished, target);
    return target;
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new CommandError(`cannot write ${target} (${errorCode(error)})`, ExitCode.unavailable);
  }
}

async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  const opened = once(file, 'open');
  await opened;
  for (const line of lines) if (!file.write(line)) await once(file, 'drain');
  file.end();
  await once(file, 'finish');
}

/** The columns are described in docs/TRACE.md; their names and order are a promise. */
function* expectationsTable({ header }: Trace, verdicts: readonly Verdict[]): Generator<string> {
  yield 'scenario,seed,name,status,expression,left,right,unit,at_us,evaluations,severity,part,peer,piece,first_violation_us,stopped_run,reason,because\n';
  for (const verdict of verdicts) {
    const { name, status, expression, left, right, atUs, evaluations, subject } = verdict;
    const cells = [
      header.scenario,
      header.seed,
      name,
      status,
      expression,
      left?.value,
      right?.value,
      left?.unit,
      atUs,
      evaluations,
      verdict.severity,
      verdict.part,
      subject?.kind === 'peer' ? subject.name : undefined,
      subject?.kind === 'piece' ? subject.name : undefined,
      verdict.firstViolationUs,
      verdict.stoppedRun === true ? 1 : 0,
      verdict.reason,
      verdict.because,
    ];
    yield `${cells.map(csvCell).join(',')}\n`;
  }
}

function csvCell(value: string | number | undefined): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
