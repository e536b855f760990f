/** Runs a scenario of the library in this process and judges it, for tests of what swarms do. */
import { NodeHasher } from '../../../src/host/node-hasher.ts';
import { expand } from '../../../src/scenarios/expand.ts';
import { judge } from '../../../src/scenarios/expectations/judge.ts';
import { labelsInPlan } from '../../../src/scenarios/expectations/peer-labels.ts';
import { TraceMetrics } from '../../../src/scenarios/expectations/trace-metrics.ts';
import type { Verdict } from '../../../src/scenarios/expectations/verdict.ts';
import { loadScenario } from '../../../src/scenarios/load-scenario.ts';
import { parseSettings } from '../../../src/scenarios/overrides.ts';
import type { Plan } from '../../../src/scenarios/plan.ts';
import { SimulatedRun } from '../../../src/scenarios/run/simulate.ts';
import { foldPeerTimes, sortedPresent } from '../../../src/trace/metrics/peer-times.ts';
import type { Trace } from '../../../src/trace/trace.ts';

export interface JudgedRun {
  readonly plan: Plan;
  readonly trace: Trace;
  readonly verdicts: readonly Verdict[];
  readonly run: SimulatedRun;
}

/** `set`: settings as on the command line. */
export function simulateLibrary(
  name: string,
  {
    seed,
    payload,
    set = [],
  }: { seed?: number; payload?: Plan['payload'] | undefined; set?: readonly string[] } = {},
): JudgedRun {
  const { scenario } = loadScenario(name, 'src/scenarios/library', { overrides: parseSettings(set) });
  const expanded = expand(scenario, seed ?? scenario.seed);
  const plan = payload === undefined ? expanded : { ...expanded, payload };
  const run = new SimulatedRun(plan, new NodeHasher());
  run.advance();
  const trace = run.finish();
  return {
    plan,
    trace,
    verdicts: judge(scenario.expectations, new TraceMetrics(trace, labelsInPlan(plan))),
    run,
  };
}

/** The median of the completion times in microseconds. */
export function medianCompletionUs(trace: Trace): number {
  const completions = sortedPresent(foldPeerTimes(trace).completedUs);
  return completions[Math.floor((completions.length - 1) / 2)] as number;
}
