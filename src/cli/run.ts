/** `swarmlab run`: runs scenarios, judges what they expect, writes a folder for each run and reports. */

import { resolve } from 'node:path';
import type { ScenarioProblem } from '../scenarios/errors.ts';
import type { Plan } from '../scenarios/plan.ts';
import { formatPlan } from '../scenarios/plan-file.ts';
import { parseDuration } from '../scenarios/units.ts';
import { readBaseline } from './baselines.ts';
import { costNote } from './cost/cost-note.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { loadScenarios, ScenariosRefused } from './load-scenarios.ts';
import { shapeOf } from './memory/run-shape.ts';
import { settleMemory } from './memory/settle-memory.ts';
import { Terminal } from './output/terminal.ts';
import { chooseReporters } from './reporters/choose-reporters.ts';
import { GithubReporter } from './reporters/github.ts';
import type { RunTotals } from './reporters/reporter.ts';
import { ReporterGroup } from './reporters/reporter-group.ts';
import type { RunIntent, RunRecord } from './reporters/run-record.ts';
import type { RunArguments } from './run-arguments.ts';
import { prepareOutput, runFolderName } from './run-folder.ts';
import { type RunContext, runOne, stoppedBy } from './run-one.ts';
import { intentOfRun, type PlannedRun, plannedRuns, planOf, subjectOf } from './run-plans.ts';
import { socketPlan } from './socket-plan.ts';
import { compareWithFreshProcess } from './verify-determinism.ts';

