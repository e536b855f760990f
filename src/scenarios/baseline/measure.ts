/** What a run would give as the baseline of itself: the value of every expression that its expectations compare with one. */
import { PLAIN } from '../expectations/dimensions.ts';
import { Evaluation } from '../expectations/evaluate.ts';
import type { Expectation } from '../expectations/expectation.ts';
import { allFormulasIn, type Formula } from '../expectations/formula.ts';
import type { MetricSource } from '../expectations/metric-source.ts';

export interface MeasuredBaseline {
  /** Normal form. */
  readonly expression: string;
  readonly unit: string;
  /** Undefined where the run gives none. */
  readonly value: number | undefined;
  /** Why it gives none. */
  readonly reasons: readonly string[];
}

/** One for each expression that the expectations want a baseline of, in their order, each once. */
export function measureBaselines(
  expectations: readonly Expectation[],
  source: MetricSource,
): readonly MeasuredBaseline[] {
  const measured = new Map<string, MeasuredBaseline>();
  for (const { condition } of expectations) {
    for (const formula of allFormulasIn(condition)) {
      if (formula.kind !== 'baseline' || measured.has(formula.expression)) continue;
      const { expression, unit } = formula;
      measured.set(expression, { expression, unit, ...measuredValue(formula.of, source) });
    }
  }
  return [...measured.values()];
}

function measuredValue(formula: Formula, source: MetricSource): Pick<MeasuredBaseline, 'value' | 'reasons'> {
  const reasons: string[] = [];
  const nought: Formula = { kind: 'number', value: 0 };
  const evaluation = new Evaluation(
    {
      kind: 'comparison',
      left: formula,
      comparison: '>=',
      right: nought,
      tolerance: undefined,
      dimension: PLAIN,
      text: '',
    },
    source,
  );
  return { value: evaluation.compare(reasons)?.left, reasons };
}
