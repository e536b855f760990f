/** The outcome of an expectation, with the numbers that it rests on. Plain JSON data. */

import { formatDuration } from '../unit-text.ts';
import { type Dimension, formatMeasure, unitOf } from './dimensions.ts';
import type { Expectation } from './expectation.ts';
import type { Temporal } from './grammar.ts';
import type { Comparison } from './tokens.ts';

export interface Measure {
  readonly value: number;
  /** "us", "bytes", "bytes/us", "" for a plain number. */
  readonly unit: string;
  /** The value for people: "6m12s". */
  readonly text: string;
}

export interface Verdict {
  readonly name: string;
  /** The expression as written; empty for the verdict on a scenario that expects nothing. */
  readonly expression: string;
  /** Line of the scenario file, from 1. */
  readonly line: number;
  /** Only `held` is good. */
  readonly status: 'held' | 'failed' | 'no-data';
  readonly temporal: Temporal | undefined;
  readonly comparison: Comparison;
  /**
   * What stood on either side. Of an expectation over time: at its first violation, at the first instant at which it
   * held, or else where it came closest to the other outcome.
   */
  readonly left: Measure | undefined;
  readonly right: Measure | undefined;
  /** When the two sides had these values; undefined for what is judged at the end. */
  readonly atUs: number | undefined;
  /** When an `always` was first violated. */
  readonly firstViolationUs: number | undefined;
  /** How many times the comparison was made; 0 without data. */
  readonly evaluations: number;
  /** Why there is no verdict, for `no-data`. */
  readonly reason: string | undefined;
}

export function measure(value: number, dimension: Dimension): Measure {
  return { value, unit: unitOf(dimension), text: formatMeasure(value, dimension) };
}

/** One line about a verdict: "failed at 6m12s: 0 >= 1", "held: 12m04s < 25m". */
export function formatVerdict(verdict: Verdict): string {
  if (verdict.left === undefined || verdict.right === undefined)
    return `no data: ${verdict.reason ?? 'nothing was measured'}`;
  const comparison = `${verdict.left.text} ${verdict.comparison} ${verdict.right.text}`;
  const when = verdict.atUs === undefined ? '' : ` at ${formatDuration(verdict.atUs)}`;
  return `${verdict.status}${when}: ${comparison}`;
}

/** The verdict on a scenario without expectations. */
export const NOTHING_EXPECTED: Verdict = {
  name: 'the scenario expects something',
  expression: '',
  line: 1,
  status: 'no-data',
  temporal: undefined,
  comparison: '==',
  left: undefined,
  right: undefined,
  atUs: undefined,
  firstViolationUs: undefined,
  evaluations: 0,
  reason: 'the scenario has no expectation, so its run shows nothing; write at least one under "expect"',
};

/** The verdict on an expectation that could not be judged. */
export function noData(expectation: Expectation, reasons: readonly string[]): Verdict {
  return {
    ...unjudged(expectation),
    status: 'no-data',
    reason: [...new Set(reasons)].join('; ') || 'nothing was measured',
  };
}

/** A verdict on this expectation with nothing filled in. */
export function unjudged(expectation: Expectation): Verdict {
  const { name, text, line, temporal, comparison } = expectation;
  return {
    ...NOTHING_EXPECTED,
    name,
    expression: text,
    line,
    temporal,
    comparison,
    reason: undefined,
  };
}
