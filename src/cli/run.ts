/** `swarmlab run`: runs scenarios, judges what they expect, writes a folder for each run. */

import { resolve } from 'node:path';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { renderReportHtml } from '../../viz/report/html.ts';
import { expand } from '../scenarios/expand.ts';
import { judge } from '../scenarios/expectations/judge.ts';
import { TraceMetrics } from '../scenarios/expectations/trace-metrics.ts';
import { formatVerdict, type Verdict } from '../scenarios/expectations/verdict.ts';
import { type LoadedScenario, loadScenario } from '../scenarios/load-scenario.ts';
import type { Plan } from '../scenarios/plan.ts';
import { type NetworkKind, RunFailure, type RunOutcome } from '../scenarios/run/run-options.ts';
import { runPlan } from '../scenarios/run/run-plan.ts';
import { formatDuration, formatSize } from '../scenarios/unit-text.ts';
import { libraryFolder, readReportScript } from './assets.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { printSummary, printVerdicts, summaryLines } from './output/verdict-lines.ts';
import { prepareOutput, writeRunFolder } from './run-folder.ts';
import { compareWithFreshProcess } from './verify-determinism.ts';
import { VERSION } from './version.ts';

export interface RunArguments {
  readonly seed?: number;
  readonly net: NetworkKind;
  readonly out: string;
  readonly json: boolean;
  readonly verifyDeterminism: boolean;
  readonly payload?: Plan['payload'];
}

