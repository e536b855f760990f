/**
 * Judges "always" and "eventually": the comparison is made at every instant at which a series that it looks at changes,
 * and where the window that it is about begins. Values between two changes are those after the first of them, so no
 * instant is overlooked.
 */
import { Bag } from './bag.ts';
import { formatMeasure } from './dimensions.ts';
import { evaluate, holds, type Lookup, lookupAtEnd } from './evaluate.ts';
import type { Expectation, Formula } from './expectation.ts';
import type { Temporal } from './grammar.ts';
import type { MetricSource, Series, SeriesChange } from './metrics.ts';
import { formatWindow, measure, noData, unjudged, type Verdict } from './verdict.ts';

export function judgeOverTime(expectation: Expectation, temporal: Temporal, source: MetricSource): Verdict {
  const fromUs = expectation.window?.fromUs ?? Number.NEGATIVE_INFINITY;
  const series = new Map<string, Cursor>();
  for (const formula of [...seriesIn(expectation.left), ...seriesIn(expectation.right)]) {
    const key = keyOf(formula);
    if (!series.has(key)) series.set(key, new Cursor(seriesOf(formula, source)));
  }
  const cursors = [...series.values()];
  // Where one of them has ended there is nothing to compare the others with.
  const untilUs = Math.min(
    expectation.window?.untilUs ?? Number.POSITIVE_INFINITY,
    ...cursors.map((cursor) => cursor.untilUs),
  );
  const atEnd = lookupAtEnd(source);
  const constant = new Map<Formula, number | undefined>();
  const lookup: Lookup = (formula, reasons) => {
    if (formula.kind === 'swarm') return series.get(keyOf(formula))?.only;
    if (formula.kind === 'pieces') {
      const value = series.get(keyOf(formula))?.bag.aggregate(formula.aggregate);
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
  let nextUs = firstInstant(cursors, fromUs);
  while (nextUs !== undefined && nextUs <= untilUs && !decided) {
    const atUs = nextUs;
    for (const cursor of cursors) cursor.advanceTo(atUs);
    nextUs = soonest(cursors);
    const left = evaluate(expectation.left, lookup, reasons);
    const right = evaluate(expectation.right, lookup, reasons);
    if (left === undefined || right === undefined) return noData(expectation, reasons);
    evaluations++;
    decided = holds(left, comparison, right) === wanted;
    const distance = Math.abs(left - right);
    const closer = shown === undefined || distance < shown.distance;
    if (decided || closer) shown = { left, right, atUs, distance };
  }
  if (shown === undefined)
    return noData(expectation, [`the metric never had a value${inWindow(expectation)}`]);
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

function inWindow({ window }: Expectation): string {
  return window === undefined ? '' : formatWindow(window);
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
  /** The series begins here; infinite when there is none. */
  readonly startUs: number;
  readonly untilUs: number;
  readonly #values: Float64Array;
  readonly #changes: Iterator<SeriesChange>;
  #next: SeriesChange | undefined;

  constructor({ rows, changes, startUs, untilUs }: Series) {
    this.#values = new Float64Array(rows);
    this.bag.add(0, rows);
    this.#changes = changes[Symbol.iterator]();
    this.startUs = startUs ?? Number.POSITIVE_INFINITY;
    this.untilUs = untilUs;
    this.#step();
  }

  /** When the series next changes; undefined at its end. */
  get nextUs(): number | undefined {
    return this.#next?.timeUs;
  }

  /** The value of a series of one row. */
  get only(): number {
    return this.#values[0] as number;
  }

  /** Applies every change up to this instant. */
  advanceTo(timeUs: number): void {
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
    this.#next = done || value.timeUs > this.untilUs ? undefined : value;
  }
}

/** The first instant from `fromUs` on at which every series has a value; undefined when there is none. */
function firstInstant(cursors: readonly Cursor[], fromUs: number): number | undefined {
  const startUs = Math.max(fromUs, ...cursors.map((cursor) => cursor.startUs));
  return Number.isFinite(startUs) ? startUs : undefined;
}

function soonest(cursors: readonly Cursor[]): number | undefined {
  let soonestUs: number | undefined;
  for (const { nextUs } of cursors) {
    if (nextUs !== undefined && (soonestUs === undefined || nextUs < soonestUs)) soonestUs = nextUs;
  }
  return soonestUs;
}

type SeriesFormula = Extract<Formula, { kind: 'pieces' | 'swarm' }>;

function seriesIn(formula: Formula): SeriesFormula[] {
  if (formula.kind === 'binary') return [...seriesIn(formula.left), ...seriesIn(formula.right)];
  return formula.kind === 'pieces' || formula.kind === 'swarm' ? [formula] : [];
}

/** Formulas with the same key look at the same series. */
function keyOf(formula: SeriesFormula): string {
  return formula.kind === 'swarm' ? `${formula.metric} ${formula.group ?? ''}` : formula.metric;
}

function seriesOf(formula: SeriesFormula, source: MetricSource): Series {
  return formula.kind === 'swarm'
    ? source.swarm(formula.metric, formula.group)
    : source.pieces(formula.metric);
}
