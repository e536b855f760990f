/** `swarmlab run`: runs scenarios, judges what they expect, writes a folder for each run and reports. */

import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { ScenarioProblem } from '../scenarios/errors.ts';
import type { Plan } from '../scenarios/plan.ts';
import { formatPlan } from '../scenarios/plan-file.ts';
import type { RealNetwork } from '../scenarios/run/socket-limits.ts';
import { parseDuration } from '../scenarios/units.ts';
import { baselinePath, readBaseline } from './baselines.ts';
import { costNote } from './cost/cost-note.ts';
import { COST, estimateCost } from './cost/estimate-cost.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { loadScenarios, ScenariosRefused } from './load-scenarios.ts';
import { estimateMemory } from './memory/estimate.ts';
import { machineMemory } from './memory/machine-memory.ts';
import { shapeOf } from './memory/run-shape.ts';
import { settleMemory } from './memory/settle-memory.ts';
import { Terminal } from './output/terminal.ts';
import { chooseReporters } from './reporters/choose-reporters.ts';
import { GithubReporter } from './reporters/github.ts';
import { ReporterGroup } from './reporters/reporter-group.ts';
import { exitCodeOf, runAll, Stop } from './run-all.ts';
import type { RunArguments } from './run-arguments.ts';
import { prepareOutput, runFolderName } from './run-folder.ts';
import { intentOfRun, type PlannedRun, plannedRuns, planOf } from './run-plans.ts';
import { isRunWorker, runOnProcesses, serveRuns } from './run-processes.ts';
import { socketPlan } from './socket-plan.ts';
import { FilesRead, isWatched, watchRuns } from './watch.ts';

/** Runs that together take less are over before further processes are there. */
const WORTH_PROCESSES_SECONDS = 4;
/** Of the free memory, for runs side by side: estimates may be off. */
const MEMORY_SHARE = 0.6;

/** Runs each scenario with each seed and returns the exit code: the worst of theirs. */
export async function run(references: readonly string[], args: RunArguments): Promise<ExitCode> {
  refuseContradictions(args);
  if (args.watch === true && !isWatched() && !isRunWorker()) return watchRuns();
  const budgetMs = args.budget === undefined ? undefined : budgetOf(args.budget);
  const runs = plannedRuns(loadAll(references, args), args);
  checkBaselines(runs, args);
  if (args.showPlan === true) return showPlan(runs, args);
  const notes = new Terminal(process.stderr, process.env);
  const largest = onePerScenario(runs).map((each) => planOf(each, args));
  if (args.net !== 'sim') checkForSockets(args.net, runs, args, notes);
  const out = resolve(args.out);
  if (isRunWorker()) {
    return serveRuns(runs, args, { network: args.net, out, profile: args.profile === true });
  }
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
    const jobs = args.jobs ?? jobsFor(runs, largest, args);
    const by =
      jobs > 1 && runs.length > 1
        ? await runOnProcesses(runs, Math.min(jobs, runs.length), args, context, reporters)
        : await runAll(runs, args, context, reporters);
    if (by === 'interrupted') {
      notes.print(notes.style('yellow', '  interrupted: the report shows what had happened until then'));
    }
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

/** Reads the scenarios; what is wrong with them is annotated too, where somebody reads annotations. */
function loadAll(references: readonly string[], args: RunArguments): ReturnType<typeof loadScenarios> {
  const files = new FilesRead();
  try {
    const loaded = loadScenarios(references, args.set, files.add);
    for (const each of loaded) files.add(args.baseline ?? baselinePath(each));
    return loaded;
  } catch (error) {
    const annotated = process.env.GITHUB_ACTIONS === 'true' || args.reporter?.includes('github') === true;
    if (annotated && error instanceof ScenariosRefused) annotateProblems(error.problems);
    throw error;
  } finally {
    files.tell();
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

/** So many runs at a time that it pays and that memory holds them. Real sockets share one machine: one at a time. */
function jobsFor(runs: readonly PlannedRun[], plans: readonly Plan[], { net }: RunArguments): number {
  if (net !== 'sim' || runs.length < 2) return 1;
  const planOfRun = ({ loaded }: PlannedRun): Plan =>
    plans.find(({ name }) => name === loaded.scenario.name) as Plan;
  const seconds = runs.reduce(
    (sum, each) => sum + estimateCost(planOfRun(each), net).wallSeconds - COST.start,
    0,
  );
  if (seconds < WORTH_PROCESSES_SECONDS) return 1;
  const bytes = Math.max(...plans.map((plan) => estimateMemory(shapeOf(plan, net)).processBytes));
  const room = Math.floor((MEMORY_SHARE * machineMemory().availableBytes) / bytes);
  return Math.max(1, Math.min(availableParallelism(), room));
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
function checkForSockets(
  network: RealNetwork,
  runs: readonly PlannedRun[],
  args: RunArguments,
  notes: Terminal,
): void {
  for (const each of onePerScenario(runs)) {
    socketPlan(network, planOf(each, { ...args, approximate: false }), {
      approximate: args.approximate === true,
      notes,
    });
  }
}

function refuseContradictions({
  net,
  jobs,
  verifyDeterminism,
  payload,
  profile,
  approximate,
}: RunArguments): void {
  if (jobs !== undefined && jobs < 1) throw new CommandError('--jobs is at least 1', ExitCode.usage);
  if (net === 'sim' && approximate === true) {
    throw new CommandError(
      '--approximate is for runs on sockets; in simulation nothing has to be left out\n  add --net sockets, or leave it out',
      ExitCode.usage,
    );
  }
  if (net === 'sim') return;
  const given = {
    '--verify-determinism': verifyDeterminism === true,
    '--payload': payload !== undefined,
    '--profile': profile === true,
  };
  const option = Object.entries(given).find(([, isGiven]) => isGiven)?.[0];
  if (option === undefined) return;
  throw new CommandError(
    `${option} is for simulated runs only, and --net ${net} asks for real ones\n  leave one of the two out`,
    ExitCode.usage,
  );
}
