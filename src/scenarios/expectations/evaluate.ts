/** The value of a formula, from what was measured: a number, or the reasons why there is none. */
import { formatPercentage } from '../unit-text.ts';
import { Bag } from './bag.ts';
import type { Formula } from './expectation.ts';
import { METRICS, type MetricSource, type PeerValue } from './metrics.ts';
import type { Comparison } from './tokens.ts';

/** Gives the value of a formula that is neither a number nor an operation; undefined and a reason without data. */
export type Lookup = (
  formula: Exclude<Formula, { kind: 'number' | 'binary' }>,
  reasons: string[],
) => number | undefined;

/** Values of metrics of peers and of the run. */
export function lookupAtEnd(source: MetricSource): Lookup {
  return (formula, reasons) => {
    if (formula.kind === 'pieces' || formula.kind === 'swarm') return undefined;
    const { missing: why } = METRICS[formula.metric];
    if (formula.kind === 'run') {
      const value = source.run(formula.metric);
      if (isNumber(value)) return value;
      reasons.push(`${formula.metric} is ${why}`);
      return undefined;
    }
    const { metric, group, aggregate } = formula;
    const rows = rowsOf(formula, source);
    const bag = new Bag();
    let missing = 0;
    for (const { value } of rows) {
      if (isNumber(value)) bag.add(value);
      else missing++;
    }
    const result = bag.aggregate(aggregate, missing);
    if (result === undefined) {
      const where = group === undefined ? '' : ` of group ${group}`;
      reasons.push(
        rows.length === 0
          ? `no peer${where} has a ${metric}`
          : `${missing} of ${rows.length} peers${where} have no ${metric}: ${why}`,
      );
    }
    return result;
  };
}

/** Whether a formula is a share and nothing else, which people read in percent. */
export function isShare(formula: Formula): boolean {
  if (formula.kind === 'run') return METRICS[formula.metric].share;
  if (formula.kind !== 'peers' || formula.aggregate.kind === 'count') return false;
  return formula.aggregate.kind === 'fraction' || METRICS[formula.metric].share;
}

/** A plain number beside a share: "60 of 60 (100 %)" for a share of peers itself, "100 %" for anything else. */
export function formatShare(formula: Formula, value: number, source: MetricSource): string {
  const percentage = formatPercentage(value);
  if (formula.kind !== 'peers' || formula.aggregate.kind !== 'fraction') return percentage;
  const total = rowsOf(formula, source).length;
  return `${Math.round(value * total)} of ${total} (${percentage})`;
}

/** The value of a formula, or undefined with at least one reason added. */
export function evaluate(formula: Formula, lookup: Lookup, reasons: string[]): number | undefined {
  if (formula.kind === 'number') return formula.value;
  if (formula.kind !== 'binary') return lookup(formula, reasons);
  const left = evaluate(formula.left, lookup, reasons);
  const right = evaluate(formula.right, lookup, reasons);
  if (left === undefined || right === undefined) return undefined;
  switch (formula.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right !== 0) return left / right;
      reasons.push('division by zero');
      return undefined;
  }
}

export function holds(left: number, comparison: Comparison, right: number): boolean {
  switch (comparison) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

function rowsOf(
  { metric, group }: Extract<Formula, { kind: 'peers' }>,
  source: MetricSource,
): readonly PeerValue[] {
  return source.peers(metric).filter((peer) => group === undefined || peer.group === group);
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}
