/**
 * Expressions in normal form: one way of writing each, with no more brackets than needed. Reading what is printed gives
 * the same tree, and printing that the same text; baselines are kept under it.
 */
import { formatExactDuration } from '../unit-text.ts';
import type { ExpectationSyntax, Syntax, SyntaxLabel, TimeWindow } from './syntax.ts';

/** How tightly a node holds together: what binds less than its surroundings stands in brackets. */
const LOOSEST = 0;
const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARISON = 4;
const SUM = 5;
const PRODUCT = 6;
const OPERAND = 7;

export function printExpectation({ temporal, window, condition }: ExpectationSyntax): string {
  const text = printSyntax(condition);
  if (temporal === undefined) return text;
  if (temporal.kind === 'at') return `at ${formatExactDuration(window?.fromUs ?? 0)} ${text}`;
  return `${temporal.kind}${printSpan(window, temporal.kind === 'always' ? 'until' : 'by')} ${text}`;
}

function printSpan(window: TimeWindow | undefined, word: 'until' | 'by'): string {
  const { fromUs, untilUs } = window ?? { fromUs: undefined, untilUs: undefined };
  const from = fromUs === undefined ? '' : ` from ${formatExactDuration(fromUs)}`;
  return untilUs === undefined ? from : `${from} ${word} ${formatExactDuration(untilUs)}`;
}

export function printSyntax(syntax: Syntax): string {
  return print(syntax, LOOSEST);
}

function print(syntax: Syntax, surroundings: number): string {
  const strength = strengthOf(syntax);
  const text = printBare(syntax, strength);
  return strength < surroundings ? `(${text})` : text;
}

function printBare(syntax: Syntax, strength: number): string {
  switch (syntax.kind) {
    case 'number':
      return syntax.text;
    case 'metric':
      return `${syntax.name.text}${printLabels(syntax.labels)}`;
    case 'aggregate': {
      const where = syntax.where === undefined ? '' : ` where ${printSyntax(syntax.where)}`;
      return `${syntax.name.text}(${printSyntax(syntax.of)}${where})`;
    }
    case 'average':
      return `average(${printSyntax(syntax.of)}${printSpan(syntax.window, 'until')})`;
    case 'baseline':
      return syntax.of === undefined ? 'baseline' : `baseline(${printSyntax(syntax.of)})`;
    case 'binary':
    case 'logic':
      // From the left: the same again on the right stands in brackets.
      return `${print(syntax.left, strength)} ${syntax.operator} ${print(syntax.right, strength + 1)}`;
    case 'comparison': {
      const tolerance = syntax.tolerance === undefined ? '' : ` ${syntax.tolerance.text} of`;
      return `${print(syntax.left, SUM)} ${syntax.comparison}${tolerance} ${print(syntax.right, SUM)}`;
    }
    case 'not':
      return `not ${print(syntax.of, NOT)}`;
  }
}

function printLabels(labels: readonly SyntaxLabel[]): string {
  if (labels.length === 0) return '';
  const each = labels.map(
    ({ label, negated, values }) =>
      `${label.text}${negated ? '!=' : '='}${values.map(({ text }) => text).join('|')}`,
  );
  return `{${each.join(', ')}}`;
}

function strengthOf(syntax: Syntax): number {
  switch (syntax.kind) {
    case 'logic':
      return syntax.operator === 'or' ? OR : AND;
    case 'not':
      return NOT;
    case 'comparison':
      return COMPARISON;
    case 'binary':
      return syntax.operator === '+' || syntax.operator === '-' ? SUM : PRODUCT;
    default:
      return OPERAND;
  }
}
