/**
 * Expressions in normal form: one way of writing each, with no more brackets than needed. Reading what is printed gives
 * the same tree, and printing that the same text; baselines are kept under it.
 */
import { formatExactDuration } from '../unit-text.ts';
import type { ExpectationSyntax, Syntax, SyntaxLabel } from './syntax.ts';

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
  const { fromUs, untilUs } = window ?? { fromUs: undefined, untilUs: undefined };
  if (temporal.kind === 'at') return `at ${formatExactDuration(fromUs ?? 0)} ${text}`;
  const from = fromUs === undefined ? '' : ` from ${formatExactDuration(fromUs)}`;
  const word = temporal.kind === 'always' ? 'until' : 'by';
  const until = untilUs === undefined ? '' : ` ${word} ${formatExactDuration(untilUs)}`;
  return `${temporal.kind}${from}${until} ${text}`;
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
    case 'aggregate':
      return `${syntax.name.text}(${printSyntax(syntax.of)})`;
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
