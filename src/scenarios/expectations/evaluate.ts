/**
 * The value of a condition, from what was measured, at the instant that its series have come to: yes or no, or the reasons
 * why that cannot be said.
 */
import { type BaselineLookup, NO_BASELINE } from '../baseline/baseline.ts';
import { formatPercentage } from '../unit-text.ts';
import { averageOf } from './average.ts';
import { arithmetic, isWithin, satisfies } from './comparison.ts';
import {
  type AggregateFormula,
  type AverageFormula,
  allFormulasIn,
  type ComparisonFormula,
  type Condition,
  type Formula,
} from './formula.ts';
import type { MetricSource } from './metric-source.ts';
import { METRICS, type RowMetric } from './metrics.ts';
import { Rows } from './rows.ts';
import { SeriesCursor } from './series-cursor.ts';
import { formatWindow } from './verdict.ts';

/** A comparison that was made, and what stood on either side. */
export interface Compared {
  readonly formula: ComparisonFormula;
  readonly left: number;
  readonly right: number;
  readonly tolerance: number | undefined;
  readonly holds: boolean;
  /** Whether it is the contrary that is expected. */
  readonly negated: boolean;
}

/** The peer or the piece that a verdict is about. */
export interface Subject {
  readonly kind: 'peer' | 'piece';
  /** "crowd-3", or the index of the piece. */
  readonly name: string;
}

export class Evaluation {
  readonly source: MetricSource;
  readonly #condition: Condition;
  readonly #baselines: BaselineLookup;
  readonly #series = new Map<string, SeriesCursor>();
  readonly #rows = new Map<AggregateFormula, Rows>();

  constructor(condition: Condition, source: MetricSource, baselines: BaselineLookup = NO_BASELINE) {
    this.#condition = condition;
    this.source = source;
    this.#baselines = baselines;
    for (const formula of allFormulasIn(condition)) {
      if (formula.kind === 'swarm') {
        this.#series.set(keyOf(formula), new SeriesCursor(source.swarm(formula.metric, formula.selection)));
      }
      // Those within others too: a series is followed from its beginning.
      if (formula.kind === 'aggregate') this.#rowsOf(formula);
    }
  }

  /** The series that the condition looks at. */
  get cursors(): readonly SeriesCursor[] {
    return [...this.#series.values()];
  }

  /**
   * The comparison that decides, at this instant; undefined with at least one reason where there is no data, and without
   * any where something that it looks at has no value at this time.
   */
  compare(reasons: string[]): Compared | undefined {
    return this.#decide(this.#condition, false, reasons);
  }

  /** Whom a side of a comparison is about, where it is about one. */
  subjectOf({ formula, left, right, negated }: Compared): Subject | undefined {
    const wantsHigh = formula.comparison.startsWith('>') || formula.comparison === '==';
    for (const [side, value, high] of [
      [formula.left, left, wantsHigh],
      [formula.right, right, !wantsHigh],
    ] as const) {
      if (side.kind !== 'aggregate') continue;
      const row = this.#rowsOf(side).culprit(value, high !== negated);
      if (row === undefined) continue;
      return { kind: side.rows, name: side.rows === 'peer' ? this.source.peerName(row) : String(row) };
    }
    return undefined;
  }

  /** A plain number beside a share: "60 of 60 (100 %)" for a share of peers itself, "100 %" for anything else. */
  formatShare(formula: Formula, value: number): string {
    const percentage = formatPercentage(value);
    if (formula.kind !== 'aggregate' || formula.aggregate.kind !== 'fraction') return percentage;
    const total = this.#rowsOf(formula).count;
    return `${Math.round(value * total)} of ${total} (${percentage})`;
  }

  #decide(condition: Condition, negated: boolean, reasons: string[]): Compared | undefined {
    switch (condition.kind) {
      case 'comparison':
        return this.#compare(condition, negated, reasons);
      case 'not': {
        const of = this.#decide(condition.of, !negated, reasons);
        return of && { ...of, holds: !of.holds };
      }
      case 'is':
        return undefined;
      default: {
        const left = this.#decide(condition.left, negated, reasons);
        const right = this.#decide(condition.right, negated, reasons);
        if (left === undefined || right === undefined) return undefined;
        // What decides: a part that fails an "and", one that holds of an "or"; where both do, the first.
        return left.holds === (condition.kind === 'or') ? left : right;
      }
    }
  }

