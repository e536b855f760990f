/**
 * Judges "always", "eventually" and "at": the comparison is made at every instant at which a series that it looks at
 * changes, and where the window that it is about begins. Values between two changes are those after the first of them, so
 * no instant is overlooked. Where a series has no value at an instant, that instant is passed over.
 */
import { formatPercentage } from '../unit-text.ts';
import { formatMeasure } from './dimensions.ts';
import { type Compared, type Evaluation, isShare, type Subject } from './evaluate.ts';
import type { Expectation } from './expectation.ts';
import { type Formula, partsOf } from './formula.ts';
import { METRICS } from './metrics.ts';
import type { SeriesCursor } from './series-cursor.ts';
import { formatWindow, type Measure, measure, noData, unjudged, type Verdict } from './verdict.ts';

interface Shown {
  readonly compared: Compared;
  readonly atUs: number;
  readonly distance: number;
  readonly subject: Subject | undefined;
}

export function judgeOverTime(expectation: Expectation, evaluation: Evaluation): Verdict {
  const judgement = new JudgementOverTime(expectation, evaluation);
  const startUs = Math.max(...evaluation.cursors.map((cursor) => cursor.startUs));
  if (Number.isFinite(startUs)) judgement.advance(startUs, Number.POSITIVE_INFINITY);
  return judgement.verdict;
}

/** A judgement that goes along with its series, as far as they are known. */
export class JudgementOverTime {
  readonly #expectation: Expectation;
  readonly #evaluation: Evaluation;
  readonly #cursors: readonly SeriesCursor[];
  readonly #untilUs: number;
  readonly #reasons: string[] = [];
  #evaluations = 0;
  #shown: Shown | undefined;
  #decided = false;
  #begun = false;

  constructor(expectation: Expectation, evaluation: Evaluation) {
    this.#expectation = expectation;
    this.#evaluation = evaluation;
    this.#cursors = evaluation.cursors;
    // Where one of them has ended there is nothing to compare the others with.
    this.#untilUs = Math.min(
      expectation.window?.untilUs ?? Number.POSITIVE_INFINITY,
      ...this.#cursors.map((cursor) => cursor.untilUs),
    );
  }

  /** The instant of the first violation of an "always", or of the first success of an "eventually". */
  get decidedUs(): number | undefined {
    return this.#decided ? this.#shown?.atUs : undefined;
  }

  /** Compares at every instant up to `limitUs`; all series have begun at `startUs`. */
  advance(startUs: number, limitUs: number): void {
    const lastUs = Math.min(this.#untilUs, limitUs);
    while (!this.#decided && this.#reasons.length === 0) {
      const atUs = this.#begun
        ? soonest(this.#cursors)
        : Math.max(startUs, this.#expectation.window?.fromUs ?? Number.NEGATIVE_INFINITY);
      if (atUs === undefined || atUs > lastUs) return;
      this.#begun = true;
      for (const cursor of this.#cursors) cursor.advanceTo(atUs);
      this.#compareAt(atUs);
    }
  }

  get verdict(): Verdict {
    const { temporal, condition } = this.#expectation;
    if (this.#reasons.length > 0) return noData(this.#expectation, this.#reasons);
    if (this.#shown === undefined)
      return noData(this.#expectation, [whyNever(this.#expectation, this.#untilUs)]);
    const { compared, atUs, subject } = this.#shown;
    const { formula } = compared;
    const wanted = temporal === 'eventually';
    const comesClose = !this.#decided && temporal !== 'at' && condition.kind === 'comparison';
    const prefix = comesClose ? closest(compared, wanted) : '';
    return {
      ...unjudged(this.#expectation, compared),
      status: this.#decided === wanted ? 'held' : 'failed',
      left: measureOf(compared, formula.left, compared.left, prefix),
      right: measureOf(compared, formula.right, compared.right, ''),
      atUs,
      firstViolationUs: this.#decided && !wanted ? atUs : undefined,
      ...(subject === undefined ? {} : { subject }),
      evaluations: this.#evaluations,
    };
  }

  #compareAt(atUs: number): void {
    const compared = this.#evaluation.compare(this.#reasons);
    if (compared === undefined || this.#reasons.length > 0) return;
    const isSimple = this.#expectation.condition.kind === 'comparison';
    this.#evaluations++;
    this.#decided = compared.holds === (this.#expectation.temporal === 'eventually');
    const distance = isSimple ? Math.abs(compared.left - compared.right) : 0;
    // Distances of different comparisons say nothing beside each other: then the latest is shown.
    const closer = this.#shown === undefined || !isSimple || distance < this.#shown.distance;
    if (!this.#decided && !closer) return;
    this.#shown = { compared, atUs, distance, subject: this.#evaluation.subjectOf(compared) };
  }
}

function measureOf({ formula }: Compared, side: Formula, value: number, prefix: string): Measure {
  const aboutShares = isShare(formula.left) || isShare(formula.right);
  const inWords = side.kind === 'number' || isShare(side);
  const text = aboutShares && inWords ? formatPercentage(value) : formatMeasure(value, formula.dimension);
  return measure(value, formula.dimension, `${prefix}${text}`);
}

function whyNever({ window, temporal }: Expectation, untilUs: number): string {
  const where = window === undefined ? '' : formatWindow(window);
  const ended = temporal === 'at' && Number.isFinite(untilUs) && untilUs < (window?.fromUs ?? 0);
  return `the metric never had a value${where}${ended ? ': it had ended before' : ''}`;
}

/** What the value that came closest to the other outcome is among all that were compared. */
function closest({ formula, negated }: Compared, wanted: boolean): string {
  const { comparison, right } = formula;
  const ordered = comparison.startsWith('<') || comparison.startsWith('>');
  const changes = [...partsOf(right)].some(changesOverTime);
  if (!ordered || negated || changes) return 'closest ';
  return comparison.startsWith('>') === !wanted ? 'lowest ' : 'highest ';
}

function changesOverTime(formula: Formula): boolean {
  if (formula.kind === 'swarm') return true;
  if (formula.kind === 'row') return METRICS[formula.metric].overTime;
  return formula.kind === 'aggregate' && [...partsOf(formula.of)].some(changesOverTime);
}

function soonest(cursors: readonly SeriesCursor[]): number | undefined {
  let soonestUs: number | undefined;
  for (const { nextUs } of cursors) {
    if (nextUs !== undefined && (soonestUs === undefined || nextUs < soonestUs)) soonestUs = nextUs;
  }
  return soonestUs;
}
