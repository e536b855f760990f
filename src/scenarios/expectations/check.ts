/**
 * The meaning of an expression: metrics, aggregates, labels and groups exist, quantities of different kinds are not
 * mixed, and what changes over time is asked about with "always" or "eventually". Finds every fault, not just the first.
 */
import { type Complaint, complain } from '../complaint.ts';
import { nearest } from '../nearest.ts';
import {
  type Dimension,
  describeDimension,
  divided,
  multiplied,
  PLAIN,
  sameDimension,
} from './dimensions.ts';
import type { Aggregate, Formula } from './expectation.ts';
import type { ComparisonSyntax, Named, Span, Syntax, SyntaxLabel } from './grammar.ts';
import {
  isMetricName,
  METRICS,
  type MetricName,
  type PeerMetric,
  type PieceMetric,
  type RunMetric,
  type SwarmMetric,
} from './metrics.ts';

const AGGREGATES = ['min', 'max', 'mean', 'sum', 'count', 'fraction'] as const;
const AGGREGATE_NAMES = [...AGGREGATES, 'p50', 'p90', 'p95', 'p99'];

interface Typed {
  readonly formula: Formula;
  /** Undefined: nought, which is of every dimension, or a part with a fault of its own. */
  readonly dimension: Dimension | undefined;
  readonly overTime: boolean;
}

const FAULTY: Typed = { formula: { kind: 'number', value: 0 }, dimension: undefined, overTime: false };

export type CheckedComparison =
  | { readonly ok: true; readonly value: { left: Formula; right: Formula; dimension: Dimension } }
  | { readonly ok: false; readonly complaints: readonly Complaint[] };

export function checkComparison(syntax: ComparisonSyntax, groups: readonly string[]): CheckedComparison {
  const checker = new Checker(groups);
  const left = checker.check(syntax.left);
  const right = checker.check(syntax.right);
  checker.needSame(syntax.left, left, syntax.right, right, 'compared');
  if (checker.complaints.length === 0) {
    const overTime = left.overTime || right.overTime;
    if (overTime && syntax.temporal === undefined) {
      const changing = left.overTime ? syntax.left : syntax.right;
      checker.complain('this changes over time', changing, {
        expected: '"always" or "eventually" before the comparison',
      });
    }
    if (!overTime && syntax.temporal !== undefined) {
      checker.complain(`nothing in this expression changes over time`, syntax.temporal, {
        expected: `a metric over time, such as piece.availability or peers.present, or no "${syntax.temporal.text}"`,
      });
    }
    if (isConstant(left.formula) && isConstant(right.formula)) {
      checker.complain('nothing in this expression is measured', syntax.left, {
        expected: 'a metric on at least one side',
      });
    }
  }
  if (checker.complaints.length > 0) return { ok: false, complaints: checker.complaints };
  const dimension = left.dimension ?? right.dimension ?? PLAIN;
  return { ok: true, value: { left: left.formula, right: right.formula, dimension } };
}

class Checker {
  readonly complaints: Complaint[] = [];
  readonly #groups: readonly string[];

  constructor(groups: readonly string[]) {
    this.#groups = groups;
  }