/** Runs each scenario in turn and returns the exit code: the worst of theirs. */
export async function run(references: readonly string[], args: RunArguments): Promise<ExitCode> {
  const terminal = new Terminal(process.stderr, process.env);
  const loaded = references.map((reference) => loadScenario(reference, libraryFolder));
  const out = resolve(args.out);
  prepareOutput(out);
  const results: Record<string, unknown>[] = [];
  let worst: ExitCode = ExitCode.held;
  for (const scenario of loaded) {
    const { exitCode, result } = await runOne(scenario, out, args, terminal);
    results.push(result);
    worst = Math.max(worst, exitCode) as ExitCode;
    if (exitCode === ExitCode.interrupted) break;
  }
  if (args.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  return worst;
}

async function runOne(
  { scenario, reference }: LoadedScenario,
  out: string,
  args: RunArguments,
  terminal: Terminal,
): Promise<{ exitCode: ExitCode; result: Record<string, unknown> }> {
  const seed = args.seed ?? scenario.seed;
  const planned = expand(scenario, seed);
  const plan = args.payload === undefined ? planned : { ...planned, payload: args.payload };
  printHeading(terminal, plan, args.net);
  const startedAt = new Date();
  const outcome = await runInterruptibly(plan, args.net, terminal);
  const wallSeconds = (Date.now() - startedAt.getTime()) / 1000;
  const { trace } = outcome;
  const verdicts = judge(scenario.expectations, new TraceMetrics(trace));
  const replay = replayCommand(reference, seed, args);
  const summary = {
    scenario: plan.name,
    seed,
    network: args.net,
    digest: trace.digest,
    endUs: trace.endUs,
    interrupted: outcome.interrupted,
    verdicts,
  };
  const folder = await writeRunFolder(out, `${plan.name}-${seed}`, {
    trace,
    verdicts,
    summary,
    run: {
      swarmlab: VERSION,
      node: process.version,
      startedAt: startedAt.toISOString(),
      wallSeconds,
      events: outcome.events,
      replay,
      ...summary,
      plan,
    },
    reportHtml: reportPage(plan, trace, verdicts, replay, args.net),
  });
  terminal.print();
  printVerdicts(terminal, verdicts);
  terminal.print();
  printSummary(terminal, trace);
  terminal.print(
    `  ${formatDuration(trace.endUs)} of ${args.net === 'sim' ? 'virtual' : 'real'} time in ${wallSeconds.toFixed(1)} s, digest ${trace.digest}`,
  );
  terminal.print();
  terminal.print(`  report  ${resolve(folder, 'report.html')}`);
  terminal.print(`  again   ${replay}`);
  const result = { ...summary, folder, lines: summaryLines(trace) };
  return { exitCode: await judgeRun(outcome, verdicts, { reference, seed, args, terminal }), result };
}

interface RunContext {
  readonly reference: string;
  readonly seed: number;
  readonly args: RunArguments;
  readonly terminal: Terminal;
}

async function judgeRun(
  outcome: RunOutcome,
  verdicts: readonly Verdict[],
  { reference, seed, args, terminal }: RunContext,
): Promise<ExitCode> {
  if (outcome.interrupted) {
    terminal.print(terminal.style('yellow', '  interrupted: the report shows what had happened until then'));
    return ExitCode.interrupted;
  }
  if (args.verifyDeterminism) {
    const difference = await compareWithFreshProcess(outcome.trace, reference, seed, args.payload);
    if (difference !== undefined) {
      terminal.print(terminal.style('red', `  not deterministic: ${difference}`));
      return ExitCode.notDeterministic;
    }
    terminal.print('  deterministic: a second run in a fresh process has the same digest');
  }
  return verdicts.every((verdict) => verdict.status === 'held') ? ExitCode.held : ExitCode.failed;
}

async function runInterruptibly(plan: Plan, network: NetworkKind, terminal: Terminal): Promise<RunOutcome> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const startMs = Date.now();
  try {
    return await runPlan(plan, {
      network,
      signal: interruption.signal,
      onProgress: ({ nowUs, complete, peers }) =>
        terminal.progress(() => {
          const speed = nowUs / 1000 / Math.max(1, Date.now() - startMs);
          const pace = network === 'sim' ? ` · ${speed.toFixed(0)} × real time` : '';
          return `  ${formatDuration(nowUs)}${pace} · ${complete} of ${peers} peers complete`;
        }),
    });
  } catch (error) {
    if (error instanceof RunFailure) throw new CommandError(error.message, ExitCode.unavailable);
    throw error;
  } finally {
    terminal.clear();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function printHeading(terminal: Terminal, plan: Plan, network: NetworkKind): void {
  const size = plan.torrent.files.reduce((sum, file) => sum + file.lengthBytes, 0);
  const where = network === 'sim' ? 'simulated network' : 'real sockets';
  const facts = [
    `seed ${plan.seed}`,
    `${plan.peers.length} peers`,
    `${formatSize(size)} in pieces of ${formatSize(plan.torrent.pieceLengthBytes)}`,
    where,
  ];
  terminal.print(`${terminal.style('bold', plan.name)} · ${facts.join(' · ')}`);
  if (plan.description !== '') terminal.print(`  ${plan.description}`);
}

function reportPage(
  plan: Plan,
  trace: RunOutcome['trace'],
  verdicts: readonly Verdict[],
  replay: string,
  network: NetworkKind,
): string {
  const model = buildReportModel(trace, {
    title: plan.name,
    description: plan.description,
    replayCommand: replay,
    version: VERSION,
    network: network === 'sim' ? 'simulated network' : 'real sockets',
    verdicts: verdicts.map((verdict) => ({
      name: verdict.name,
      expression: verdict.expression,
      outcome: verdict.status === 'no-data' ? ('no data' as const) : verdict.status,
      measured: formatVerdict(verdict).replace(/^(held|failed)( at [^:]*)?: /, (_, __, at) =>
        at === undefined ? '' : `${(at as string).trim()}: `,
      ),
    })),
  });
  return renderReportHtml({
    title: `${plan.name}, seed ${plan.seed}`,
    scriptText: readReportScript(),
    data: model,
  });
}

function replayCommand(reference: string, seed: number, args: RunArguments): string {
  const name = /^[\w./-]+$/.test(reference) ? reference : `'${reference.replaceAll("'", "'\\''")}'`;
  const net = args.net === 'sim' ? '' : ` --net ${args.net}`;
  return `npx swarmlab run ${name} --seed ${seed}${net}`;
}
