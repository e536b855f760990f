/**
 * The rows that an aggregate looks at, each with its value, and the aggregate over them. A row that has no value at the
 * time (a peer that is not there) is left out; one whose value was never reached stands for later than all others. Only
 * rows that have changed are looked at again.
 */
import { Bag } from './bag.ts';
import { arithmetic, isWithin, satisfies } from './comparison.ts';
import type { AggregateFormula, Condition, Formula, Selection } from './formula.ts';
import { rowPartsOf } from './formula.ts';
import type { MetricSource } from './metric-source.ts';
import { METRICS, type MetricName, type PeerMetric, type PieceMetric, type RowMetric } from './metrics.ts';
import type { RowWatcher, SeriesCursor } from './series-cursor.ts';

/** What rows need of the evaluation that they are part of. */
export interface RowSurroundings {
  readonly source: MetricSource;
  cursor(metric: RowMetric): SeriesCursor;
  /** The value of a formula that is the same for all rows. */
  quantity(formula: Formula, reasons: string[]): number | undefined;
}

export class Rows implements RowWatcher {
  readonly #formula: AggregateFormula;
  readonly #surroundings: RowSurroundings;
  readonly #bag = new Bag();
  /** By row: its value; NaN for one that is left out, infinite for one without a value. */
  readonly #values: Float64Array;
  readonly #rows: readonly number[];
  readonly #isRow: Uint8Array;
  /** Values at the end of the run, by metric and row. */
  readonly #columns = new Map<MetricName, Float64Array>();
  readonly #cursors = new Map<MetricName, SeriesCursor>();
  readonly #dirty = new Set<number>();
  /** What is the same for all rows changes as well. */
  readonly #changesAtOnce: boolean;
  /** Of this look at the rows: what is the same for all of them. */
  readonly #common = new Map<Formula, number>();
  #missing = 0;
  #unknownLabel = false;

