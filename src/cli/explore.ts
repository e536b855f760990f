/**
 * `swarmlab explore`: random worlds from a seed, each with every checker on. A failure is shrunk and written as a scenario
 * file. Worlds are shared out among processes; which one runs a world makes no difference to it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { NodeHasher } from '../host/node-hasher.ts';
import { exploreWorld, shrinkFailure } from '../scenarios/explore/explore.ts';
import { formatCount } from '../scenarios/unit-text.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';

export interface ExploreArguments {
  readonly runs: number;
  readonly seed: number;
  readonly from: number;
  readonly out: string;
  readonly jobs?: number;
  readonly shrinkRuns: number;
  readonly json?: boolean;
  /** "1/4": every fourth world, from the first on. */
  readonly shard?: string;
}

/** What a process says of a world, a line each, in JSON. */
interface WorldReport {
  readonly number: number;
  readonly events: number;
  readonly checks: readonly { readonly name: string; readonly evaluations: number }[];
  readonly failure?: ReportedFailure;
}

interface ReportedFailure {
  readonly identity: string;
  readonly message: string;
  readonly size: string;
  readonly tries: number;
  readonly file: string;
}

/** No more than so many different failures are shrunk: after that there is enough to do. */
const SHRUNK_MAX = 5;

export async function explore(args: ExploreArguments): Promise<ExitCode> {
  if (args.runs < 1 || (args.jobs ?? 1) < 1) {
    throw new CommandError('--runs and --jobs are at least 1', ExitCode.usage);
  }
  const shard = args.shard === undefined ? undefined : parseShard(args.shard);
  if (shard !== undefined) return exploreShard(args, shard);
  const jobs = Math.max(1, Math.min(args.jobs ?? availableParallelism(), args.runs));
  const notes = new Terminal(process.stderr, process.env);
  const results = args.json === true ? notes : new Terminal(process.stdout, process.env);
  const reports: WorldReport[] = [];
  const onReport = (report: WorldReport): void => {
    reports.push(report);
    notes.progress(
      () => `  ${reports.length} of ${args.runs} worlds, ${reports.filter(hasFailed).length} failed`,
    );
  };
  const codes = await Promise.all(
    Array.from({ length: jobs }, (_, index) => runShard(args, index + 1, jobs, onReport)),
  );
  notes.clear();
  const broken = codes.find((code) => code !== ExitCode.held && code !== ExitCode.failed);
  if (broken !== undefined)
    throw new CommandError('one of the processes has ended before its time', ExitCode.bug);
  reports.sort((left, right) => left.number - right.number);
  printReports(args, reports, results);
  if (args.json === true)
    process.stdout.write(
      `${JSON.stringify({ seed: args.seed, worlds: reports.length, checks: sumOf(reports), failures: reports.filter(hasFailed) }, null, 2)}\n`,
    );
  return reports.some(hasFailed) ? ExitCode.failed : ExitCode.held;
}

function hasFailed(report: WorldReport): report is WorldReport & { readonly failure: ReportedFailure } {
  return report.failure !== undefined;
}

async function runShard(
  args: ExploreArguments,
  part: number,
  of: number,
  onReport: (report: WorldReport) => void,
): Promise<number | null> {
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      process.argv[1] as string,
      'explore',
      ...['--runs', String(args.runs), '--seed', String(args.seed), '--from', String(args.from)],
      ...['--out', args.out, '--shrink-runs', String(args.shrinkRuns), '--shard', `${part}/${of}`],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => onReport(JSON.parse(line) as WorldReport));
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

/** Runs the worlds of one part and says of each, as a line of JSON on stdout, what came of it. */
function exploreShard(args: ExploreArguments, { part, of }: { part: number; of: number }): ExitCode {
  const hasher = new NodeHasher();
  const shrunk = new Set<string>();
  let failed = false;
  for (let number = args.from + part - 1; number < args.from + args.runs; number += of) {
    const { draft, failure, events, checks } = exploreWorld(args.seed, number, hasher);
    let report: WorldReport = { number, events, checks };
    if (failure !== undefined) {
      failed = true;
      const again = shrunk.has(failure.identity) || shrunk.size >= SHRUNK_MAX;
      shrunk.add(failure.identity);
      const {
        text,
        size,
        tries,
        failure: small,
      } = shrinkFailure(draft, failure, hasher, again ? 0 : args.shrinkRuns);
      mkdirSync(args.out, { recursive: true });
      const file = join(args.out, `${draft.name}.yaml`);
      writeFileSync(file, text);
      report = {
        ...report,
        failure: { identity: failure.identity, message: small.message, size, tries, file },
      };
    }
    process.stdout.write(`${JSON.stringify(report)}\n`);
  }
  return failed ? ExitCode.failed : ExitCode.held;
}

function printReports(args: ExploreArguments, reports: readonly WorldReport[], terminal: Terminal): void {
  const failures = reports.filter(hasFailed);
  const byIdentity = new Map<string, (WorldReport & { failure: ReportedFailure })[]>();
  for (const report of failures) {
    byIdentity.set(report.failure.identity, [...(byIdentity.get(report.failure.identity) ?? []), report]);
  }
  for (const same of byIdentity.values()) {
    // The smallest is the one to look at.
    const [first] = [...same].sort((left, right) => right.failure.tries - left.failure.tries);
    if (first === undefined) continue;
    terminal.print(terminal.style('red', `✗ ${first.failure.message}`));
    const others = same.length > 1 ? `; so did ${same.length - 1} more` : '';
    terminal.print(
      `  world ${first.number} failed so${others}; shrunk in ${first.failure.tries} runs to ${first.failure.size}`,
    );
    terminal.print(`  file    ${first.failure.file}`);
    terminal.print(`  again   npx swarmlab run ${first.failure.file}`);
    terminal.print(`  whole   npx swarmlab explore --seed ${args.seed} --from ${first.number} --runs 1`);
    terminal.print();
  }
  const mark = failures.length === 0 ? terminal.style('green', '✓') : terminal.style('red', '✗');
  terminal.print(`${mark} ${reports.length} worlds of seed ${args.seed}, ${failures.length} failed`);
  terminal.print('  how often each law was looked at:');
  const sums = sumOf(reports);
  const width = Math.max(...sums.map(({ name }) => name.length));
  for (const { name, evaluations } of sums) {
    terminal.print(`    ${name.padEnd(width)}  ${formatCount(evaluations)}`);
  }
}

function sumOf(reports: readonly WorldReport[]): { name: string; evaluations: number }[] {
  const sums = new Map<string, number>();
  for (const { checks } of reports) {
    for (const { name, evaluations } of checks) sums.set(name, (sums.get(name) ?? 0) + evaluations);
  }
  return [...sums].map(([name, evaluations]) => ({ name, evaluations }));
}

function parseShard(text: string): { part: number; of: number } {
  const [part, of] = text.split('/').map(Number);
  if (
    part === undefined ||
    of === undefined ||
    !Number.isInteger(part) ||
    !Number.isInteger(of) ||
    part < 1 ||
    part > of
  ) {
    throw new CommandError(`--shard ${text}: a part and a number of parts, such as 1/4`, ExitCode.usage);
  }
  return { part, of };
}
