/** `swarmlab report`: makes the page of a run anew from its folder; the same, byte for byte, as the run has written. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Verdict } from '../scenarios/expectations/verdict.ts';
import type { NetworkKind, RunOutcome } from '../scenarios/run/run-options.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { readRunFolder, type StoredRun } from './read-run.ts';
import { reportPage } from './run-one.ts';
import { VERSION } from './version.ts';

export interface ReportArguments {
  /** Where the page is written; default: report.html in the run's folder. */
  readonly out?: string;
}

export function report(path: string, args: ReportArguments): ExitCode {
  const stored = readRunFolder(path);
  const page = pageOf(stored, path);
  const target = args.out === undefined ? join(stored.folder, 'report.html') : resolve(args.out);
  const notes = new Terminal(process.stderr, process.env);
  const before = args.out === undefined ? existing(target) : undefined;
  try {
    if (before !== page) writeFileSync(target, page);
  } catch (error) {
    throw new CommandError(`cannot write ${target} (${errorCode(error)})`, ExitCode.unavailable);
  }
  if (before === page) notes.print('the page was up to date');
  else if (stored.run.swarmlab !== VERSION) {
    notes.print(`drawn by swarmlab ${VERSION}; the run was by ${String(stored.run.swarmlab)}`);
  }
  process.stdout.write(`${target}\n`);
  return ExitCode.held;
}

function existing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Throws `CommandError` where `run.json` lacks what the page shows. */
function pageOf({ trace, run }: StoredRun, path: string): string {
  const { plan, verdicts, laws, replay, network } = run;
  const isWhole =
    typeof plan?.name === 'string' &&
    typeof plan.description === 'string' &&
    Array.isArray(verdicts) &&
    Array.isArray(laws) &&
    typeof replay === 'string' &&
    typeof network === 'string';
  if (!isWhole) {
    throw new CommandError(
      `${path} is from another version: its run.json lacks what the page shows${typeof replay === 'string' ? `\n  run it again: ${replay}` : ''}`,
      ExitCode.usage,
    );
  }
  const outcome = { trace, checks: laws as RunOutcome['checks'] };
  return reportPage(plan, outcome, verdicts as readonly Verdict[], replay, network as NetworkKind);
}
