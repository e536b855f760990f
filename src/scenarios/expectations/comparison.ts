/** Arithmetic and comparison of values. */
import type { Operator } from './syntax.ts';
import type { ComparisonSign } from './tokens.ts';

/** Undefined where it is divided by nought. */
export function arithmetic(left: number, operator: Operator, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : left / right;
  }
}

export function satisfies(left: number, comparison: ComparisonSign, right: number): boolean {
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

/** Whether `left` is no further from `right` than this share of it. */
export function isWithin(left: number, right: number, tolerance: number): boolean {
  return Math.abs(left - right) <= tolerance * Math.abs(right);
}
