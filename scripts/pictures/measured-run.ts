/**
 * A scenario that was run, as its picture sees it: what the language of expectations says of it, at the end and over time.
 * A picture measures nothing by itself, so what it shows is what is judged.
 */
import { Evaluation } from '../../src/scenarios/expectations/evaluate.ts';
import {
  compileExpectation,
  type Expectation,
  ordinary,
} from '../../src/scenarios/expectations/expectation.ts';
import { judge } from '../../src/scenarios/expectations/judge.ts';
import { groupsOnly } from '../../src/scenarios/expectations/labels.ts';
import { labelsInPlan } from '../../src/scenarios/expectations/peer-labels.ts';
import { TraceMetrics } from '../../src/scenarios/expectations/trace-metrics.ts';
import type { Verdict } from '../../src/scenarios/expectations/verdict.ts';
import type { Plan } from '../../src/scenarios/plan.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import type { Trace } from '../../src/trace/trace.ts';

/** From `timeUs` on the value is this, until the next one. */
export interface Step {
  readonly timeUs: number;
  readonly value: number;
}

export class MeasuredRun {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly trace: Trace;
  readonly verdicts: readonly Verdict[];
  readonly #metrics: TraceMetrics;

  constructor(scenario: Scenario, plan: Plan, trace: Trace) {
    this.scenario = scenario;
    this.plan = plan;
    this.trace = trace;
    this.#metrics = new TraceMetrics(trace, labelsInPlan(plan));
    this.verdicts = judge(scenario.expectations, this.#metrics);
  }

  /** The value at the end of the run; throws where there is none: the picture would lie. */
  value(expression: string): number {
    const reasons: string[] = [];
    const left = new Evaluation(this.#compile(`${expression} >= 0`).condition, this.#metrics).compare(
      reasons,
    )?.left;
    if (left === undefined) throw new Error(`${this.scenario.name}: ${expression}: ${reasons.join('; ')}`);
    return left;
  }

  /** The value over time, at every instant at which it changes. */
  steps(expression: string): Step[] {
    const evaluation = new Evaluation(this.#compile(`always ${expression} >= 0`).condition, this.#metrics);
    const { cursors } = evaluation;
    const untilUs = Math.min(...cursors.map((cursor) => cursor.untilUs));
    const steps: Step[] = [];
    let timeUs = Math.max(...cursors.map((cursor) => cursor.startUs));
    while (timeUs <= untilUs) {
      for (const cursor of cursors) cursor.advanceTo(timeUs);
      const value = evaluation.compare([])?.left;
      if (value !== undefined && value !== steps.at(-1)?.value) steps.push({ timeUs, value });
      timeUs = Math.min(...cursors.map((cursor) => cursor.nextUs ?? Number.POSITIVE_INFINITY));
    }
    const last = steps.at(-1);
    if (last === undefined) throw new Error(`${this.scenario.name}: ${expression} never has a value`);
    steps.push({ timeUs: Math.min(untilUs, this.trace.endUs), value: last.value });
    return steps;
  }

  #compile(text: string): Expectation {
    const sizes = new Map<string, number>();
    for (const { group } of this.plan.peers) {
      const name = this.plan.groups[group] as string;
      sizes.set(name, (sizes.get(name) ?? 0) + 1);
    }
    const compiled = compileExpectation(ordinary('picture'), text, 1, groupsOnly(sizes));
    if (compiled.ok) return compiled.value;
    throw new Error(
      `${this.scenario.name}: "${text}": ${compiled.complaints.map(({ message }) => message).join('; ')}`,
    );
  }
}