/** Runs each scenario with each seed and returns the exit code: the worst of theirs. */
export async function run(references: readonly string[], args: RunArguments): Promise<ExitCode> {
  refuseContradictions(args);
  const budgetMs = args.budget === undefined ? undefined : budgetOf(args.budget);
  const runs = plannedRuns(loadAll(references, args), args);
  checkBaselines(runs, args);
  if (args.showPlan === true) return showPlan(runs, args);
  const notes = new Terminal(process.stderr, process.env);
  const largest = onePerScenario(runs).map((each) => planOf(each, args));
  if (args.net === 'sockets') checkForSockets(runs, args, notes);
  const elsewhere = await settleMemory(
    largest.map((plan) => ({ name: plan.name, shape: shapeOf(plan, args.net) })),
    args.memory,
    notes,
  );
  if (elsewhere !== undefined) return elsewhere;
  const note = costNote(
    runs.map(({ loaded }) => largest.find(({ name }) => name === loaded.scenario.name) as Plan),
    args.net,
  );
  if (note !== undefined) notes.print(note);
  const out = resolve(args.out);
  prepareOutput(
    out,
    runs.map(({ loaded, seed }) => runFolderName(loaded.scenario.name, seed)),
  );
  const reporters = new ReporterGroup(
    chooseReporters(
      args.reporter ?? [],
      { json: args.json === true, manyRuns: (args.repeat ?? 1) > 1 },
      process.env,
    ),
  );
  reporters.begin(runs.map((each) => intentOfRun(each, args)));
  if (runs.length === 0) notes.print(`nothing falls to part ${args.shard}: there are more parts than runs`);
  const stop = new Stop(budgetMs);
  const context = { network: args.net, out, notes, signal: stop.signal, profile: args.profile === true };
  try {
    const by = await runAll(runs, args, context, reporters);
    const exitCode = exitCodeOf(reporters.exitCode, by);
    reporters.end(by, exitCode);
    return exitCode;
  } catch (error) {
    const exitCode = error instanceof CommandError ? error.exitCode : ExitCode.bug;
    reporters.end('error', exitCode, error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    stop.dispose();
  }
}

/** Of a command whose runs end with `worst`; a stop before the end is the worse news. */
function exitCodeOf(worst: ExitCode, by: RunTotals['stoppedBy']): ExitCode {
  const own = by === 'interrupted' ? ExitCode.interrupted : by === 'budget' ? ExitCode.budget : worst;
  return Math.max(worst, own) as ExitCode;
}

/** What can end a command before its end: the keyboard, the budget, the first red run. The first of them counts. */
class Stop {
  readonly #interruption = new Interruption();
  readonly #budget = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly signal: AbortSignal;

  constructor(budgetMs: number | undefined) {
    this.signal = AbortSignal.any([this.#interruption.signal, this.#budget.signal]);
    if (budgetMs === undefined) return;
    this.#timer = setTimeout(() => this.#budget.abort('budget'), budgetMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#interruption.dispose();
  }
}

async function runAll(
  runs: readonly PlannedRun[],
  args: RunArguments,
  context: RunContext,
  reporters: ReporterGroup,
): Promise<RunTotals['stoppedBy']> {
  const { signal } = context;
  for (const [index, planned] of runs.entries()) {
    if (signal.aborted) return stoppedBy(signal);
    const record = await carryOut(planned, args, context, (intent) => reporters.started(intent));
    reporters.ended(record);
    if (record.stoppedBy === 'interrupted') {
      context.notes.print(
        context.notes.style('yellow', '  interrupted: the report shows what had happened until then'),
      );
    }
    if (record.stoppedBy !== undefined) return record.stoppedBy;
    const isLast = index === runs.length - 1;
    if (args.bail === true && record.exitCode !== ExitCode.held && !isLast) return 'bail';
  }
  return undefined;
}

/** One run from its plan to its record. */
async function carryOut(
  planned: PlannedRun,
  args: RunArguments,
  context: RunContext,
  onStarted: (intent: RunIntent) => void,
): Promise<RunRecord> {
  const subject = subjectOf(planned, args);
  onStarted(intentOfRun(planned, args));
  const { trace, record } = await runOne(subject, context);
  if (args.verifyDeterminism !== true || record.stoppedBy !== undefined) return record;
  const comparison = await compareWithFreshProcess(
    trace,
    { reference: planned.loaded.reference, settings: args.set ?? [] },
    subject.plan,
    context.signal,
  );
  if (comparison.kind === 'interrupted') {
    context.notes.print(context.notes.style('yellow', '  interrupted before the second run was over'));
    const by = stoppedBy(context.signal);
    return { ...record, stoppedBy: by, exitCode: exitCodeOf(ExitCode.held, by) };
  }
  if (comparison.kind === 'equal') return { ...record, determinism: {} };
  const { difference } = comparison;
  return { ...record, determinism: { difference }, exitCode: ExitCode.notDeterministic };
}

/** Reads the scenarios; what is wrong with them is annotated too, where somebody reads annotations. */
function loadAll(references: readonly string[], args: RunArguments): ReturnType<typeof loadScenarios> {
  try {
    return loadScenarios(references, args.set);
  } catch (error) {
    const annotated = process.env.GITHUB_ACTIONS === 'true' || args.reporter?.includes('github') === true;
    if (annotated && error instanceof ScenariosRefused) annotateProblems(error.problems);
    throw error;
  }
}

function showPlan(runs: readonly PlannedRun[], args: RunArguments): ExitCode {
  const [only, ...others] = runs;
  if (only === undefined || others.length > 0) {
    throw new CommandError('--show-plan prints one plan\n  name one scenario', ExitCode.usage);
  }
  const kind = args.json === true ? 'json' : 'yaml';
  process.stdout.write(formatPlan(planOf(only, args), only.loaded.scenario.expectations, kind));
  return ExitCode.held;
}

/** What is wrong with a baseline is said before anything runs. */
function checkBaselines(runs: readonly PlannedRun[], { baseline }: RunArguments): void {
  const scenarios = [...new Set(runs.map(({ loaded }) => loaded))];
  if (baseline !== undefined && scenarios.length > 1) {
    throw new CommandError(
      '--baseline names the baseline of one scenario\n  name one scenario, or keep each baseline beside its scenario',
      ExitCode.usage,
    );
  }
  for (const loaded of scenarios) readBaseline(loaded, baseline);
}

/** On stderr with all else: there are no results. */
function annotateProblems(problems: readonly ScenarioProblem[]): void {
  const workspace = process.env.GITHUB_WORKSPACE || process.cwd();
  const reporter = new GithubReporter((text) => void process.stderr.write(text), { workspace });
  reporter.refused(problems);
  reporter.end({ records: [], notRun: [], stoppedBy: undefined, error: undefined, exitCode: ExitCode.usage });
}

/** The seeds of a scenario need about the same memory, and the same of the network. */
function onePerScenario(runs: readonly PlannedRun[]): PlannedRun[] {
  return runs.filter(({ loaded }, index) => runs.findIndex((other) => other.loaded === loaded) === index);
}

function budgetOf(text: string): number {
  const parsed = parseDuration(text);
  if (parsed.ok && parsed.value > 0) return Math.min(parsed.value / 1000, 2 ** 31 - 1);
  const message = parsed.ok ? `"${text}" is no time at all` : parsed.complaint.message;
  throw new CommandError(`--budget: ${message}\n  expected: a time, such as 5m`, ExitCode.usage);
}

/** Before anything is printed or opened: a run that left something out would measure something else. */
function checkForSockets(runs: readonly PlannedRun[], args: RunArguments, notes: Terminal): void {
  for (const each of onePerScenario(runs)) {
    socketPlan(planOf(each, { ...args, approximate: false }), {
      approximate: args.approximate === true,
      notes,
    });
  }
}

function refuseContradictions({ net, verifyDeterminism, payload, profile, approximate }: RunArguments): void {
  if (net !== 'sockets' && approximate === true) {
    throw new CommandError(
      '--approximate is for runs on sockets; in simulation nothing has to be left out\n  add --net sockets, or leave it out',
      ExitCode.usage,
    );
  }
  if (net !== 'sockets') return;
  const given = {
    '--verify-determinism': verifyDeterminism === true,
    '--payload': payload !== undefined,
    '--profile': profile === true,
  };
  const option = Object.entries(given).find(([, isGiven]) => isGiven)?.[0];
  if (option === undefined) return;
  throw new CommandError(
    `${option} is for simulated runs only, and --net sockets asks for real ones\n  leave one of the two out`,
    ExitCode.usage,
  );
}
