/**
 * Judges expectations by what was measured. Nothing is ever held for lack of evidence: without data there is no verdict
 * but `no-data`, and a scenario that expects nothing gets one verdict that says so.
 */
import { type BaselineLookup, NO_BASELINE } from '../baseline/baseline.ts';
import { formatMeasure } from './dimensions.ts';
import { type Compared, Evaluation, isShare } from './evaluate.ts';
import type { Expectation } from './expectation.ts';
import type { Formula } from './formula.ts';
import type { MetricSource } from './metric-source.ts';
import { judgeOverTime } from './over-time.ts';
import { type Measure, measure, NOTHING_EXPECTED, noData, unjudged, type Verdict } from './verdict.ts';

export interface JudgeOptions {
  readonly baselines?: BaselineLookup;
  /** The verdict for which the run was stopped: it stands as it is. */
  readonly stoppedBy?: Verdict | undefined;
}

/** One verdict for each expectation, in their order; never empty. */
export function judge(
  expectations: readonly Expectation[],
  source: MetricSource,
  { baselines = NO_BASELINE, stoppedBy }: JudgeOptions = {},
): readonly Verdict[] {
  if (expectations.length === 0) return [NOTHING_EXPECTED];
  return expectations.map((expectation) =>
    stoppedBy?.name === expectation.name ? stoppedBy : judgeOne(expectation, source, baselines),
  );
}

/** Whether a run with these verdicts is green: something was shown, and whatever is more than a warning held. */
export function allHeld(verdicts: readonly Verdict[]): boolean {
  const shown = verdicts.some(({ evaluations }) => evaluations > 0);
  return shown && verdicts.every(({ status, severity }) => status === 'held' || severity === 'warning');
}

function judgeOne(expectation: Expectation, source: MetricSource, baselines: BaselineLookup): Verdict {
  const evaluation = new Evaluation(expectation.condition, source, baselines);
  if (expectation.temporal !== undefined) return judgeOverTime(expectation, evaluation);
  const reasons: string[] = [];
  const compared = evaluation.compare(reasons);
  if (compared === undefined) return noData(expectation, reasons);
  const { formula, left, right } = compared;
  const subject = evaluation.subjectOf(compared);
  return {
    ...unjudged(expectation, compared),
    status: compared.holds ? 'held' : 'failed',
    left: measureAtEnd(evaluation, compared, formula.left, left),
    right: measureAtEnd(evaluation, compared, formula.right, right),
    ...(subject === undefined ? {} : { subject }),
    evaluations: 1,
  };
}

function measureAtEnd(evaluation: Evaluation, compared: Compared, formula: Formula, value: number): Measure {
  const { dimension, left, right } = compared.formula;
  const aboutShares = isShare(left) || isShare(right);
  const text = aboutShares ? evaluation.formatShare(formula, value) : formatMeasure(value, dimension);
  return measure(value, dimension, text);
}
