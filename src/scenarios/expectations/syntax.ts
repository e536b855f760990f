/** An expectation as it is read, before its names mean anything: a tree whose nodes know their places in the text. */
import type { Dimension } from './dimensions.ts';
import type { ComparisonSign } from './tokens.ts';

/** A part of the text, in UTF-16 units. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

export interface Named extends Span {
  readonly text: string;
}

/** `label=a|b` or, negated, `label!=a|b`. */
export interface SyntaxLabel {
  readonly label: Named;
  readonly negated: boolean;
  readonly values: readonly Named[];
}

export type Operator = '+' | '-' | '*' | '/';

/** `within`: no further away than a share of the right side. */
export type Comparison = ComparisonSign | 'within';

/** Quantities and conditions alike: which of the two may stand where is a matter of meaning. */
export type Syntax = Span &
  (
    | {
        readonly kind: 'number';
        readonly value: number;
        readonly dimension: Dimension;
        readonly text: string;
      }
    | { readonly kind: 'metric'; readonly name: Named; readonly labels: readonly SyntaxLabel[] }
    | {
        readonly kind: 'aggregate';
        readonly name: Named;
        readonly of: Syntax;
        /** What a peer or piece must meet to count; undefined: all do. */
        readonly where: Syntax | undefined;
      }
    /** The mean over a part of the run. */
    | { readonly kind: 'average'; readonly of: Syntax; readonly window: TimeWindow | undefined }
    /** `of` undefined: the baseline of what it is compared with. */
    | { readonly kind: 'baseline'; readonly of: Syntax | undefined }
    | {
        readonly kind: 'binary';
        readonly operator: Operator;
        readonly left: Syntax;
        readonly right: Syntax;
      }
    | ComparisonSyntax
    | {
        readonly kind: 'logic';
        readonly operator: 'and' | 'or';
        readonly left: Syntax;
        readonly right: Syntax;
      }
    | { readonly kind: 'not'; readonly of: Syntax }
  );

export interface ComparisonSyntax extends Span {
  readonly kind: 'comparison';
  readonly comparison: Comparison;
  readonly left: Syntax;
  readonly right: Syntax;
  /** Of `within`: a share of the right side; undefined: the tolerance that the baseline comes with. */
  readonly tolerance: Extract<Syntax, { kind: 'number' }> | undefined;
}

/** `at`: at one instant. Without any of them an expectation is judged at the end of the run. */
export type Temporal = 'always' | 'eventually' | 'at';

/** Instants of the run, both ends included, in microseconds; undefined: as early or late as there is something. */
export interface TimeWindow {
  readonly fromUs: number | undefined;
  readonly untilUs: number | undefined;
}

export interface ExpectationSyntax {
  readonly temporal: (Named & { readonly kind: Temporal }) | undefined;
  /** Undefined: the whole run. */
  readonly window: TimeWindow | undefined;
  readonly condition: Syntax;
}

/** Whether this says yes or no, by its form. */
export function isCondition({ kind }: Syntax): boolean {
  return kind === 'comparison' || kind === 'logic' || kind === 'not';
}
