/** Who looks at a run while it goes on, and may stop it. */
import type { TraceRecorder } from '../../trace/recorder.ts';
import { NO_BASELINE } from '../baseline/baseline.ts';
import type { Expectation } from '../expectations/expectation.ts';
import { LiveMetrics } from '../expectations/live-metrics.ts';
import { labelsInPlan } from '../expectations/peer-labels.ts';
import type { Verdict } from '../expectations/verdict.ts';
import { ExpectationWatch } from '../expectations/watch.ts';
import type { Plan } from '../plan.ts';
import type { RunOptions } from './run-options.ts';
import { traceHeader } from './trace-header.ts';

/** Is asked at the end of each sample; the verdict for which the run is to be stopped, if there is one. */
export type RunWatch = (nowUs: number) => Verdict | undefined;

/** The watch over a run that `recorder` records; undefined where nothing may stop it. */
export function watchOver(
  plan: Plan,
  recorder: TraceRecorder,
  { expectations = [], baselines = NO_BASELINE }: Pick<RunOptions, 'expectations' | 'baselines'>,
): RunWatch | undefined {
  if (!expectations.some(({ abort }: Expectation) => abort)) return undefined;
  const metrics = new LiveMetrics(traceHeader(plan), labelsInPlan(plan), recorder.follow());
  const watch = new ExpectationWatch(expectations, metrics, baselines);
  return (nowUs) => watch.look(nowUs);
}
