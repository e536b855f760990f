/** Runs one scenario, judges it, writes its folder and prints what came of it. */

import { resolve } from 'node:path';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { renderReportHtml } from '../../viz/report/html.ts';
import type { Expectation } from '../scenarios/expectations/expectation.ts';
import { judge } from '../scenarios/expectations/judge.ts';
import { labelsInPlan } from '../scenarios/expectations/peer-labels.ts';
import { TraceMetrics } from '../scenarios/expectations/trace-metrics.ts';
import { formatMeasured, type Verdict } from '../scenarios/expectations/verdict.ts';
import type { Plan } from '../scenarios/plan.ts';
import {
  type NetworkKind,
  RunFailure,
  type RunOutcome,
  type RunProbe,
} from '../scenarios/run/run-options.ts';
import { runPlan } from '../scenarios/run/run-plan.ts';
import { formatCount, formatDuration, formatSize } from '../scenarios/unit-text.ts';
import type { Trace } from '../trace/trace.ts';
import { readReportScript } from './assets.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { estimateMemory } from './memory/estimate.ts';
import { shapeOf } from './memory/run-shape.ts';
import type { Terminal } from './output/terminal.ts';
import { printSummary, printVerdicts, summaryLines } from './output/verdict-lines.ts';
import { profileLines, profileText } from './profile/profile-tables.ts';
import { type RunProfile, RunProfiler } from './profile/run-profile.ts';
import { writeRunFolder } from './run-folder.ts';
import { VERSION } from './version.ts';

/** Where a run talks: `results` is what was asked for, `notes` all else. */
export interface RunContext {
  readonly network: NetworkKind;
  readonly out: string;
  readonly results: Terminal;
  readonly notes: Terminal;
  readonly signal: AbortSignal;
  /** Measure what takes the time, too. For simulated runs only. */
  readonly profile?: boolean;
}

/** What is run, and under what name it is kept. */
export interface RunSubject {
  readonly plan: Plan;
  readonly expectations: readonly Expectation[];
  readonly folderName: string;
  /** The command that repeats it. */
  readonly replay: string;
}

export interface RunResult {
  readonly trace: Trace;
  readonly verdicts: readonly Verdict[];
  readonly interrupted: boolean;
  readonly folder: string;
  /** For `--json`. */
  readonly summary: Record<string, unknown>;
}

export async function runOne(subject: RunSubject, context: RunContext): Promise<RunResult> {
  const { out, results, network } = context;
  const { plan, replay, folderName } = subject;
  printHeading(results, plan, network);
  const startedAt = new Date();
  const profiler = context.profile === true ? new RunProfiler() : undefined;
  profiler?.start();
  const outcome = await runWithProgress(subject, context, profiler?.probe);
  const wallSeconds = (Date.now() - startedAt.getTime()) / 1000;
  const profiled = profiler?.stop();
  const { trace, interrupted } = outcome;
  const verdicts = [
    ...judge(subject.expectations, new TraceMetrics(trace, labelsInPlan(plan)), {
      stoppedBy: outcome.stoppedBy,
    }),
    ...outcome.verdicts,
  ];
  const summary = {
    scenario: plan.name,
    seed: plan.seed,
    network,
    digest: trace.digest,
    endUs: trace.endUs,
    interrupted,
    verdicts,
    laws: outcome.checks,
  };
  const folder = await writeRunFolder(out, folderName, {
    trace,
    verdicts,
    summary,
    run: {
      swarmlab: VERSION,
      node: process.version,
      startedAt: startedAt.toISOString(),
      wallSeconds,
      memory: {
        estimatedBytes: Math.round(estimateMemory(shapeOf(plan, network)).processBytes),
        peakBytes: process.resourceUsage().maxRSS * 1024,
      },
      events: outcome.events,
      replay,
      ...summary,
      plan,
    },
    reportHtml: reportPage(plan, outcome, verdicts, replay, network),
    others: profiled === undefined ? {} : profileFiles(profiled, plan),
  });
  results.print();
  printVerdicts(results, verdicts);
  results.print();
  printSummary(results, trace);
  printChecks(results, outcome);
  results.print(
    `  ${formatDuration(trace.endUs)} of ${network === 'sim' ? 'virtual' : 'real'} time in ${wallSeconds.toFixed(1)} s, digest ${trace.digest}`,
  );
  if (profiled !== undefined) printProfile(results, profiled.profile);
  results.print();
  results.print(`  report  ${resolve(folder, 'report.html')}`);
  if (profiled !== undefined) results.print(`  profile ${resolve(folder, CPU_PROFILE_FILE)}`);
  results.print(`  again   ${replay}`);
  return {
    trace,
    verdicts,
    interrupted,
    folder,
    summary: {
      ...summary,
      folder,
      lines: summaryLines(trace),
      ...(profiled === undefined ? {} : { profile: profiled.profile }),
    },
  };
}

/** Chrome's and VS Code's tools know it by this ending. */
const CPU_PROFILE_FILE = 'profile.cpuprofile';

function profileFiles(
  { profile, cpuProfile }: ReturnType<RunProfiler['stop']>,
  plan: Plan,
): Record<string, string> {
  return {
    [CPU_PROFILE_FILE]: JSON.stringify(cpuProfile),
    'profile.json': `${JSON.stringify(profile, null, 2)}\n`,
    'profile.txt': profileText(`${plan.name}, seed ${plan.seed}`, profile),
  };
}

function printProfile(terminal: Terminal, profile: RunProfile): void {
  terminal.print();
  for (const line of profileLines(profile)) terminal.print(line === '' ? '' : `  ${line}`);
}

/** The laws were looked at all the time; had one been broken, the run would have ended there. */
function printChecks(terminal: Terminal, { checks }: RunOutcome): void {
  if (checks.length === 0) return;
  const sum = checks.reduce((total, { evaluations }) => total + evaluations, 0);
  terminal.print(`  ${checks.length} laws held all the time: ${formatCount(sum)} facts were looked at`);
}

async function runWithProgress(
  { plan, expectations }: RunSubject,
  { network, notes, signal }: RunContext,
  probe: RunProbe | undefined,
): Promise<RunOutcome> {
  const startMs = Date.now();
  try {
    return await runPlan(plan, {
      network,
      signal,
      expectations,
      ...(probe === undefined ? {} : { probe }),
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
  { trace, checks }: RunOutcome,
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
    laws: checks,
    verdicts: verdicts.map((verdict) => ({
      name: verdict.name,
      expression: verdict.expression,
      outcome: verdict.status === 'no-data' ? ('no data' as const) : verdict.status,
      measured: `${verdict.severity === 'warning' ? 'a warning only: ' : ''}${formatMeasured(verdict)}`,
    })),
  });
  return renderReportHtml({
    title: `${plan.name}, seed ${plan.seed}`,
    scriptText: readReportScript(),
    data: model,
  });
}
