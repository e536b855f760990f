/** A scenario as a test sees it: run at most once, in this process, and judged by whatever the test asks. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { libraryFolder } from '../cli/assets.ts';
import { redText } from '../cli/reporters/red-text.ts';
import { describeNetwork } from '../cli/reporters/run-record.ts';
import { type PlannedRun, refuseImpossible, subjectOf } from '../cli/run-plans.ts';
import { formatScenarioErrors, ScenarioError } from '../scenarios/errors.ts';
import { compileExpectation } from '../scenarios/expectations/expectation.ts';
import { judge } from '../scenarios/expectations/judge.ts';
import { TraceMetrics } from '../scenarios/expectations/trace-metrics.ts';
import { formatMeasured, type Verdict } from '../scenarios/expectations/verdict.ts';
import { loadScenario } from '../scenarios/load-scenario.ts';
import { runPlan } from '../scenarios/run/run-plan.ts';
import type { Trace } from '../trace/trace.ts';
import type { Swarm, SwarmOptions, SwarmResult, SwarmVerdict } from './types.ts';

interface Run {
  readonly trace: Trace;
  readonly verdicts: readonly Verdict[];
  readonly replay: string;
}

export class ScenarioSwarm implements Swarm {
  readonly #reference: string;
  readonly #options: SwarmOptions;
  #run: Promise<Run> | undefined;

  /** `reference`: a path from the present folder, a file URL, or the name of a scenario of the library. */
  constructor(reference: string | URL, options: SwarmOptions) {
    this.#reference = reference instanceof URL ? relative('.', fileURLToPath(reference)) : reference;
    this.#options = options;
  }

  async run(): Promise<SwarmResult> {
    const { trace, verdicts, replay } = await this.#started();
    return {
      scenario: trace.header.scenario,
      seed: trace.header.seed,
      digest: trace.digest,
      endUs: trace.endUs,
      verdicts: verdicts.map((verdict) => this.#verdictOf(verdict, trace, replay)),
      replay,
    };
  }

  async judge(expression: string): Promise<SwarmVerdict> {
    const groups = this.#loaded().loaded.scenario.groups.map(({ name }) => name);
    const compiled = compileExpectation(expression, expression, 1, groups);
    if (!compiled.ok) throw new Error(compiled.complaints.map(describe(expression)).join('\n'));
    const { trace, replay } = await this.#started();
    const [verdict] = judge([compiled.value], new TraceMetrics(trace));
    return this.#verdictOf(verdict as Verdict, trace, replay);
  }

  #started(): Promise<Run> {
    this.#run ??= this.#runNow();
    return this.#run;
  }

  async #runNow(): Promise<Run> {
    const { net: network = 'sim' } = this.#options;
    const { plan, expectations, replay } = subjectOf(this.#loaded(), { net: network, out: '' });
    if (network === 'sockets') refuseImpossible(plan);
    const outcome = await runPlan(plan, { network });
    const verdicts = [...judge(expectations, new TraceMetrics(outcome.trace)), ...outcome.verdicts];
    return { trace: outcome.trace, verdicts, replay };
  }

  #loaded(): PlannedRun {
    try {
      const loaded = loadScenario(this.#reference, libraryFolder);
      return { loaded, seed: this.#options.seed ?? loaded.scenario.seed };
    } catch (error) {
      if (error instanceof ScenarioError) throw new Error(formatScenarioErrors(error));
      throw error;
    }
  }

  #verdictOf(verdict: Verdict, { header, endUs }: Trace, replay: string): SwarmVerdict {
    const { name, expression, status, left, right, atUs, evaluations } = verdict;
    const { net: network = 'sim' } = this.#options;
    const run = { scenario: header.scenario, seed: header.seed, network, endUs, replay };
    const held = `${name}: ${formatMeasured(verdict)}\nrun: ${run.scenario}, seed ${run.seed}, ${describeNetwork(network)}\nreplay: ${replay}`;
    return {
      name,
      expression,
      status,
      left: left?.value,
      right: right?.value,
      unit: left?.unit ?? '',
      atUs: verdict.firstViolationUs ?? atUs,
      evaluations,
      text: status === 'held' ? held : redText(run, verdict),
    };
  }
}

interface Complained {
  readonly message: string;
  readonly expected?: string | undefined;
  readonly suggestion?: string | undefined;
}

function describe(expression: string): (complaint: Complained) => string {
  return ({ message, expected, suggestion }) =>
    [
      `${expression}: ${message}`,
      ...(suggestion === undefined ? [] : [`  did you mean "${suggestion}"?`]),
      ...(expected === undefined ? [] : [`  expected ${expected}`]),
    ].join('\n');
}
