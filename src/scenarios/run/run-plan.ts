/** Runs a plan on either network, from start to trace, with a look in between for progress and interruption. */

import { setImmediate } from 'node:timers/promises';
import { NodeHasher } from '../../host/node-hasher.ts';
import type { Plan } from '../plan.ts';
import { healVerdict } from './heal-verdict.ts';
import type { RunOptions, RunOutcome } from './run-options.ts';
import { runOnSockets } from './run-sockets.ts';
import { SimulatedRun } from './simulate.ts';

/** Events between two looks at the outside world: some milliseconds. */
const SLICE_EVENTS = 10_000;

export async function runPlan(plan: Plan, options: RunOptions): Promise<RunOutcome> {
  return options.network === 'sim' ? simulatePlan(plan, options) : runOnSockets(plan, options);
}

async function simulatePlan(plan: Plan, options: RunOptions): Promise<RunOutcome> {
  const { onProgress, signal, probe, expectations, baselines, draws } = options;
  const run = new SimulatedRun(plan, new NodeHasher(), { probe, expectations, baselines, draws });
  let more = true;
  while (more && signal?.aborted !== true) {
    more = run.advance(SLICE_EVENTS);
    onProgress?.({ nowUs: run.nowUs, endUs: plan.endUs, events: run.eventCount, ...run.progress });
    await setImmediate();
  }
  const trace = run.finish(!more);
  const healed = run.healVerdict;
  run.breakUp();
  return {
    trace,
    interrupted: more,
    events: run.eventCount,
    checks: run.checks,
    stoppedBy: run.stoppedBy,
    stoodStillUs: 0,
    verdicts: healed === undefined ? [] : [healVerdict(healed)],
  };
}
