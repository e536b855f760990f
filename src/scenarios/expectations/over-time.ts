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
  const { window, temporal, condition } = expectation;
  const { cursors } = evaluation;
  // Where one of them has ended there is nothing to compare the others with.
  const untilUs = Math.min(
    window?.untilUs ?? Number.POSITIVE_INFINITY,
    ...cursors.map((cursor) => cursor.untilUs),
  );
  const wanted = temporal === 'eventually';
  const isSimple = condition.kind === 'comparison';
  const reasons: string[] = [];
  let evaluations = 0;
  let shown: Shown | undefined;
  let decided = false;
  let nextUs = firstInstant(cursors, window?.fromUs);
  while (nextUs !== undefined && nextUs <= untilUs && !decided) {
    const atUs = nextUs;
    for (const cursor of cursors) cursor.advanceTo(atUs);
    nextUs = soonest(cursors);
    const compared = evaluation.compare(reasons);
    if (reasons.length > 0) return noData(expectation, reasons);
    if (compared === undefined) continue;
    evaluations++;
    decided = compared.holds === wanted;
    const distance = isSimple ? Math.abs(compared.left - compared.right) : 0;
    // Distances of different comparisons say nothing beside each other: then the latest is shown.
    const closer = shown === undefined || !isSimple || distance < shown.distance;
    if (decided || closer) shown = { compared, atUs, distance, subject: evaluation.subjectOf(compared) };
  }
  if (shown === undefined) return noData(expectation, [whyNever(expectation, untilUs)]);
  const { compared, atUs, subject } = shown;
  const { formula } = compared;
  const prefix = decided || temporal === 'at' || !isSimple ? '' : closest(compared, wanted);
  return {
    ...unjudged(expectation, compared),
    status: decided === wanted ? 'held' : 'failed',
    left: measureOf(compared, formula.left, compared.left, prefix),
    right: measureOf(compared, formula.right, compared.right, ''),
    atUs,
    firstViolationUs: decided && !wanted ? atUs : undefined,
    ...(subject === undefined ? {} : { subject }),
    evaluations,
  };
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

/** The first instant from `fromUs` on at which every series has begun; undefined when there is none. */
function firstInstant(
  cursors: readonly SeriesCursor[],
  fromUs = Number.NEGATIVE_INFINITY,
): number | undefined {
  const startUs = Math.max(fromUs, ...cursors.map((cursor) => cursor.startUs));
  return Number.isFinite(startUs) ? startUs : undefined;
}

function soonest(cursors: readonly SeriesCursor[]): number | undefined {
  let soonestUs: number | undefined;
  for (const { nextUs } of cursors) {
    if (nextUs !== undefined && (soonestUs === undefined || nextUs < soonestUs)) soonestUs = nextUs;
  }
  return soonestUs;
}