  check(syntax: Syntax): Typed {
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
        return this.#singleMetric(syntax.name, syntax.labels);
      case 'aggregate':
        return this.#aggregate(syntax.name, syntax.of);
      case 'binary': {
        const left = this.check(syntax.left);
        const right = this.check(syntax.right);
        const { operator } = syntax;
        const formula: Formula = { kind: 'binary', operator, left: left.formula, right: right.formula };
        const overTime = left.overTime || right.overTime;
        if (operator === '+' || operator === '-') {
          this.needSame(syntax.left, left, syntax.right, right, operator === '+' ? 'added' : 'subtracted');
          return { formula, dimension: left.dimension ?? right.dimension, overTime };
        }
        if (left.dimension === undefined || right.dimension === undefined)
          return { formula, dimension: undefined, overTime };
        const combine = operator === '*' ? multiplied : divided;
        return { formula, dimension: combine(left.dimension, right.dimension), overTime };
      }
    }
  }

  needSame(leftSyntax: Span, left: Typed, rightSyntax: Span, right: Typed, verb: string): void {
    if (left.dimension === undefined || right.dimension === undefined) return;
    if (sameDimension(left.dimension, right.dimension)) return;
    const whole = {
      offset: leftSyntax.offset,
      length: rightSyntax.offset + rightSyntax.length - leftSyntax.offset,
    };
    const kinds = `${describeDimension(left.dimension)} and ${describeDimension(right.dimension)}`;
    this.complain(`${kinds} cannot be ${verb}`, whole, { expected: 'quantities of one kind' });
  }

  complain(
    message: string,
    span: Span,
    details: { expected?: string | undefined; suggestion?: string | undefined },
  ): void {
    this.complaints.push(complain(message, { ...details, offset: span.offset, length: span.length }));
  }

  /** A metric that stands without an aggregate. */
  #singleMetric(name: Named, labels: readonly SyntaxLabel[]): Typed {
    const metric = this.#metricName(name);
    if (metric === undefined) return FAULTY;
    const { over, dimension } = METRICS[metric];
    if (over === 'swarm') {
      const formula: Formula = { kind: 'swarm', metric: metric as SwarmMetric, group: this.#group(labels) };
      return { formula, dimension, overTime: true };
    }
    if (over !== 'run') {
      this.complain(`${metric} has many values, one per ${over}`, name, {
        expected: `an aggregate around it, such as max(${metric})`,
      });
      return FAULTY;
    }
    this.#noLabels(metric, labels);
    return { formula: { kind: 'run', metric: metric as RunMetric }, dimension, overTime: false };
  }

  #aggregate(name: Named, of: Syntax): Typed {
    const aggregate = this.#aggregateOf(name);
    if (of.kind !== 'metric') {
      this.complain('an aggregate takes one metric', of, {
        expected: 'a metric, such as peer.download_time{group=...}',
      });
      return FAULTY;
    }
    const metric = this.#metricName(of.name);
    if (metric === undefined) {
      this.#group(of.labels);
      return FAULTY;
    }
    const { over, dimension, truth } = METRICS[metric];
    if (over === 'run' || over === 'swarm') {
      this.complain(`${metric} has a single value${over === 'swarm' ? ' at a time' : ''}`, of, {
        expected: 'the metric itself, without an aggregate',
      });
      return FAULTY;
    }
    if (over === 'piece') this.#noLabels(metric, of.labels);
    const group = over === 'peer' ? this.#group(of.labels) : undefined;
    if (aggregate === undefined) return FAULTY;
    if (aggregate.kind === 'fraction' && !truth) {
      this.complain(`${metric} is not a yes or no`, of, {
        expected: 'a metric of 0 and 1 for fraction(), such as peer.complete',
      });
      return FAULTY;
    }
    const formula: Formula =
      over === 'peer'
        ? { kind: 'peers', aggregate, metric: metric as PeerMetric, group }
        : { kind: 'pieces', aggregate, metric: metric as PieceMetric };
    return { formula, dimension: aggregate.kind === 'count' ? PLAIN : dimension, overTime: over === 'piece' };
  }

  #aggregateOf(name: Named): Aggregate | undefined {
    const kind = AGGREGATES.find((one) => one === name.text);
    if (kind !== undefined) return { kind };
    const percent = /^p(\d{1,3})$/.exec(name.text)?.[1];
    if (percent !== undefined && Number(percent) >= 1 && Number(percent) <= 100)
      return { kind: 'percentile', percent: Number(percent) };
    this.complain(`unknown aggregate "${name.text}"`, name, {
      expected: `one of ${AGGREGATES.join(', ')}, p1 to p100`,
      suggestion: nearest(name.text, AGGREGATE_NAMES),
    });
    return undefined;
  }

  #metricName(name: Named): MetricName | undefined {
    if (isMetricName(name.text)) return name.text;
    const names = Object.keys(METRICS);
    this.complain(`unknown metric "${name.text}"`, name, {
      expected: `one of ${names.join(', ')}`,
      suggestion: nearest(name.text, names),
    });
    return undefined;
  }

  #group(labels: readonly SyntaxLabel[]): string | undefined {
    let group: string | undefined;
    for (const { label, value } of labels) {
      if (label.text !== 'group') {
        this.complain(`unknown label "${label.text}"`, label, {
          expected: 'group',
          suggestion: nearest(label.text, ['group']),
        });
        continue;
      }
      if (group !== undefined)
        this.complain('the label "group" stands twice', label, { expected: 'one group' });
      group = value.text;
      if (this.#groups.includes(group)) continue;
      this.complain(`unknown group "${group}"`, value, {
        expected: `one of ${this.#groups.join(', ')}`,
        suggestion: nearest(group, this.#groups),
      });
    }
    return group;
  }

  #noLabels(metric: MetricName, labels: readonly SyntaxLabel[]): void {
    const first = labels[0];
    if (first !== undefined)
      this.complain(`${metric} has no labels`, first.label, { expected: 'the metric without braces' });
  }
}

function isConstant(formula: Formula): boolean {
  if (formula.kind === 'binary') return isConstant(formula.left) && isConstant(formula.right);
  return formula.kind === 'number' || (formula.kind === 'run' && formula.metric.startsWith('torrent.'));
}
