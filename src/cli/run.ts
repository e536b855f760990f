/** `swarmlab run`: runs scenarios, judges what they expect, writes a folder for each run. */

import { resolve } from 'node:path';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { renderReportHtml } from '../../viz/report/html.ts';
import { expand } from '../scenarios/expand.ts';
import { allHeld, judge } from '../scenarios/expectations/judge.ts';
import { TraceMetrics } from '../scenarios/expectations/trace-metrics.ts';
import { formatMeasured, type Verdict } from '../scenarios/expectations/verdict.ts';
import type { LoadedScenario } from '../scenarios/load-scenario.ts';
import type { Plan } from '../scenarios/plan.ts';
import { type NetworkKind, RunFailure, type RunOutcome } from '../scenarios/run/run-options.ts';
import { runPlan } from '../scenarios/run/run-plan.ts';
import { formatDuration, formatSize } from '../scenarios/unit-text.ts';
import { readReportScript } from './assets.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { loadScenarios } from './load-scenarios.ts';
import { Terminal } from './output/terminal.ts';
import { printSummary, printVerdicts, summaryLines } from './output/verdict-lines.ts';
import { prepareOutput, runFolderName, writeRunFolder } from './run-folder.ts';
import { compareWithFreshProcess } from './verify-determinism.ts';
import { VERSION } from './version.ts';

export interface RunArguments {
  readonly seed?: number;
  readonly net: NetworkKind;
  readonly out: string;
  readonly json?: boolean;
  readonly verifyDeterminism?: boolean;
  readonly payload?: Plan['payload'];
}

/** Where a run talks: `results` is what was asked for, `notes` all else. */
interface RunContext {
  readonly args: RunArguments;
  readonly out: string;
  readonly results: Terminal;
  readonly notes: Terminal;
  readonly signal: AbortSignal;
}

/** Runs each scenario in turn and returns the exit code: the worst of theirs. */
export async function run(references: readonly string[], args: RunArguments): Promise<ExitCode> {
  if (args.net === 'sockets') refuseSimulationOptions(args);
  const loaded = loadScenarios(references);
  const out = resolve(args.out);
  prepareOutput(
    out,
    loaded.map(({ scenario }) => runFolderName(scenario.name, args.seed ?? scenario.seed)),
  );
  const interruption = new Interruption();
  const { signal } = interruption;
  const notes = new Terminal(process.stderr, process.env);
  const results = args.json === true ? notes : new Terminal(process.stdout, process.env);
  const summaries: Record<string, unknown>[] = [];
  let worst: ExitCode = ExitCode.held;
  try {
    for (const scenario of loaded) {
      const { exitCode, summary } = await runOne(scenario, { args, out, results, notes, signal });
      summaries.push(summary);
      worst = Math.max(worst, exitCode) as ExitCode;
      if (signal.aborted) break;
    }
  } finally {
    interruption.dispose();
  }
  if (args.json === true) process.stdout.write(`${JSON.stringify(summaries, null, 2)}\n`);
  return worst;
}

function refuseSimulationOptions({ verifyDeterminism, payload }: RunArguments): void {
  const option = verifyDeterminism === true ? '--verify-determinism' : '--payload';
  if (verifyDeterminism !== true && payload === undefined) return;
  throw new CommandError(
    `${option} is for simulated runs only, and --net sockets asks for real ones\n  leave one of the two out`,
    ExitCode.usage,
  );
}

async function runOne(
  { scenario, reference }: LoadedScenario,
  context: RunContext,
): Promise<{ exitCode: ExitCode; summary: Record<string, unknown> }> {
  const { args, out, results } = context;
  const seed = args.seed ?? scenario.seed;
  const planned = expand(scenario, seed);
  const plan = args.payload === undefined ? planned : { ...planned, payload: args.payload };
  printHeading(results, plan, args.net);
  const startedAt = new Date();
  const outcome = await runWithProgress(plan, context);
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
  const folder = await writeRunFolder(out, runFolderName(plan.name, seed), {
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
  results.print();
  printVerdicts(results, verdicts);
  results.print();
  printSummary(results, trace);
  results.print(
    `  ${formatDuration(trace.endUs)} of ${args.net === 'sim' ? 'virtual' : 'real'} time in ${wallSeconds.toFixed(1)} s, digest ${trace.digest}`,
  );
  results.print();
  results.print(`  report  ${resolve(folder, 'report.html')}`);
  results.print(`  again   ${replay}`);
  const exitCode = await judgeRun(outcome, verdicts, reference, plan, context);
  return { exitCode, summary: { ...summary, folder, lines: summaryLines(trace) } };
}

async function judgeRun(
  outcome: RunOutcome,
  verdicts: readonly Verdict[],
  reference: string,
  plan: Plan,
  { args, results, notes, signal }: RunContext,
): Promise<ExitCode> {
  if (outcome.interrupted) {
    notes.print(notes.style('yellow', '  interrupted: the report shows what had happened until then'));
    return ExitCode.interrupted;
  }
  if (args.verifyDeterminism === true) {
    const comparison = await compareWithFreshProcess(outcome.trace, reference, plan, signal);
    if (comparison.kind === 'interrupted') {
      notes.print(notes.style('yellow', '  interrupted before the second run was over'));
      return ExitCode.interrupted;
    }
    if (comparison.kind === 'different') {
      results.print(results.style('red', `  not deterministic: ${comparison.difference}`));
      return ExitCode.notDeterministic;
    }
    results.print('  deterministic: a second run in a fresh process has the same digest');
  }
  return allHeld(verdicts) ? ExitCode.held : ExitCode.failed;
}

async function runWithProgress(plan: Plan, { args, notes, signal }: RunContext): Promise<RunOutcome> {
  const network = args.net;
  const startMs = Date.now();
  try {
    return await runPlan(plan, {
      network,
      signal,
      onProgress: ({ nowUs, complete, peers }) =>
        notes.progress(() => {
          const speed = nowUs / 1000 / Math.max(1, Date.now() - startMs);
          const pace = network === 'sim' ? ` · ${speed.toFixed(0)} × real time` : '';
          return `  ${formatDuration(nowUs)}${pace} · ${complete} of ${peers} peers complete`;
        }),
    });
  } catch (error) {
    if (error instanceof RunFailure) throw new CommandError(error.message, ExitCode.unavailable);
    throw error;
  } finally {
    notes.clear();
  }
}

function printHeading(terminal: Terminal, plan: Plan, network: NetworkKind): void {
  const size = plan.torrent.files.reduce((sum, file) => sum + file.lengthBytes, 0);
  const where = network === 'sim' ? 'simulated network' : 'real sockets';
  const facts = [
    `seed ${plan.seed}`,
    plan.peers.length === 1 ? '1 peer' : `${plan.peers.length} peers`,
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
      measured: formatMeasured(verdict),
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
