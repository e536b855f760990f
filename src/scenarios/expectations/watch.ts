/**
 * Watches a run for the expectations that it is to be stopped for. It is asked at the end of each sample of the run's own
 * time and looks at every instant before, so what it finds depends on what happened and not on when it was asked.
 */
import { type BaselineLookup, NO_BASELINE } from '../baseline/baseline.ts';
import { Evaluation } from './evaluate.ts';
import type { Expectation } from './expectation.ts';
import { allFormulasIn } from './formula.ts';
import type { LiveMetrics } from './live-metrics.ts';
import { JudgementOverTime } from './over-time.ts';
import { isAboutNeed } from './series-metrics.ts';
import type { Verdict } from './verdict.ts';

interface Watched {
  readonly judgement: JudgementOverTime;
  /** A violation counts only where somebody needs the pieces then, or will. */
  readonly aboutNeed: boolean;
}

export class ExpectationWatch {
  readonly #metrics: LiveMetrics;
  readonly #watched: readonly Watched[];

  constructor(
    expectations: readonly Expectation[],
    metrics: LiveMetrics,
    baselines: BaselineLookup = NO_BASELINE,
  ) {
    this.#metrics = metrics;
    this.#watched = expectations
      .filter(({ abort }) => abort)
      .map((expectation) => ({
        judgement: new JudgementOverTime(
          expectation,
          new Evaluation(expectation.condition, metrics, baselines),
        ),
        aboutNeed: [...allFormulasIn(expectation.condition)].some(
          (formula) => (formula.kind === 'row' || formula.kind === 'swarm') && endsWithNeed(formula.metric),
        ),
      }));
  }

  /** Looks at all that happened before `nowUs`; the verdict on the first expectation that was violated. */
  look(nowUs: number): Verdict | undefined {
    this.#metrics.advance(nowUs);
    const { startUs, neededUntilUs } = this.#metrics;
    if (startUs === undefined) return undefined;
    for (const { judgement, aboutNeed } of this.#watched) {
      judgement.advance(startUs, nowUs - 1);
      const { decidedUs } = judgement;
      if (decidedUs === undefined || (aboutNeed && decidedUs > neededUntilUs)) continue;
      return { ...judgement.verdict, stoppedRun: true };
    }
    return undefined;
  }
}

function endsWithNeed(metric: string): boolean {
  return isAboutNeed(metric as Parameters<typeof isAboutNeed>[0]);
}
