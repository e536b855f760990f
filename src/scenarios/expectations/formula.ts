/** What an expression means, with every name known and every unit checked. Plain JSON data. */
import type { Aggregate } from './aggregates.ts';
import type { Dimension } from './dimensions.ts';
import type { Label } from './labels.ts';
import type { MetricName, RunMetric, SwarmMetric } from './metrics.ts';
import type { Comparison, Operator, TimeWindow } from './syntax.ts';

/** All of them must hold of a peer for it to count; none: all peers count. */
export type Selection = readonly LabelTest[];

export interface LabelTest {
  readonly label: Label;
  readonly negated: boolean;
  readonly values: readonly string[];
}

/** Values are in microseconds, bytes and plain numbers. */
export type Formula =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'run'; readonly metric: RunMetric }
  | { readonly kind: 'swarm'; readonly metric: SwarmMetric; readonly selection: Selection }
  /** Within an aggregate only: the value of the row that is looked at. */
  | { readonly kind: 'row'; readonly metric: MetricName }
  | AggregateFormula
  | AverageFormula
  /** The number kept for an expression in normal form. */
  | {
      readonly kind: 'baseline';
      readonly expression: string;
      readonly unit: string;
      /** What it is the baseline of. */
      readonly of: Formula;
    }
  | {
      readonly kind: 'binary';
      readonly operator: Operator;
      readonly left: Formula;
      readonly right: Formula;
    }
  /** Within an aggregate only: 1 where it holds, 0 where it does not. */
  | { readonly kind: 'truth'; readonly of: Condition };

export interface AggregateFormula {
  readonly kind: 'aggregate';
  readonly aggregate: Aggregate;
  readonly rows: 'peer' | 'piece';
  readonly of: Formula;
  /** What a row must meet to count; undefined: all do. */
  readonly where?: Condition | undefined;
  readonly selection: Selection;
  /** What stands in it, in normal form. */
  readonly text: string;
}

/** The mean over a part of the run, each value counting for as long as it held. */
export interface AverageFormula {
  readonly kind: 'average';
  readonly metric: SwarmMetric;
  readonly selection: Selection;
  readonly window: TimeWindow | undefined;
}

export type Condition =
  | ComparisonFormula
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  /** A metric of 0 and 1. */
  | { readonly kind: 'is'; readonly of: Formula };

export interface ComparisonFormula {
  readonly kind: 'comparison';
  readonly left: Formula;
  readonly comparison: Comparison;
  readonly right: Formula;
  /** Of `within`: a share of the right side; undefined: as the baseline has it. */
  readonly tolerance: number | undefined;
  /** Of both sides. */
  readonly dimension: Dimension;
  /** In normal form. */
  readonly text: string;
}

/** The formulas that `formula` is made of, itself included, not those within its aggregates. */
export function* partsOf(formula: Formula): Generator<Formula> {
  yield formula;
  if (formula.kind === 'binary') {
    yield* partsOf(formula.left);
    yield* partsOf(formula.right);
  }
  if (formula.kind === 'truth') yield* formulasIn(formula.of);
}

/** The formulas that a condition is made of, not those within their aggregates. */
export function* formulasIn(condition: Condition): Generator<Formula> {
  switch (condition.kind) {
    case 'comparison':
      yield* partsOf(condition.left);
      yield* partsOf(condition.right);
      return;
    case 'not':
      yield* formulasIn(condition.of);
      return;
    case 'is':
      yield* partsOf(condition.of);
      return;
    default:
      yield* formulasIn(condition.left);
      yield* formulasIn(condition.right);
  }
}

/** Every formula of a condition, those within aggregates included. */
export function* allFormulasIn(condition: Condition): Generator<Formula> {
  for (const formula of formulasIn(condition)) {
    yield formula;
    if (formula.kind === 'aggregate') yield* allWithin(formula);
  }
}

/** What the values of the rows of an aggregate are made of, and what they must meet. */
export function* rowPartsOf({ of, where }: AggregateFormula): Generator<Formula> {
  yield* partsOf(of);
  if (where !== undefined) yield* formulasIn(where);
}

function* allWithin(formula: AggregateFormula): Generator<Formula> {
  for (const part of rowPartsOf(formula)) {
    yield part;
    if (part.kind === 'aggregate') yield* allWithin(part);
  }
}
