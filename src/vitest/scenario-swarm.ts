/** A scenario as a test sees it: run at most once, in this process, and judged by whatever the test asks. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { libraryFolder } from '../cli/assets.ts';
import { redText } from '../cli/reporters/red-text.ts';
import { describeNetwork } from '../cli/reporters/run-record.ts';
import type { RunSubject } from '../cli/run-one.ts';
import { type PlannedRun, subjectOf } from '../cli/run-plans.ts';
import { refuseForSockets } from '../cli/socket-plan.ts';
import { type BaselineLookup, NO_BASELINE } from '../scenarios/baseline/baseline.ts';
import { formatScenarioErrors, ScenarioError } from '../scenarios/errors.ts';
import { compileExpectation, ordinary } from '../scenarios/expectations/expectation.ts';
import { judge } from '../scenarios/expectations/judge.ts';
import { groupsOnly, type Vocabulary } from '../scenarios/expectations/labels.ts';
import { labelsInPlan } from '../scenarios/expectations/peer-labels.ts';
import { TraceMetrics } from '../scenarios/expectations/trace-metrics.ts';
import { formatMeasured, type Verdict } from '../scenarios/expectations/verdict.ts';
import { loadScenario } from '../scenarios/load-scenario.ts';
import { parseSettings } from '../scenarios/overrides.ts';
import type { NetworkKind } from '../scenarios/run/run-options.ts';
import { runPlan } from '../scenarios/run/run-plan.ts';
import type { Trace } from '../trace/trace.ts';
import type { Swarm, SwarmOptions, SwarmResult, SwarmVerdict } from './types.ts';

interface Run {
  readonly trace: Trace;
  readonly metrics: TraceMetrics;
  readonly baselines: BaselineLookup;
  readonly verdicts: readonly Verdict[];
  readonly replay: string;
}

export class ScenarioSwarm implements Swarm {
  readonly #reference: string;
  readonly #options: SwarmOptions;
  readonly #network: NetworkKind;
  /** As `--set` takes them. */
  readonly #settings: readonly string[];
  #run: Promise<Run> | undefined;

  /** `reference`: a path from the present folder, a file URL, or the name of a scenario of the library. */
  constructor(reference: string | URL, options: SwarmOptions) {
    this.#reference = reference instanceof URL ? relative('.', fileURLToPath(reference)) : reference;
    this.#options = options;
    this.#network = options.net ?? 'sim';
    this.#settings = Object.entries(options.set ?? {}).map(([path, value]) => `${path}=${value}`);
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
    const compiled = compileExpectation(ordinary(expression), expression, 1, this.#vocabulary());
    if (!compiled.ok) throw new Error(compiled.complaints.map(describe(expression)).join('\n'));
    const { trace, metrics, baselines, replay } = await this.#started();
    const [verdict] = judge([compiled.value], metrics, { baselines });
    return this.#verdictOf(verdict as Verdict, trace, replay);
  }

  #started(): Promise<Run> {
    this.#run ??= this.#runNow();
    return this.#run;
  }

  async #runNow(): Promise<Run> {
    const network = this.#network;
    const { plan, expectations, replay, baselines = NO_BASELINE } = this.#subject();
    if (network === 'sockets') refuseForSockets(plan);
    const outcome = await runPlan(plan, { network, expectations, baselines });
    const { trace, stoppedBy } = outcome;
    const metrics = new TraceMetrics(trace, labelsInPlan(plan));
    const verdicts = [...judge(expectations, metrics, { stoppedBy, baselines }), ...outcome.verdicts];
    return { trace, metrics, baselines, verdicts, replay };
  }

  /** Groups that do not exist are slips of the pen, before anything is run; of other labels the run knows the values. */
  #vocabulary(): Vocabulary {
    const { groups, peers } = this.#subject().plan;
    return groupsOnly(
      groups.map((name, index) => [name, peers.filter(({ group }) => group === index).length]),
    );
  }

  #subject(): RunSubject {
    return subjectOf(this.#loaded(), { net: this.#network, out: '', set: this.#settings });
  }

  #loaded(): PlannedRun {
    try {
      const loaded = loadScenario(this.#reference, libraryFolder, {
        overrides: parseSettings(this.#settings),
      });
      return { loaded, seed: this.#options.seed ?? loaded.scenario.seed };
    } catch (error) {
      if (error instanceof ScenarioError) throw new Error(formatScenarioErrors(error));
      throw error;
    }
  }

  #verdictOf(verdict: Verdict, { header, endUs }: Trace, replay: string): SwarmVerdict {
    const { name, expression, status, severity, left, right, atUs, evaluations } = verdict;
    const network = this.#network;
    const run = { scenario: header.scenario, seed: header.seed, network, endUs, replay };
    const held = `${name}: ${formatMeasured(verdict)}\nrun: ${run.scenario}, seed ${run.seed}, ${describeNetwork(network)}\nreplay: ${replay}`;
    return {
      name,
      expression,
      status,
      severity,
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
