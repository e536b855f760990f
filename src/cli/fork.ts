/** `swarmlab fork`: a run as it is, and the same run with one thing changed from a given time on, side by side. */
import { resolve } from 'node:path';
import { expand } from '../scenarios/expand.ts';
import { formatDuration, formatSize } from '../scenarios/unit-text.ts';
import { parseDuration } from '../scenarios/units.ts';
import { foldPeerTimes, sortedPresent } from '../trace/metrics/peer-times.ts';
import { seedCopies } from '../trace/metrics/totals.ts';
import type { Trace } from '../trace/trace.ts';
import { baselinesOf } from './baselines.ts';
import { costNote } from './cost/cost-note.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { loadFork, loadScenarios } from './load-scenarios.ts';
import { shapeOf } from './memory/run-shape.ts';
import { settleMemory } from './memory/settle-memory.ts';
import { printHeading, printRun } from './output/run-lines.ts';
import { Terminal } from './output/terminal.ts';
import { runAsJson } from './reporters/json.ts';
import { prepareOutput, runFolderName } from './run-folder.ts';
import { intentOf, type RunContext, type RunResult, type RunSubject, runOne } from './run-one.ts';
import { shellWord } from './shell-word.ts';

export interface ForkArguments {
  readonly at: string;
  readonly change: string;
  /** Keys that have other values in both runs: "peers.crowd.count=40". */
  readonly set?: readonly string[];
  readonly seed?: number;
  readonly out: string;
  readonly json?: boolean;
  /** The most memory that the runs may use, as text. */
  readonly memory?: string;
}

/** Exit code: whether the expectations of the changed run hold. */
export async function fork(reference: string, args: ForkArguments): Promise<ExitCode> {
  const [loaded] = loadScenarios([reference], args.set);
  if (loaded === undefined) throw new CommandError('no scenario', ExitCode.usage);
  const { scenario, path: file } = loaded;
  const seed = args.seed ?? scenario.seed;
  const atUs = timeOf(args.at, scenario.time.untilUs);
  const forked = loadFork(reference, args);
  const notes = new Terminal(process.stderr, process.env);
  const plan = expand(scenario, seed);
  const forkedPlan = expand(forked, seed);
  // One after the other: of the first only its trace is still there when the second runs.
  const runs = [plan, forkedPlan].map((each) => ({ name: reference, shape: shapeOf(each, 'sim') }));
  const elsewhere = await settleMemory(runs, args.memory, notes);
  if (elsewhere !== undefined) return elsewhere;
  const note = costNote([plan, forkedPlan], 'sim');
  if (note !== undefined) notes.print(note);
  const out = resolve(args.out);
  const name = runFolderName(scenario.name, seed);
  prepareOutput(out, [name, `${name}-fork`]);
  const interruption = new Interruption();
  const results = args.json === true ? notes : new Terminal(process.stdout, process.env);
  const context = { network: 'sim', out, notes, signal: interruption.signal } as const;
  const baselines = baselinesOf(loaded, undefined);
  const compared = baselines === undefined ? {} : { baselines };
  const settings = (args.set ?? []).map((each) => ` --set ${shellWord(each)}`).join('');
  const command = `npx swarmlab run ${shellWord(reference)} --seed ${seed}${settings}`;
  const forkCommand = `npx swarmlab fork ${shellWord(reference)} --seed ${seed}${settings} --at ${args.at} --change ${shellWord(args.change)}`;
  try {
    const asItWas = await runAndPrint(
      {
        ...compared,
        plan,
        expectations: scenario.expectations,
        folderName: name,
        file,
        replay: command,
      },
      context,
      results,
    );
    if (asItWas.record.stoppedBy !== undefined) return ExitCode.interrupted;
    results.print();
    results.print(results.style('bold', `The same until ${args.at}, and then ${args.change}`));
    const changed = await runAndPrint(
      {
        ...compared,
        plan: forkedPlan,
        expectations: forked.expectations,
        folderName: `${name}-fork`,
        file,
        replay: forkCommand,
      },
      context,
      results,
    );
    if (changed.record.stoppedBy !== undefined) return ExitCode.interrupted;
    const parted = partingRow(asItWas.trace, changed.trace);
    if (parted !== undefined && (asItWas.trace.events.timeUs[parted] ?? atUs) < atUs) {
      results.print(results.style('red', `  the runs part before ${args.at}: that is a bug`));
      return ExitCode.notDeterministic;
    }
    results.print();
    printComparison(results, asItWas.trace, changed.trace, args.at);
    if (args.json === true) {
      process.stdout.write(
        `${JSON.stringify({ asItWas: runAsJson(asItWas.record), changed: runAsJson(changed.record) }, null, 2)}\n`,
      );
    }
    return changed.record.exitCode;
  } finally {
    interruption.dispose();
  }
}

async function runAndPrint(subject: RunSubject, context: RunContext, results: Terminal): Promise<RunResult> {
  printHeading(results, intentOf(subject, context.network));
  const result = await runOne(subject, context);
  printRun(results, result.record);
  return result;
}

function timeOf(text: string, untilUs: number): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new CommandError(`--at: ${parsed.complaint.message}`, ExitCode.usage);
  if (parsed.value >= untilUs) {
    throw new CommandError(
      `--at ${text}: the run ends at ${formatDuration(untilUs)} at the latest`,
      ExitCode.usage,
    );
  }
  return parsed.value;
}

/** The first row in which two traces differ; undefined when they do not. */
function partingRow(a: Trace, b: Trace): number | undefined {
  const rows = Math.min(a.events.count, b.events.count);
  for (let row = 0; row < rows; row++) {
    const same = (['timeUs', 'kind', 'peer', 'a', 'b'] as const).every(
      (column) => a.events[column][row] === b.events[column][row],
    );
    if (!same) return row;
  }
  return a.events.count === b.events.count ? undefined : rows;
}

function printComparison(terminal: Terminal, asItWas: Trace, changed: Trace, at: string): void {
  const before = figures(asItWas);
  const after = figures(changed);
  const width = Math.max(...before.map(([name]) => name.length));
  const column = Math.max('as it was'.length, ...before.map(([, value]) => value.length));
  terminal.print(`  ${''.padEnd(width)}  ${'as it was'.padEnd(column)}  changed at ${at}`);
  for (const [index, [name, value]] of before.entries()) {
    terminal.print(`  ${name.padEnd(width)}  ${value.padEnd(column)}  ${after[index]?.[1] ?? ''}`);
  }
}

function figures(trace: Trace): [string, string][] {
  const times = foldPeerTimes(trace);
  const completions = sortedPresent(times.completedUs);
  const downloads = sortedPresent(times.downloadUs);
  const quantile = (share: number): string => {
    const value = downloads[Math.max(0, Math.ceil(share * downloads.length) - 1)];
    return value === undefined ? '-' : formatDuration(value);
  };
  const last = completions.at(-1);
  const wasted = trace.totals.wastedBytes.reduce((sum, bytes) => sum + bytes, 0);
  return [
    ['peers that completed', String(completions.length)],
    ['median download time', quantile(0.5)],
    ['95th percentile', quantile(0.95)],
    ['last completion', last === undefined ? '-' : formatDuration(last)],
    ['copies sent by seeds', seedCopies(trace).toFixed(2)],
    ['received in vain', formatSize(wasted)],
  ];
}
