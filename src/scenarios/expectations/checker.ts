/**
 * The meaning of conditions and quantities: metrics, aggregates and labels exist, quantities of different kinds are not
 * mixed, and yes and no are no numbers. The reason for its length: conditions, quantities and rows are checked by turns,
 * within each other, with one state.
 */
import { type Complaint, complain } from '../complaint.ts';
import { nearest } from '../nearest.ts';
import { AGGREGATE_NAMES, type Aggregate, aggregateNamed, isPlain, nearestAggregate } from './aggregates.ts';
import { checkLabels, type Faults } from './check-labels.ts';
import {
  type Dimension,
  describeDimension,
  divided,
  multiplied,
  PLAIN,
  sameDimension,
  unitOf,
} from './dimensions.ts';
import { type Condition, type Formula, partsOf, type Selection } from './formula.ts';
import { likelyMetrics, unitFor } from './hints.ts';
import type { Vocabulary } from './labels.ts';
import {
  isMetricName,
  METRIC_NAMES,
  METRICS,
  type MetricName,
  type RunMetric,
  type SwarmMetric,
} from './metrics.ts';
import { printSyntax } from './print.ts';
import {
  type ComparisonSyntax,
  isCondition,
  type Named,
  type Span,
  type Syntax,
  type SyntaxLabel,
  type TimeWindow,
} from './syntax.ts';

interface Typed {
  readonly formula: Formula;
  /** Undefined: nought, which is of every dimension, or a part with a fault of its own. */
  readonly dimension: Dimension | undefined;
  readonly overTime: boolean;
}

interface TypedCondition {
  readonly condition: Condition;
  readonly overTime: boolean;
}

/** Formulas of which there may be a baseline. */
const MEASURED: ReadonlySet<Formula['kind']> = new Set(['run', 'swarm', 'aggregate', 'average']);

const FAULTY: Typed = { formula: { kind: 'number', value: 0 }, dimension: undefined, overTime: false };
const FAULTY_CONDITION: TypedCondition = {
  condition: { kind: 'is', of: FAULTY.formula },
  overTime: false,
};

/** What the metrics within one aggregate are about. */
interface Rows {
  of: 'peer' | 'piece' | undefined;
  selection: Selection;
  /** The labels of the first metric that has some. */
  labels: string;
}

export class Checker implements Faults {
  readonly complaints: Complaint[] = [];
  /** The first part that changes over time. */
  changing: Span | undefined;
  readonly #vocabulary: Vocabulary;
  readonly #abort: boolean;
  /** Of the aggregate that is being looked at. */
  #rows: Rows | undefined;
  /** What a bare "baseline" is the baseline of. */
  #compared: { readonly text: string; readonly typed: Typed } | undefined;

  constructor(vocabulary: Vocabulary, abort: boolean) {
    this.#vocabulary = vocabulary;
    this.#abort = abort;
  }

  condition(syntax: Syntax): TypedCondition {
    switch (syntax.kind) {
      case 'comparison':
        return this.#comparison(syntax);
      case 'not': {
        const { condition, overTime } = this.condition(syntax.of);
        return { condition: { kind: 'not', of: condition }, overTime };
      }
      case 'logic': {
        const left = this.condition(syntax.left);
        const right = this.condition(syntax.right);
        return {
          condition: { kind: syntax.operator, left: left.condition, right: right.condition },
          overTime: left.overTime || right.overTime,
        };
      }
      default: {
        const before = this.complaints.length;
        const { formula, overTime } = this.quantity(syntax);
        if (this.complaints.length > before) return FAULTY_CONDITION;
        if (isTruth(formula)) return { condition: { kind: 'is', of: formula }, overTime };
        this.complain(`${printSyntax(syntax)} is not a yes or no`, syntax, {
          expected: 'a comparison, such as peer.sent > 1 MiB, or a metric of 0 and 1, such as peer.complete',
        });
        return FAULTY_CONDITION;
      }
    }
  }

