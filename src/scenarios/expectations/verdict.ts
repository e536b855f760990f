/** The outcome of an expectation, with the numbers that it rests on. Plain JSON data. */

import { formatDuration } from '../unit-text.ts';
import { type Dimension, formatMeasure, unitOf } from './dimensions.ts';
import type { Expectation } from './expectation.ts';
import type { Temporal, TimeWindow } from './grammar.ts';
import type { Comparison } from './tokens.ts';

export interface Measure {
  readonly value: number;
  /** "us", "bytes", "bytes/us", "" for a plain number. */
  readonly unit: string;
  /** The value for people: "6m12s", "60 of 60 (100 %)", "lowest 1". */
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
  /** The part of the run that it is about; absent: all of it. */
  readonly window?: TimeWindow | undefined;
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

export function measure(
  value: number,
  dimension: Dimension,
  text = formatMeasure(value, dimension),
): Measure {
  return { value, unit: unitOf(dimension), text };
}

const EXPECTED: Readonly<Record<Comparison, string>> = {
  '==': '',
  '!=': 'anything but ',
  '<': 'less than ',
  '<=': 'at most ',
  '>': 'more than ',
  '>=': 'at least ',
};

/**
 * What was measured beside what was expected, for people: "12m04s, expected less than 12m", "0 at 6m12s, expected at
 * least 1 throughout", "no data: …". Whether that is good is the verdict's status.
 */
export function formatMeasured(verdict: Verdict): string {
  const { left, right, temporal, status, atUs, comparison } = verdict;
  if (left === undefined || right === undefined)
    return `no data: ${verdict.reason ?? 'nothing was measured'}`;
  // Of an "always" that held, the instant at which it was closest to failing tells nobody anything.
  const heldThroughout = temporal === 'always' && status === 'held';
  const when = atUs === undefined || heldThroughout ? '' : ` at ${formatDuration(atUs)}`;
  const always = verdict.window === undefined ? ' throughout' : ' all the time';
  const within = verdict.window === undefined ? '' : formatWindow(verdict.window);
  const span = temporal === undefined ? '' : `${temporal === 'always' ? always : ' at some time'}${within}`;
  return `${left.text}${when}, expected ${EXPECTED[comparison]}${right.text}${span}`;
}

/** " from 5m until 10m". */
export function formatWindow({ fromUs, untilUs }: TimeWindow): string {
  const from = fromUs === undefined ? '' : ` from ${formatDuration(fromUs)}`;
  return untilUs === undefined ? from : `${from} until ${formatDuration(untilUs)}`;
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
  const { name, text, line, temporal, window, comparison } = expectation;
  return {
    ...NOTHING_EXPECTED,
    name,
    expression: text,
    line,
    temporal,
    ...(window === undefined ? {} : { window }),
    comparison,
    reason: undefined,
  };
}
