/**
 * Judges expectations by what was measured. Nothing is ever held for lack of evidence: without data there is no verdict
 * but `no-data`, and a scenario that expects nothing gets one verdict that says so.
 */
import { formatMeasure } from './dimensions.ts';
import { evaluate, formatShare, holds, isShare, lookupAtEnd } from './evaluate.ts';
import type { Expectation, Formula } from './expectation.ts';
import type { MetricSource } from './metrics.ts';
import { judgeOverTime } from './over-time.ts';
import { type Measure, measure, NOTHING_EXPECTED, noData, unjudged, type Verdict } from './verdict.ts';

/** One verdict for each expectation, in their order; never empty. */
export function judge(expectations: readonly Expectation[], source: MetricSource): readonly Verdict[] {
  if (expectations.length === 0) return [NOTHING_EXPECTED];
  return expectations.map((expectation) =>
    expectation.temporal === undefined
      ? judgeAtEnd(expectation, source)
      : judgeOverTime(expectation, expectation.temporal, source),
  );
}

/** Whether a run with these verdicts is green. */
export function allHeld(verdicts: readonly Verdict[]): boolean {
  return verdicts.length > 0 && verdicts.every((verdict) => verdict.status === 'held');
}

function judgeAtEnd(expectation: Expectation, source: MetricSource): Verdict {
  const reasons: string[] = [];
  const lookup = lookupAtEnd(source);
  const left = evaluate(expectation.left, lookup, reasons);
  const right = evaluate(expectation.right, lookup, reasons);
  if (left === undefined || right === undefined) return noData(expectation, reasons);
  const aboutShares = isShare(expectation.left) || isShare(expectation.right);
  const measureOf = (formula: Formula, value: number): Measure =>
    measure(
      value,
      expectation.dimension,
      aboutShares ? formatShare(formula, value, source) : formatMeasure(value, expectation.dimension),
    );
  return {
    ...unjudged(expectation),
    status: holds(left, expectation.comparison, right) ? 'held' : 'failed',
    left: measureOf(expectation.left, left),
    right: measureOf(expectation.right, right),
    evaluations: 1,
  };
}
