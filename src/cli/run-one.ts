/** Runs one scenario, judges it and writes its folder; what is printed of it is up to the reporters. */

import { resolve } from 'node:path';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { renderReportHtml } from '../../viz/report/html.ts';
import type { ReportVerdict } from '../../viz/report/model.ts';
import type { BaselineLookup } from '../scenarios/baseline/baseline.ts';
import type { Expectation } from '../scenarios/expectations/expectation.ts';
import { allHeld, judge } from '../scenarios/expectations/judge.ts';
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
import { formatDuration } from '../scenarios/unit-text.ts';
import type { Trace } from '../trace/trace.ts';
import { namespaceAgentScript, readReportScript } from './assets.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { estimateMemory } from './memory/estimate.ts';
import { shapeOf } from './memory/run-shape.ts';
import type { Terminal } from './output/terminal.ts';
import { summaryLines } from './output/verdict-lines.ts';
import { profileText } from './profile/profile-tables.ts';
import { RunProfiler } from './profile/run-profile.ts';
import { describeNetwork, type RunIntent, type RunRecord, type StoppedBy } from './reporters/run-record.ts';
import { writeRunFolder } from './run-folder.ts';
import { VERSION } from './version.ts';

export interface RunContext {
  readonly network: NetworkKind;
  readonly out: string;
  /** Where it says how far it is. */
  readonly notes: Terminal;
  /** Ends it early. What there is by then is kept, unless the reason is a `RunDiscarded`. */
  readonly signal: AbortSignal;
  /** Measure what takes the time, too. For simulated runs only. */
  readonly profile?: boolean;
}

/** Why a run was stopped of which nothing is to be kept. */
export class RunDiscarded extends Error {
  override readonly name = 'RunDiscarded';
}

/** What is run, and under what name it is kept. */
export interface RunSubject {
  readonly plan: Plan;
  readonly expectations: readonly Expectation[];
  /** What its expectations compare with; absent: nothing. */
  readonly baselines?: BaselineLookup;
  readonly folderName: string;
  /** Path of the scenario file. */
  readonly file: string;
  /** The command that repeats it. */
  readonly replay: string;
}

export interface RunResult {
  readonly trace: Trace;
  readonly record: RunRecord;
}

export function intentOf({ plan, file, replay }: RunSubject, network: NetworkKind): RunIntent {
  return {
    scenario: plan.name,
    description: plan.description,
    seed: plan.seed,
    network,
    peers: plan.peers.length,
    contentBytes: plan.torrent.files.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0),
    pieceLengthBytes: plan.torrent.pieceLengthBytes,
    file,
    replay,
  };
}

/** Throws `RunDiscarded` when it was stopped for that reason. */
export async function runOne(subject: RunSubject, context: RunContext): Promise<RunResult> {
  const { out, network } = context;
  const { plan } = subject;
  const startedAt = new Date();
  const profiler = context.profile === true ? new RunProfiler() : undefined;
  profiler?.start();
  const outcome = await runWithProgress(subject, context, profiler?.probe);
  const wallSeconds = (Date.now() - startedAt.getTime()) / 1000;
  const profiled = profiler?.stop();
  const { trace, interrupted } = outcome;
  const { reason } = context.signal;
  if (interrupted && reason instanceof RunDiscarded) throw reason;
  const verdicts = verdictsOf(subject, outcome);
  const folder = await keepRun(out, subject, network, outcome, verdicts, {
    startedAt,
    wallSeconds,
    others: profiled === undefined ? {} : profileFiles(profiled, plan),
  });
  const record: RunRecord = {
    ...intentOf(subject, network),
    verdicts,
    ...(interrupted ? { stoppedBy: stoppedBy(context.signal) } : {}),
    digest: trace.digest,
    endUs: trace.endUs,
    laws: outcome.checks,
    lines: summaryLines(trace),
    wallSeconds,
    folder,
    ...(profiled === undefined
      ? {}
      : { profile: { file: resolve(folder, CPU_PROFILE_FILE), summary: profiled.profile } }),
    exitCode: interrupted
      ? STOPPED[stoppedBy(context.signal)]
      : allHeld(verdicts)
        ? ExitCode.held
        : ExitCode.failed,
  };
  return { trace, record };
}