  constructor(formula: AggregateFormula, surroundings: RowSurroundings) {
    this.#formula = formula;
    this.#surroundings = surroundings;
    const { source } = surroundings;
    let rows: readonly number[] | undefined;
    let count = 0;
    for (const part of rowPartsOf(formula)) {
      if (part.kind !== 'row') continue;
      const { metric } = part;
      if (METRICS[metric].overTime) {
        const cursor = surroundings.cursor(metric as RowMetric);
        if (!this.#cursors.has(metric)) cursor.watch(this);
        this.#cursors.set(metric, cursor);
        count = Math.max(count, cursor.values.length);
        continue;
      }
      if (this.#columns.has(metric)) continue;
      const given =
        formula.rows === 'peer' ? source.peers(metric as PeerMetric) : source.pieces(metric as PieceMetric);
      const length = given.reduce((most, { row }) => Math.max(most, row + 1), 0);
      const column = new Float64Array(length).fill(Number.NaN);
      for (const { row, value } of given) column[row] = value ?? Number.POSITIVE_INFINITY;
      this.#columns.set(metric, column);
      const applies = new Set(given.map(({ row }) => row));
      rows = rows === undefined ? [...applies] : rows.filter((row) => applies.has(row));
    }
    const chosen = (rows ?? Array.from({ length: count }, (_, row) => row)).filter((row) =>
      this.#selects(formula.selection, row),
    );
    this.#rows = chosen;
    const length = chosen.reduce((most, row) => Math.max(most, row + 1), 0);
    this.#values = new Float64Array(length).fill(Number.NaN);
    this.#isRow = new Uint8Array(length);
    for (const row of chosen) {
      this.#isRow[row] = 1;
      this.#dirty.add(row);
    }
    this.#changesAtOnce =
      this.#cursors.size > 0 &&
      [...rowPartsOf(formula)].some(({ kind }) => kind === 'swarm' || kind === 'aggregate');
  }

  changed(row: number): void {
    if (this.#isRow[row] === 1) this.#dirty.add(row);
  }

  /** The aggregate as things are; undefined without a reason where no row has a value at this time. */
  value(reasons: string[]): number | undefined {
    if (this.#unknownLabel) {
      reasons.push('a label is not known of this run');
      return undefined;
    }
    this.#refresh(reasons);
    const { aggregate, of } = this.#formula;
    const counts = aggregate.kind === 'count' && of.kind === 'truth';
    const result = this.#bag.aggregate(counts ? { kind: 'sum' } : aggregate, this.#missing);
    if (result === undefined && (this.#columns.size > 0 || this.#bag.size > 0)) reasons.push(this.#why());
    return result;
  }

  /** Rows that it looks at. */
  get count(): number {
    return this.#rows.length;
  }

  /** The row that the aggregate is the value of, or the first that keeps it low (`high` wanted) or high. */
  culprit(result: number, wantsHigh: boolean): number | undefined {
    const { aggregate, of } = this.#formula;
    const { kind } = aggregate;
    if (kind === 'min' || kind === 'max' || kind === 'percentile')
      return this.#rows.find((row) => this.#values[row] === result);
    if (kind !== 'fraction' && !(kind === 'count' && of.kind === 'truth')) return undefined;
    return this.#rows.find((row) => this.#values[row] === (wantsHigh ? 0 : 1));
  }

  #selects(selection: Selection, row: number): boolean {
    if (this.#formula.rows === 'piece' || selection.length === 0) return true;
    const selects = this.#surroundings.source.selects(selection, row);
    if (selects === undefined) this.#unknownLabel = true;
    return selects === true;
  }

  #refresh(reasons: string[]): void {
    this.#common.clear();
    if (this.#changesAtOnce) for (const row of this.#rows) this.#dirty.add(row);
    for (const row of this.#dirty) {
      const before = this.#values[row] as number;
      if (Number.isFinite(before)) this.#bag.remove(before);
      else if (before === Number.POSITIVE_INFINITY) this.#missing--;
      const after = this.#rowValue(row, reasons);
      this.#values[row] = after;
      if (Number.isFinite(after)) this.#bag.add(after);
      else if (after === Number.POSITIVE_INFINITY) this.#missing++;
    }
    this.#dirty.clear();
  }

  /** NaN: left out; infinite: no value. */
  #rowValue(row: number, reasons: string[]): number {
    for (const cursor of this.#cursors.values()) if (Number.isNaN(cursor.values[row])) return Number.NaN;
    const { of, where } = this.#formula;
    if (where !== undefined && this.#decide(where, row, reasons) !== 1) return Number.NaN;
    const value = this.#evaluate(of, row, reasons);
    return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
  }

  /** NaN where there is no value. */
  #evaluate(formula: Formula, row: number, reasons: string[]): number {
    switch (formula.kind) {
      case 'row':
        return (
          (this.#columns.get(formula.metric) ?? this.#cursors.get(formula.metric)?.values)?.[row] ??
          Number.NaN
        );
      case 'number':
        return formula.value;
      case 'binary': {
        const left = this.#evaluate(formula.left, row, reasons);
        const right = this.#evaluate(formula.right, row, reasons);
        return arithmetic(left, formula.operator, right) ?? Number.NaN;
      }
      case 'truth':
        return this.#decide(formula.of, row, reasons);
      default: {
        const known = this.#common.get(formula);
        if (known !== undefined) return known;
        const value = this.#surroundings.quantity(formula, reasons) ?? Number.NaN;
        this.#common.set(formula, value);
        return value;
      }
    }
  }

  /** 1 or 0; NaN where that cannot be said. */
  #decide(condition: Condition, row: number, reasons: string[]): number {
    switch (condition.kind) {
      case 'is':
        return this.#evaluate(condition.of, row, reasons);
      case 'not':
        return 1 - this.#decide(condition.of, row, reasons);
      case 'comparison': {
        const left = this.#evaluate(condition.left, row, reasons);
        const right = this.#evaluate(condition.right, row, reasons);
        if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN;
        const { comparison, tolerance } = condition;
        const holds =
          comparison === 'within'
            ? isWithin(left, right, tolerance ?? 0)
            : satisfies(left, comparison, right);
        return holds ? 1 : 0;
      }
      default: {
        const left = this.#decide(condition.left, row, reasons);
        const right = this.#decide(condition.right, row, reasons);
        return condition.kind === 'and' ? left * right : left + right - left * right;
      }
    }
  }

  #why(): string {
    const { of, rows, selection, text, aggregate } = this.#formula;
    const where = describeSelection(selection);
    if (this.#rows.length === 0) return `no ${rows}${where} has a ${bareText(text)}`;
    if (this.#missing === 0) return `${aggregate.kind} of ${text} is not defined where every value is nought`;
    const count = this.#missing === this.#rows.length ? 'none' : String(this.#missing);
    const share = `${count === 'none' ? this.#missing : count} of ${this.#rows.length} ${rows}s${where}`;
    if (of.kind === 'row') return `${share} have no ${of.metric}: ${METRICS[of.metric].missing}`;
    return `${share} have no value of ${text}`;
  }
}

/** " of group crowd", " with behaviour!=poisoner". */
export function describeSelection(selection: Selection): string {
  const [first] = selection;
  if (first === undefined) return '';
  if (selection.length === 1 && first.label === 'group' && !first.negated && first.values.length === 1)
    return ` of group ${first.values[0]}`;
  const each = selection.map(
    ({ label, negated, values }) => `${label}${negated ? '!=' : '='}${values.join('|')}`,
  );
  return ` with ${each.join(', ')}`;
}

/** Without the labels, which are said apart. */
function bareText(text: string): string {
  return text.replaceAll(/\{[^}]*\}/g, '');
}
