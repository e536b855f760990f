/** `swarmlab run`: runs scenarios, judges what they expect, writes a folder for each run. */

import { resolve } from 'node:path';
import { expand } from '../scenarios/expand.ts';
import { allHeld } from '../scenarios/expectations/judge.ts';
import type { LoadedScenario } from '../scenarios/load-scenario.ts';
import type { Plan } from '../scenarios/plan.ts';
import { formatPlan } from '../scenarios/plan-file.ts';
import type { NetworkKind } from '../scenarios/run/run-options.ts';
import { simulatedOnly } from '../scenarios/run/socket-limits.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { costNote } from './cost/cost-note.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { loadScenarios } from './load-scenarios.ts';
import { shapeOf } from './memory/run-shape.ts';
import { settleMemory } from './memory/settle-memory.ts';
import { Terminal } from './output/terminal.ts';
import { prepareOutput, runFolderName } from './run-folder.ts';
import { type RunContext, type RunResult, runOne } from './run-one.ts';
import { compareWithFreshProcess } from './verify-determinism.ts';

export interface RunArguments {
  readonly seed?: number;
  readonly net: NetworkKind;
  readonly out: string;
  /** Keys of the scenarios that have other values: "peers.crowd.count=40". */
  readonly set?: readonly string[];
  readonly json?: boolean;
  readonly verifyDeterminism?: boolean;
  /** Print the plans and run nothing. */
  readonly showPlan?: boolean;
  readonly payload?: Plan['payload'];
  readonly profile?: boolean;
  /** The most memory that a run may use, as text. */
  readonly memory?: string;
}

/** Runs each scenario in turn and returns the exit code: the worst of theirs. */
export async function run(references: readonly string[], args: RunArguments): Promise<ExitCode> {
  if (args.net === 'sockets') refuseSimulationOptions(args);
  const loaded = loadScenarios(references, args.set);
  const notes = new Terminal(process.stderr, process.env);
  const runs = loaded.map((each) => ({ ...each, plan: planOf(each, args) }));
  if (args.showPlan === true) return showPlans(runs, args.json === true);
  const elsewhere = await settleMemory(
    runs.map(({ reference, plan }) => ({ name: reference, shape: shapeOf(plan, args.net) })),
    args.memory,
    notes,
  );
  if (elsewhere !== undefined) return elsewhere;
  const plans = runs.map(({ plan }) => plan);
  const note = costNote(plans, args.net);
  if (note !== undefined) notes.print(note);
  const out = resolve(args.out);
  prepareOutput(
    out,
    runs.map(({ plan }) => runFolderName(plan.name, plan.seed)),
  );
  const interruption = new Interruption();
  const { signal } = interruption;
  const results = args.json === true ? notes : new Terminal(process.stdout, process.env);
  const summaries: Record<string, unknown>[] = [];
  let worst: ExitCode = ExitCode.held;
  try {
    for (const planned of runs) {
      const context = { network: args.net, out, results, notes, signal, profile: args.profile === true };
      const { exitCode, summary } = await runPlanned(planned, args, context);
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

function showPlans(
  runs: readonly { readonly plan: Plan; readonly scenario: Scenario }[],
  asJson: boolean,
): ExitCode {
  if (runs.length > 1) {
    throw new CommandError('--show-plan prints one plan\n  name one scenario', ExitCode.usage);
  }
  for (const { plan, scenario } of runs) {
    process.stdout.write(formatPlan(plan, scenario.expectations, asJson ? 'json' : 'yaml'));
  }
  return ExitCode.held;
}

function refuseSimulationOptions({ verifyDeterminism, payload, profile }: RunArguments): void {
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

function planOf({ scenario }: LoadedScenario, { seed, payload }: RunArguments): Plan {
  const planned = expand(scenario, seed ?? scenario.seed);
  return payload === undefined ? planned : { ...planned, payload };
}

async function runPlanned(
  { scenario, reference, plan }: LoadedScenario & { readonly plan: Plan },
  args: RunArguments,
  context: RunContext,
): Promise<{ exitCode: ExitCode; summary: Record<string, unknown> }> {
  if (args.net === 'sockets') refuseImpossible(plan);
  const result = await runOne(
    {
      plan,
      expectations: scenario.expectations,
      folderName: runFolderName(plan.name, plan.seed),
      replay: replayCommand(reference, plan.seed, args),
    },
    context,
  );
  return { exitCode: await judgeRun(result, reference, plan, args, context), summary: result.summary };
}

/** Before anything is printed or opened: a run that left something out would measure something else. */
function refuseImpossible(plan: Plan): void {
  const impossible = simulatedOnly(plan);
  if (impossible.length === 0) return;
  throw new CommandError(
    `real sockets cannot do what ${plan.name} asks for: ${impossible.join(', ')}\n  run it without --net sockets`,
    ExitCode.usage,
  );
}

async function judgeRun(
  { trace, verdicts, interrupted }: RunResult,
  reference: string,
  plan: Plan,
  args: RunArguments,
  { results, notes, signal }: RunContext,
): Promise<ExitCode> {
  if (interrupted) {
    notes.print(notes.style('yellow', '  interrupted: the report shows what had happened until then'));
    return ExitCode.interrupted;
  }
  if (args.verifyDeterminism === true) {
    const comparison = await compareWithFreshProcess(
      trace,
      { reference, settings: args.set ?? [] },
      plan,
      signal,
    );
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

function replayCommand(reference: string, seed: number, args: RunArguments): string {
  const net = args.net === 'sim' ? '' : ` --net ${args.net}`;
  const settings = (args.set ?? []).map((each) => ` --set ${shellWord(each)}`).join('');
  return `npx swarmlab run ${shellWord(reference)} --seed ${seed}${settings}${net}`;
}

/** A text as one word of a command line. */
export function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