/** What became of all that the scenario expects, and of what the run itself owes. */
export function verdictsOf(subject: RunSubject, { trace, stoppedBy, verdicts }: RunOutcome): Verdict[] {
  const { plan, expectations, baselines } = subject;
  const metrics = new TraceMetrics(trace, labelsInPlan(plan));
  const judged = judge(expectations, metrics, {
    stoppedBy,
    ...(baselines === undefined ? {} : { baselines }),
  });
  return [...judged, ...verdicts];
}

/** What the folder of a run tells beside the run itself. */
interface RunKept {
  readonly startedAt: Date;
  readonly wallSeconds: number;
  /** Text of further files, by name. */
  readonly others: Readonly<Record<string, string>>;
}

/** Writes the folder of a run below `out`; its path. Throws `CommandError`. */
export async function keepRun(
  out: string,
  { plan, replay, folderName }: RunSubject,
  network: NetworkKind,
  outcome: RunOutcome,
  verdicts: readonly Verdict[],
  { startedAt, wallSeconds, others }: RunKept,
): Promise<string> {
  const { trace, interrupted, checks, events, stoodStillUs } = outcome;
  const summary = {
    scenario: plan.name,
    seed: plan.seed,
    network,
    digest: trace.digest,
    endUs: trace.endUs,
    interrupted,
    verdicts,
    laws: checks,
  };
  return await writeRunFolder(out, folderName, {
    trace,
    verdicts,
    summary,
    run: {
      swarmlab: VERSION,
      node: process.version,
      startedAt: startedAt.toISOString(),
      wallSeconds,
      ...(network === 'sockets' ? { stoodStillSeconds: stoodStillUs / 1_000_000 } : {}),
      memory: {
        estimatedBytes: Math.round(estimateMemory(shapeOf(plan, network)).processBytes),
        peakBytes: process.resourceUsage().maxRSS * 1024,
      },
      events,
      replay,
      ...summary,
      plan,
    },
    reportHtml: reportPage(plan, outcome, verdicts, replay, network),
    others,
  });
}

const STOPPED: Readonly<Record<StoppedBy, ExitCode>> = {
  interrupted: ExitCode.interrupted,
  budget: ExitCode.budget,
};

/** What a run was stopped by, from the signal that stopped it. */
export function stoppedBy({ reason }: AbortSignal): StoppedBy {
  return reason === 'budget' ? 'budget' : 'interrupted';
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

async function runWithProgress(
  { plan, expectations, baselines }: RunSubject,
  { network, notes, signal }: RunContext,
  probe: RunProbe | undefined,
): Promise<RunOutcome> {
  const startMs = Date.now();
  try {
    return await runPlan(plan, {
      network,
      agentFile: namespaceAgentScript,
      signal,
      expectations,
      ...(baselines === undefined ? {} : { baselines }),
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

/** The page of a run, which needs no other file. */
export function reportPage(
  plan: Plan,
  { trace, checks }: Pick<RunOutcome, 'trace' | 'checks'>,
  verdicts: readonly Verdict[],
  replay: string,
  network: NetworkKind,
): string {
  const model = buildReportModel(trace, {
    title: plan.name,
    description: plan.description,
    replayCommand: replay,
    version: VERSION,
    network: describeNetwork(network),
    laws: checks,
    verdicts: verdicts.map((verdict) => ({
      name: verdict.name,
      expression: verdict.expression,
      outcome: verdict.status === 'no-data' ? ('no data' as const) : verdict.status,
      measured: `${verdict.severity === 'warning' ? 'a warning only: ' : ''}${formatMeasured(verdict)}`,
      ...placeOf(verdict),
    })),
  });
  return renderReportHtml({
    title: `${plan.name}, seed ${plan.seed}`,
    scriptText: readReportScript(),
    data: model,
  });
}

/** Where in the run a verdict is about, for the link to it. */
function placeOf({ firstViolationUs, atUs, subject }: Verdict): Pick<ReportVerdict, 'atUs' | 'subject'> {
  const instantUs = firstViolationUs ?? atUs;
  return {
    ...(instantUs === undefined ? {} : { atUs: instantUs }),
    ...(subject === undefined ? {} : { subject }),
  };
}
