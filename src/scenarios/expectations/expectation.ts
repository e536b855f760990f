/**
 * What a scenario expects, compiled: every name known, every unit checked, before anything runs. Plain JSON data.
 */
import type { Complaint } from '../complaint.ts';
import { checkExpectation } from './check.ts';
import type { Condition } from './formula.ts';
import { parseExpectation } from './grammar.ts';
import type { Vocabulary } from './labels.ts';
import { printExpectation } from './print.ts';
import type { Temporal, TimeWindow } from './syntax.ts';

/** What the author of a scenario says of an expectation beside the expression. */
export interface ExpectationTerms {
  readonly name: string;
  /** A warning is printed and never turns a run red. */
  readonly severity: 'error' | 'warning';
  /** Whether the run is stopped as soon as it is violated. */
  readonly abort: boolean;
  /** Why it should hold, for whoever sees it fail; empty: nothing was said. */
  readonly because: string;
}

export interface Expectation extends ExpectationTerms {
  /** The expression as written. */
  readonly text: string;
  /** The expression in normal form. */
  readonly normal: string;
  /** Line of the scenario file, from 1. */
  readonly line: number;
  /** Undefined: judged once, at the end of the run. */
  readonly temporal: Temporal | undefined;
  /** The part of the run that it is about; undefined: all of it. */
  readonly window: TimeWindow | undefined;
  readonly condition: Condition;
}

export type Compiled =
  | { readonly ok: true; readonly value: Expectation }
  | { readonly ok: false; readonly complaints: readonly Complaint[] };

/** An expectation about which nothing is said but its name. */
export function ordinary(name: string): ExpectationTerms {
  return { name, severity: 'error', abort: false, because: '' };
}

/** Compiles an expression. Offsets of complaints count within `text`. */
export function compileExpectation(
  terms: ExpectationTerms,
  text: string,
  line: number,
  vocabulary: Vocabulary,
): Compiled {
  const syntax = parseExpectation(text);
  if (!syntax.ok) return { ok: false, complaints: [syntax.complaint] };
  const checked = checkExpectation(syntax.value, vocabulary, terms.abort);
  if (!checked.ok) return checked;
  const { temporal, window } = syntax.value;
  return {
    ok: true,
    value: {
      ...terms,
      text,
      normal: printExpectation(syntax.value),
      line,
      temporal: temporal?.kind,
      window,
      condition: checked.value,
    },
  };
}