  #compare(formula: ComparisonFormula, negated: boolean, reasons: string[]): Compared | undefined {
    const left = this.#quantity(formula.left, reasons);
    const right = this.#quantity(formula.right, reasons);
    if (left === undefined || right === undefined) return undefined;
    const { comparison } = formula;
    if (comparison !== 'within') {
      const holds = satisfies(left, comparison, right);
      return { formula, left, right, tolerance: undefined, holds, negated };
    }
    const tolerance = formula.tolerance ?? this.#toleranceOf(formula.right);
    return { formula, left, right, tolerance, holds: isWithin(left, right, tolerance), negated };
  }

  /** The value of a formula, or undefined as in `compare`. */
  #quantity(formula: Formula, reasons: string[]): number | undefined {
    switch (formula.kind) {
      case 'number':
        return formula.value;
      case 'binary': {
        const left = this.#quantity(formula.left, reasons);
        const right = this.#quantity(formula.right, reasons);
        if (left === undefined || right === undefined) return undefined;
        const value = arithmetic(left, formula.operator, right);
        if (value === undefined) reasons.push('division by zero');
        return value;
      }
      case 'run': {
        const value = this.source.run(formula.metric);
        if (value !== undefined && Number.isFinite(value)) return value;
        reasons.push(`${formula.metric} is ${METRICS[formula.metric].missing}`);
        return undefined;
      }
      case 'swarm':
        return this.#series.get(keyOf(formula))?.values[0];
      case 'aggregate':
        return this.#rowsOf(formula).value(reasons);
      case 'average':
        return this.#average(formula, reasons);
      case 'baseline': {
        const kept = this.#baselines.find(formula.expression);
        if (kept?.unit === formula.unit && Number.isFinite(kept.value)) return kept.value;
        reasons.push(
          kept === undefined
            ? `there is no baseline of ${formula.expression}`
            : `the baseline of ${formula.expression} is in "${kept.unit}", not in "${formula.unit}"`,
        );
        return undefined;
      }
      default:
        return undefined;
    }
  }

  #average({ metric, selection, window }: AverageFormula, reasons: string[]): number | undefined {
    const value = averageOf(this.source.swarm(metric, selection), window);
    if (value === undefined) reasons.push(`${metric} has no value${window ? formatWindow(window) : ''}`);
    return value;
  }

  #toleranceOf(formula: Formula): number {
    return formula.kind === 'baseline' ? (this.#baselines.find(formula.expression)?.tolerance ?? 0) : 0;
  }

  #rowsOf(formula: AggregateFormula): Rows {
    let rows = this.#rows.get(formula);
    if (rows === undefined) {
      rows = new Rows(formula, {
        source: this.source,
        cursor: (metric) => this.#cursorOf(metric),
        quantity: (other, reasons) => this.#quantity(other, reasons),
      });
      this.#rows.set(formula, rows);
    }
    return rows;
  }

  #cursorOf(metric: RowMetric): SeriesCursor {
    let cursor = this.#series.get(metric);
    if (cursor === undefined) {
      cursor = new SeriesCursor(this.source.rows(metric));
      this.#series.set(metric, cursor);
    }
    return cursor;
  }
}

/** Whether a formula is a share and nothing else, which people read in percent. */
export function isShare(formula: Formula): boolean {
  if (
    formula.kind === 'run' ||
    formula.kind === 'swarm' ||
    formula.kind === 'average' ||
    formula.kind === 'row'
  )
    return METRICS[formula.metric].share;
  if (formula.kind !== 'aggregate' || formula.aggregate.kind === 'count') return false;
  if (formula.aggregate.kind === 'gini' || formula.aggregate.kind === 'jain') return false;
  return formula.aggregate.kind === 'fraction' || isShare(formula.of);
}

/** Formulas with the same key look at the same series. */
function keyOf(formula: Extract<Formula, { kind: 'swarm' }>): string {
  return `${formula.metric} ${JSON.stringify(formula.selection)}`;
}