  quantity(syntax: Syntax): Typed {
    switch (syntax.kind) {
      case 'number': {
        const { value, dimension } = syntax;
        const polymorphic = value === 0 && sameDimension(dimension, PLAIN);
        return {
          formula: { kind: 'number', value },
          dimension: polymorphic ? undefined : dimension,
          overTime: false,
        };
      }
      case 'metric':
        return this.#rows === undefined
          ? this.#singleMetric(syntax.name, syntax.labels)
          : this.#metricInRows(syntax.name, syntax.labels, this.#rows);
      case 'aggregate':
        return this.#aggregate(syntax, syntax.name, syntax.of, syntax.where);
      case 'average':
        return this.#average(syntax, syntax.of, syntax.window);
      case 'baseline':
        return this.#baseline(syntax, syntax.of);
      case 'binary': {
        const left = this.quantity(syntax.left);
        const right = this.quantity(syntax.right);
        const { operator } = syntax;
        const formula: Formula = { kind: 'binary', operator, left: left.formula, right: right.formula };
        const overTime = left.overTime || right.overTime;
        if (operator === '+' || operator === '-') {
          this.#needSame(syntax.left, left, syntax.right, right, operator === '+' ? 'added' : 'subtracted');
          return { formula, dimension: left.dimension ?? right.dimension, overTime };
        }
        if (left.dimension === undefined || right.dimension === undefined)
          return { formula, dimension: undefined, overTime };
        const combine = operator === '*' ? multiplied : divided;
        return { formula, dimension: combine(left.dimension, right.dimension), overTime };
      }
      default:
        this.condition(syntax);
        this.complain('a comparison stands where a number should', syntax, {
          expected: 'a number, a metric or an aggregate such as max(...)',
        });
        return FAULTY;
    }
  }

  complain(
    message: string,
    span: Span,
    details: { expected?: string | undefined; suggestion?: string | undefined },
  ): void {
    this.complaints.push(complain(message, { ...details, offset: span.offset, length: span.length }));
  }

