/**
 * What a scenario expects, compiled: every name known, every unit checked, before anything runs. Plain JSON data.
 */
import type { Complaint } from '../complaint.ts';
import { checkComparison } from './check.ts';
import type { Dimension } from './dimensions.ts';
import { type Operator, parseComparison, type Temporal, type TimeWindow } from './grammar.ts';
import type { PeerMetric, PieceMetric, RunMetric, SwarmMetric } from './metrics.ts';
import type { Comparison } from './tokens.ts';

export interface Expectation {
  readonly name: string;
  /** The expression as written. */
  readonly text: string;
  /** Line of the scenario file, from 1. */
  readonly line: number;
  /** Undefined: judged once, at the end of the run. */
  readonly temporal: Temporal | undefined;
  /** The part of the run that "always" and "eventually" are about; undefined: all of it. */
  readonly window?: TimeWindow | undefined;
  readonly left: Formula;
  readonly comparison: Comparison;
  readonly right: Formula;
  /** Of both sides. */
  readonly dimension: Dimension;
}

/** How many values become one. `percentile` p is the smallest value that at least p % of all do not exceed. */
export type Aggregate =
  | { readonly kind: 'min' | 'max' | 'mean' | 'sum' | 'count' | 'fraction' }
  | { readonly kind: 'percentile'; readonly percent: number };

/** Values are in microseconds, bytes and plain numbers. */
export type Formula =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'run'; readonly metric: RunMetric }
  | {
      readonly kind: 'peers';
      readonly aggregate: Aggregate;
      readonly metric: PeerMetric;
      /** Undefined: all groups. */
      readonly group: string | undefined;
    }
  | { readonly kind: 'pieces'; readonly aggregate: Aggregate; readonly metric: PieceMetric }
  | {
      readonly kind: 'swarm';
      readonly metric: SwarmMetric;
      /** Undefined: all groups. */
      readonly group: string | undefined;
    }
  | {
      readonly kind: 'binary';
      readonly operator: Operator;
      readonly left: Formula;
      readonly right: Formula;
    };

export type Compiled =
  | { readonly ok: true; readonly value: Expectation }
  | { readonly ok: false; readonly complaints: readonly Complaint[] };

/** Compiles an expression. `groups` are the peer groups of the scenario. Offsets of complaints count within `text`. */
export function compileExpectation(
  name: string,
  text: string,
  line: number,
  groups: readonly string[],
): Compiled {
  const syntax = parseComparison(text);
  if (!syntax.ok) return { ok: false, complaints: [syntax.complaint] };
  const checked = checkComparison(syntax.value, groups);
  if (!checked.ok) return checked;
  const { temporal, comparison, window } = syntax.value;
  return {
    ok: true,
    value: {
      name,
      text,
      line,
      temporal: temporal?.text,
      ...(window === undefined ? {} : { window }),
      comparison,
      ...checked.value,
    },
  };
}
