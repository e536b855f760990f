/**
 * What an update would change in a baseline, value by value, for a person who has to agree. A number that is there is never
 * replaced in passing, not even within its tolerance: many small steps would carry it anywhere.
 */
import type { Baseline, BaselineValue } from './baseline.ts';

export interface NewValue {
  readonly expression: string;
  readonly unit: string;
  /** Undefined: the runs gave none. */
  readonly value: number | undefined;
}

export interface ReviewedValue {
  readonly expression: string;
  readonly old: BaselineValue | undefined;
  readonly now: BaselineValue | undefined;
  /**
   * "added": there was none. "changed": another number, unit or tolerance. "removed": no expectation asks for it any more.
   * "missing": an expectation asks, and the runs gave no value.
   */
  readonly kind: 'added' | 'same' | 'changed' | 'removed' | 'missing';
  /** Of a changed number: what it changed by, as a share of the old one; undefined where that was 0. */
  readonly change: number | undefined;
}

/** `tolerance`: of values that are new, and of all where `retolerate` says so. Expressions in the order of the scenario. */
export function reviewBaseline(
  old: Baseline | undefined,
  measured: readonly NewValue[],
  tolerance: number,
  retolerate: boolean,
): ReviewedValue[] {
  const kept = new Map(old?.values.map((value) => [value.expression, value]));
  const asked = measured.map(({ expression, unit, value }): ReviewedValue => {
    const before = kept.get(expression);
    if (value === undefined)
      return { expression, old: before, now: before, kind: 'missing', change: undefined };
    const now: BaselineValue = {
      expression,
      value,
      unit,
      tolerance: before === undefined || retolerate ? tolerance : before.tolerance,
    };
    if (before === undefined) return { expression, old: before, now, kind: 'added', change: undefined };
    const same = before.value === value && before.unit === unit && before.tolerance === now.tolerance;
    const change = before.value === 0 ? undefined : (value - before.value) / Math.abs(before.value);
    return { expression, old: before, now, kind: same ? 'same' : 'changed', change };
  });
  const wanted = new Set(measured.map(({ expression }) => expression));
  const removed = (old?.values ?? [])
    .filter(({ expression }) => !wanted.has(expression))
    .map(
      (value): ReviewedValue => ({
        expression: value.expression,
        old: value,
        now: undefined,
        kind: 'removed',
        change: undefined,
      }),
    );
  return [...asked, ...removed];
}

/** The values of a file after the update: `accepted` or as they were, and what is new. */
export function updatedValues(reviewed: readonly ReviewedValue[], accepted: boolean): BaselineValue[] {
  return reviewed.flatMap(({ old, now, kind }) => {
    const value = accepted || kind === 'added' ? now : old;
    return value === undefined ? [] : [value];
  });
}