  #comparison(syntax: ComparisonSyntax): TypedCondition {
    const [leftBare, rightBare] = [usesBaseline(syntax.left), usesBaseline(syntax.right)];
    if (leftBare && rightBare) {
      this.complain('a baseline is compared with itself', syntax, {
        expected: 'a measured quantity on one side, or baseline(...) with an expression',
      });
      return FAULTY_CONDITION;
    }
    // The baseline is one of the other side, whose kind has to be known first.
    const first = leftBare ? syntax.right : syntax.left;
    const typedFirst = this.quantity(first);
    const outer = this.#compared;
    const isMeasured = [...partsOf(typedFirst.formula)].some(({ kind }) => MEASURED.has(kind));
    if ((leftBare || rightBare) && isMeasured)
      this.#compared = { text: printSyntax(first), typed: typedFirst };
    const typedSecond = this.quantity(leftBare ? syntax.left : syntax.right);
    this.#compared = outer;
    const [left, right] = leftBare ? [typedSecond, typedFirst] : [typedFirst, typedSecond];
    this.#needSame(syntax.left, left, syntax.right, right, 'compared');
    if (
      syntax.comparison === 'within' &&
      syntax.tolerance === undefined &&
      right.formula.kind !== 'baseline'
    ) {
      this.complain('it is not said how near is near enough', syntax.right, {
        expected: 'a share, as in "within 5% of ...", or a baseline, which has a tolerance of its own',
      });
    }
    const condition: Condition = {
      kind: 'comparison',
      left: left.formula,
      comparison: syntax.comparison,
      right: right.formula,
      tolerance: syntax.tolerance?.value,
      dimension: left.dimension ?? right.dimension ?? PLAIN,
      text: printSyntax(syntax),
    };
    return { condition, overTime: left.overTime || right.overTime };
  }

  #needSame(leftSyntax: Syntax, left: Typed, rightSyntax: Syntax, right: Typed, verb: string): void {
    if (left.dimension === undefined || right.dimension === undefined) return;
    if (sameDimension(left.dimension, right.dimension)) return;
    const whole = {
      offset: leftSyntax.offset,
      length: rightSyntax.offset + rightSyntax.length - leftSyntax.offset,
    };
    const kinds = `${describeDimension(left.dimension)} and ${describeDimension(right.dimension)}`;
    const expected =
      unitFor(rightSyntax, left.dimension) ??
      unitFor(leftSyntax, right.dimension) ??
      'quantities of one kind';
    this.complain(`${kinds} cannot be ${verb}`, whole, { expected });
  }

  #baseline(syntax: Syntax, of: Syntax | undefined): Typed {
    if (of === undefined && this.#compared === undefined) {
      const expected = 'a comparison with what is measured, or an expression: baseline(max(peer.sent))';
      this.complain('it is not said what this is the baseline of', syntax, { expected });
      return FAULTY;
    }
    const rows = this.#rows;
    this.#rows = undefined;
    const measured = of === undefined ? this.#compared?.typed : this.quantity(of);
    this.#rows = rows;
    const text = of === undefined ? this.#compared?.text : printSyntax(of);
    if (measured === undefined || text === undefined) return FAULTY;
    if (measured.overTime || this.#rows !== undefined) {
      this.complain('a baseline is one number, and this has many', syntax, {
        expected: 'a quantity that is measured once, at the end of the run',
      });
      return FAULTY;
    }
    const { dimension } = measured;
    const unit = unitOf(dimension ?? PLAIN);
    const formula: Formula = { kind: 'baseline', expression: text, unit, of: measured.formula };
    return { formula, dimension, overTime: false };
  }

  /** A metric that stands without an aggregate. */
  #singleMetric(name: Named, labels: readonly SyntaxLabel[]): Typed {
    const metric = this.#metricName(name);
    if (metric === undefined) {
      checkLabels(labels, this.#vocabulary, this);
      return FAULTY;
    }
    const { of, dimension, selects } = METRICS[metric];
    if (of === 'peer' || of === 'piece') {
      this.complain(`${metric} has many values, one per ${of}`, name, {
        expected: `an aggregate around it, such as max(${metric})`,
      });
      return FAULTY;
    }
    const selection = this.#selection(metric, selects, labels);
    const overTime = this.#noteTime(metric, name);
    if (of === 'run') return { formula: { kind: 'run', metric: metric as RunMetric }, dimension, overTime };
    return { formula: { kind: 'swarm', metric: metric as SwarmMetric, selection }, dimension, overTime };
  }

  /** A metric within an aggregate: of the row that is looked at, or the same for all rows. */
  #metricInRows(name: Named, labels: readonly SyntaxLabel[], rows: Rows): Typed {
    const known = isMetricName(name.text) ? METRICS[name.text] : undefined;
    if (known === undefined || known.of === 'run' || known.of === 'swarm')
      return this.#singleMetric(name, labels);
    const metric = name.text as MetricName;
    const { of, dimension, selects } = known;
    if (rows.of !== undefined && rows.of !== of) {
      this.complain(
        `${metric} is about each ${of}, and the rest of the aggregate about each ${rows.of}`,
        name,
        {
          expected: 'metrics of peers alone or of pieces alone',
        },
      );
      return FAULTY;
    }
    rows.of = of;
    const selection = this.#selection(metric, selects, labels);
    const text = printSyntax({ kind: 'metric', name: { ...name, text: '' }, labels, offset: 0, length: 0 });
    if (text !== '' && rows.labels !== '' && rows.labels !== text) {
      this.complain('the labels of one aggregate differ', name, {
        expected: `${rows.labels}, as before, or no labels: the first ones are those of all`,
      });
    }
    if (text !== '' && rows.labels === '') {
      rows.labels = text;
      rows.selection = selection;
    }
    return { formula: { kind: 'row', metric }, dimension, overTime: this.#noteTime(metric, name) };
  }

  #aggregate(syntax: Syntax, name: Named, of: Syntax, where: Syntax | undefined): Typed {
    const aggregate = this.#aggregateOf(name);
    const outer = this.#rows;
    const rows: Rows = { of: undefined, selection: [], labels: '' };
    this.#rows = rows;
    const before = this.complaints.length;
    const changed = this.changing;
    const inner = this.#inAggregate(aggregate, of);
    const chosen = where === undefined ? undefined : this.condition(where);
    this.#rows = outer;
    if (inner === undefined || aggregate === undefined) return FAULTY;
    const overTime = inner.overTime || chosen?.overTime === true;
    if (overTime) this.changing = changed ?? syntax;
    if (rows.of === undefined) {
      if (this.complaints.length > before) return FAULTY;
      const { kind } = of;
      const isMetric = kind === 'metric';
      const atATime = isMetric && inner.overTime ? ' at a time' : '';
      this.complain(
        isMetric
          ? `${of.name.text} has a single value${atATime}`
          : `nothing in ${name.text}() has many values`,
        of,
        {
          expected: isMetric
            ? 'the metric itself, without an aggregate'
            : 'a metric with a value per peer or piece, such as peer.download_time',
        },
      );
      return FAULTY;
    }
    const formula: Formula = {
      kind: 'aggregate',
      aggregate,
      rows: rows.of,
      of: inner.formula,
      ...(chosen === undefined ? {} : { where: chosen.condition }),
      selection: rows.selection,
      text: printSyntax(of),
    };
    return { formula, dimension: isPlain(aggregate) ? PLAIN : inner.dimension, overTime };
  }

  /** It is one number, though it is of what changes. */
  #average(syntax: Syntax, of: Syntax, window: TimeWindow | undefined): Typed {
    const changed = this.changing;
    const { formula, dimension } = this.quantity(of);
    this.changing = changed;
    if (formula === FAULTY.formula) return FAULTY;
    if (formula.kind !== 'swarm') {
      this.complain(`${printSyntax(of)} has no average over time`, of, {
        expected: 'a metric of the swarm over time, such as peers.leeching',
      });
      return FAULTY;
    }
    if (this.#abort) {
      this.complain('an average is known only when the run is over', syntax, { expected: 'no "abort"' });
    }
    const { metric, selection } = formula;
    return { formula: { kind: 'average', metric, selection, window }, dimension, overTime: false };
  }

  /** What stands within the brackets of an aggregate. */
  #inAggregate(aggregate: Aggregate | undefined, of: Syntax): Typed | undefined {
    const takesConditions = aggregate?.kind === 'fraction' || aggregate?.kind === 'count';
    if (isCondition(of) || aggregate?.kind === 'fraction') {
      const { condition, overTime } = this.condition(of);
      if (aggregate !== undefined && !takesConditions) {
        this.complain(`${aggregate.kind} is of numbers, and this is a yes or no`, of, {
          expected: 'a number, or fraction(...) or count(...) of a condition',
        });
        return undefined;
      }
      return { formula: { kind: 'truth', of: condition }, dimension: PLAIN, overTime };
    }
    return this.quantity(of);
  }

  #aggregateOf(name: Named): Aggregate | undefined {
    const aggregate = aggregateNamed(name.text);
    if (aggregate === undefined) {
      this.complain(`unknown aggregate "${name.text}"`, name, {
        expected: `one of ${AGGREGATE_NAMES.join(', ')}`,
        suggestion: nearestAggregate(name.text),
      });
    }
    return aggregate;
  }

  #metricName(name: Named): MetricName | undefined {
    if (isMetricName(name.text)) return name.text;
    this.complain(`unknown metric "${name.text}"`, name, {
      expected: `${likelyMetrics(name.text).join(', ')} or another metric: swarmlab list names all`,
      suggestion: nearest(name.text, METRIC_NAMES),
    });
    return undefined;
  }

  #selection(metric: MetricName, selects: boolean, labels: readonly SyntaxLabel[]): Selection {
    const first = labels[0];
    if (selects || first === undefined) return checkLabels(labels, this.#vocabulary, this);
    this.complain(`${metric} has no labels`, first.label, { expected: 'the metric without braces' });
    return [];
  }

  #noteTime(metric: MetricName, name: Named): boolean {
    const { overTime, live } = METRICS[metric];
    if (overTime) this.changing ??= name;
    if (this.#abort && !live) {
      this.complain(`${metric} is known only when the run is over`, name, {
        expected: 'a metric that is known while the run goes on, or no "abort"',
      });
    }
    return overTime;
  }
}

/** Whether the formula is 1 or 0 for yes and no. */
function isTruth(formula: Formula): boolean {
  return formula.kind === 'truth' || (formula.kind === 'row' && METRICS[formula.metric].truth);
}

/** Whether it speaks of a baseline without saying of what. */
function usesBaseline(syntax: Syntax): boolean {
  if (syntax.kind === 'binary') return usesBaseline(syntax.left) || usesBaseline(syntax.right);
  return syntax.kind === 'baseline' && syntax.of === undefined;
}
