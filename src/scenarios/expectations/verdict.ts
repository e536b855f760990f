/** The outcome of an expectation, with the numbers that it rests on. Plain JSON data. */

import { formatDuration, formatPercentage } from '../unit-text.ts';
import { type Dimension, formatMeasure, unitOf } from './dimensions.ts';
import type { Compared, Subject } from './evaluate.ts';
import type { Expectation } from './expectation.ts';
import type { Comparison, Temporal, TimeWindow } from './syntax.ts';

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
  /** A warning does not turn a run red. */
  readonly severity: 'error' | 'warning';
  /** Why it should hold, as the author put it; empty: nothing was said. */
  readonly because: string;
  readonly temporal: Temporal | undefined;
  /** The part of the run that it is about; absent: all of it. */
  readonly window?: TimeWindow | undefined;
  /** Of an expectation that makes several: the one that decided, and the one that the numbers are of. */
  readonly comparison: Comparison;
  /** That one in normal form, where there are several; absent: there is only one. */
  readonly part?: string;
  /** Whether the contrary of the comparison was expected. */
  readonly negated?: boolean;
  /** Of `within`: the share of the right side. */
  readonly tolerance?: number;
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
  /** The peer or piece whose value it is, where it is that of one. */
  readonly subject?: Subject;
  /** Whether the run was stopped for it. */
  readonly stoppedRun?: boolean;
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
  within: 'within ',
};

/**
 * What was measured beside what was expected, for people: "12m04s (crowd-7), expected less than 12m", "0 (piece 12) at
 * 6m12s, expected at least 1 throughout", "no data: …". Whether that is good is the verdict's status.
 */
export function formatMeasured(verdict: Verdict): string {
  const { left, right, temporal, status, atUs } = verdict;
  if (left === undefined || right === undefined)
    return `no data: ${verdict.reason ?? 'nothing was measured'}`;
  // Of an "always" that held, the instant at which it was closest to failing tells nobody anything.
  const heldThroughout = temporal === 'always' && status === 'held';
  const when = atUs === undefined || heldThroughout ? '' : ` at ${formatDuration(atUs)}`;
  const who = status === 'held' ? '' : formatSubject(verdict);
  const part = verdict.part === undefined ? '' : `${verdict.part}: `;
  const stopped = verdict.stoppedRun === true ? '; the run was stopped' : '';
  return `${part}${left.text}${who}${when}, expected ${formatExpected(verdict, right)}${formatSpan(verdict)}${stopped}`;
}

function formatExpected({ comparison, negated, tolerance }: Verdict, right: Measure): string {
  const share = comparison === 'within' ? `${formatPercentage(tolerance ?? 0)} of ` : '';
  return `${negated === true ? 'not ' : ''}${EXPECTED[comparison]}${share}${right.text}`;
}

function formatSubject({ subject, left }: Verdict): string {
  if (subject === undefined) return '';
  // One of those that keep a share from what is expected, and not the only one.
  if (left?.text.endsWith(')') === true) return `, such as ${subject.name}`;
  return ` (${subject.kind === 'piece' ? 'piece ' : ''}${subject.name})`;
}

function formatSpan({ temporal, window }: Verdict): string {
  if (temporal === undefined || temporal === 'at') return '';
  const within = window === undefined ? '' : formatWindow(window);
  if (temporal === 'eventually') return ` at some time${within}`;
  return `${window === undefined ? ' throughout' : ' all the time'}${within}`;
}

/** " from 5m until 10m", " at 5m". */
export function formatWindow({ fromUs, untilUs }: TimeWindow): string {
  if (fromUs !== undefined && fromUs === untilUs) return ` at ${formatDuration(fromUs)}`;
  const from = fromUs === undefined ? '' : ` from ${formatDuration(fromUs)}`;
  return untilUs === undefined ? from : `${from} until ${formatDuration(untilUs)}`;
}

/** The verdict on a scenario without expectations. */
export const NOTHING_EXPECTED: Verdict = {
  name: 'the scenario expects something',
  expression: '',
  line: 1,
  status: 'no-data',
  severity: 'error',
  because: '',
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

/** A verdict on this expectation, in which `compared` decided, with no numbers filled in. */
export function unjudged(expectation: Expectation, compared?: Compared): Verdict {
  const { name, text, line, severity, because, temporal, window, condition } = expectation;
  const several = condition.kind === 'and' || condition.kind === 'or';
  const { formula, tolerance, negated } = compared ?? {};
  return {
    ...NOTHING_EXPECTED,
    name,
    expression: text,
    line,
    severity,
    because,
    temporal,
    ...(window === undefined ? {} : { window }),
    ...(formula === undefined ? {} : { comparison: formula.comparison }),
    ...(several && formula !== undefined ? { part: formula.text } : {}),
    ...(negated === true ? { negated } : {}),
    ...(tolerance === undefined ? {} : { tolerance }),
    reason: undefined,
  };
}
