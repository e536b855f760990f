/**
 * Judges "always" and "eventually": the comparison is made at every instant at which a series that it looks at changes.
 * Values between two changes are those after the first of them, so no instant is overlooked.
 */
import { Bag } from './bag.ts';
import { formatMeasure } from './dimensions.ts';
import { evaluate, holds, type Lookup, lookupAtEnd } from './evaluate.ts';
import type { Expectation, Formula } from './expectation.ts';
import type { Temporal } from './grammar.ts';
import type { MetricSource, PieceMetric, SeriesChange } from './metrics.ts';
import { measure, noData, unjudged, type Verdict } from './verdict.ts';

export function judgeOverTime(expectation: Expectation, temporal: Temporal, source: MetricSource): Verdict {
  const series = new Map<PieceMetric, Cursor>();
  for (const metric of [...seriesIn(expectation.left), ...seriesIn(expectation.right)]) {
    if (!series.has(metric)) series.set(metric, new Cursor(source, metric));
  }
  const cursors = [...series.values()];
  const atEnd = lookupAtEnd(source);
  const constant = new Map<Formula, number | undefined>();
  const lookup: Lookup = (formula, reasons) => {
    if (formula.kind === 'pieces') {
      const value = series.get(formula.metric)?.bag.aggregate(formula.aggregate);
      if (value === undefined) reasons.push(`there are no pieces`);
      return value;
    }
    if (!constant.has(formula)) constant.set(formula, atEnd(formula, reasons));
    return constant.get(formula);
  };

  const { comparison, dimension } = expectation;
  const reasons: string[] = [];
  const wanted = temporal === 'eventually';
  let evaluations = 0;
  let shown: { left: number; right: number; atUs: number; distance: number } | undefined;
  let decided = false;
  for (let atUs = soonest(cursors); atUs !== undefined && !decided; atUs = soonest(cursors)) {
    for (const cursor of cursors) cursor.advanceTo(atUs);
    if (!cursors.every((cursor) => cursor.started)) continue;
    const left = evaluate(expectation.left, lookup, reasons);
    const right = evaluate(expectation.right, lookup, reasons);
    if (left === undefined || right === undefined) return noData(expectation, reasons);
    evaluations++;
    decided = holds(left, comparison, right) === wanted;
    const distance = Math.abs(left - right);
    const closer = shown === undefined || distance < shown.distance;
    if (decided || closer) shown = { left, right, atUs, distance };
  }
  if (shown === undefined) return noData(expectation, ['the metric never had a value']);
  const leftText = `${decided ? '' : closest(expectation, temporal)}${formatMeasure(shown.left, dimension)}`;
  return {
    ...unjudged(expectation),
    status: decided === wanted ? 'held' : 'failed',
    left: measure(shown.left, dimension, leftText),
    right: measure(shown.right, dimension),
    atUs: shown.atUs,
    firstViolationUs: decided && !wanted ? shown.atUs : undefined,
    evaluations,
  };
}

/** What the value that came closest to the other outcome is among all that were compared. */
function closest({ comparison, right }: Expectation, temporal: Temporal): string {
  const ordered = comparison !== '==' && comparison !== '!=';
  if (!ordered || seriesIn(right).length > 0) return 'closest ';
  return comparison.startsWith('>') === (temporal === 'always') ? 'lowest ' : 'highest ';
}

/** Goes through the changes of one series and keeps the values of its rows. */
class Cursor {
  readonly bag = new Bag();
  readonly #values: Float64Array;
  readonly #changes: Iterator<SeriesChange>;
  readonly #untilUs: number;
  readonly #startUs: number;
  #next: SeriesChange | undefined;
  #started = false;

  constructor(source: MetricSource, metric: PieceMetric) {
    const { rows, changes, startUs, untilUs } = source.pieces(metric);
    this.#values = new Float64Array(rows);
    this.bag.add(0, rows);
    this.#changes = changes[Symbol.iterator]();
    this.#startUs = startUs ?? Number.POSITIVE_INFINITY;
    this.#untilUs = untilUs;
    this.#step();
  }

  /** Whether anything is known yet. */
  get started(): boolean {
    return this.#started;
  }

  /** When the series begins or next changes; undefined at its end. */
  get nextUs(): number | undefined {
    if (!this.#started) return this.#startUs <= this.#untilUs ? this.#startUs : undefined;
    return this.#next?.timeUs;
  }

  /** Applies every change up to this instant. */
  advanceTo(timeUs: number): void {
    if (timeUs >= this.#startUs) this.#started = true;
    while (this.#next !== undefined && this.#next.timeUs <= timeUs) {
      const { index, value } = this.#next;
      this.bag.remove(this.#values[index] as number);
      this.bag.add(value);
      this.#values[index] = value;
      this.#step();
    }
  }

  #step(): void {
    const { done, value } = this.#changes.next();
    this.#next = done || value.timeUs > this.#untilUs ? undefined : value;
  }
}

function soonest(cursors: readonly Cursor[]): number | undefined {
  let soonestUs: number | undefined;
  for (const { nextUs } of cursors) {
    if (nextUs !== undefined && (soonestUs === undefined || nextUs < soonestUs)) soonestUs = nextUs;
  }
  return soonestUs;
}

function seriesIn(formula: Formula): PieceMetric[] {
  if (formula.kind === 'binary') return [...seriesIn(formula.left), ...seriesIn(formula.right)];
  return formula.kind === 'pieces' ? [formula.metric] : [];
}
