/**
 * The grammar of expectations:
 *
 *     expectation  = [ ( "always" | "eventually" ) [ "from" time ] [ "until" time ] ] sum comparison sum
 *     comparison   = "==" | "!=" | "<" | "<=" | ">" | ">="
 *     sum          = product { ( "+" | "-" ) product }
 *     product      = operand { ( "*" | "/" ) operand }
 *     operand      = number [ unit ] | metric | aggregate "(" metric ")" | "(" sum ")"
 *     metric       = name [ "{" label "=" value { "," label "=" value } "}" ]
 *
 * It says what an expectation looks like, not what its names mean. The first fault ends the reading.
 */
import { type Checked, type Complaint, complain } from '../complaint.ts';
import { type Dimension, sameDimension, TIME } from './dimensions.ts';
import { type Comparison, describeToken, type Sign, type Token, tokenize } from './tokens.ts';

/** A part of the text, in UTF-16 units. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

export interface Named extends Span {
  readonly text: string;
}

export interface SyntaxLabel {
  readonly label: Named;
  readonly value: Named;
}

export type Syntax = Span &
  (
    | { readonly kind: 'number'; readonly value: number; readonly dimension: Dimension }
    | { readonly kind: 'metric'; readonly name: Named; readonly labels: readonly SyntaxLabel[] }
    | { readonly kind: 'aggregate'; readonly name: Named; readonly of: Syntax }
    | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Syntax; readonly right: Syntax }
  );

export type Operator = '+' | '-' | '*' | '/';
export type Temporal = 'always' | 'eventually';

/** Instants of the run, both ends included, in microseconds; undefined: as early or late as there is something. */
export interface TimeWindow {
  readonly fromUs: number | undefined;
  readonly untilUs: number | undefined;
}

export interface ComparisonSyntax {
  readonly temporal: (Named & { readonly text: Temporal }) | undefined;
  /** Undefined: the whole run. */
  readonly window: TimeWindow | undefined;
  readonly left: Syntax;
  readonly comparison: Comparison;
  readonly right: Syntax;
}

/** Longer expressions are refused unread, in characters. */
const MAX_LENGTH = 1000;
const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];

/** Reads an expectation. The offset of a complaint counts within `text`. */
export function parseComparison(text: string): Checked<ComparisonSyntax> {
  if (text.length > MAX_LENGTH) {
    return {
      ok: false,
      complaint: complain('the expression is too long', { expected: `at most ${MAX_LENGTH} characters` }),
    };
  }
  const tokens = tokenize(text);
  if (!tokens.ok) return tokens;
  try {
    return { ok: true, value: new Parser(text, tokens.value).comparison() };
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, complaint: error.complaint };
    throw error;
  }
}

/** Ends the reading at the first fault; never leaves this file. */
class SyntaxFault extends Error {
  readonly complaint: Complaint;

  constructor(complaint: Complaint) {
    super(complaint.message);
    this.complaint = complaint;
  }
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  comparison(): ComparisonSyntax {
    const temporal = this.#temporal();
    const window = temporal && this.#window();
    const left = this.#sum();
    const token = this.#peek();
    if (token.kind === 'sign' && token.sign === '=') throw this.#unexpected('a comparison', '==');
    if (token.kind !== 'sign' || !COMPARISONS.includes(token.sign)) {
      throw this.#unexpected(`a comparison (${COMPARISONS.join(' ')})`);
    }
    this.#position++;
    const right = this.#sum();
    const end = this.#peek();
    if (end.kind === 'sign' && COMPARISONS.includes(end.sign)) {
      throw this.#unexpected('one comparison: write two expectations');
    }
    if (end.kind !== 'end') throw this.#unexpected('the end of the expression or one of + - * /');
    return { temporal, window, left, comparison: token.sign as Comparison, right };
  }

  #temporal(): ComparisonSyntax['temporal'] {
    const token = this.#peek();
    if (token.kind !== 'name' || (token.text !== 'always' && token.text !== 'eventually')) return undefined;
    this.#position++;
    return { text: token.text, offset: token.offset, length: token.length };
  }

  #window(): TimeWindow | undefined {
    const from = this.#instant('from');
    const untilToken = this.#peek();
    const until = this.#instant('until');
    if (from === undefined && until === undefined) return undefined;
    if (from !== undefined && until !== undefined && until < from) {
      const place = { offset: untilToken.offset, length: untilToken.length };
      throw new SyntaxFault(
        complain('this ends before it begins', { expected: 'an "until" not before the "from"', ...place }),
      );
    }
    return { fromUs: from, untilUs: until };
  }

  /** "from 5m" or "until 5m". */
  #instant(word: 'from' | 'until'): number | undefined {
    const token = this.#peek();
    if (token.kind !== 'name' || token.text !== word) return undefined;
    this.#position++;
    const number = this.#peek();
    if (number.kind !== 'number' || !sameDimension(number.dimension, TIME))
      throw this.#unexpected('a time of the run, such as 5m');
    this.#position++;
    return number.value;
  }

  #sum(): Syntax {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/'], () => this.#operand()));
  }

  #chain(operators: readonly Sign[], next: () => Syntax): Syntax {
    let left = next();
    for (;;) {
      const token = this.#peek();
      if (token.kind !== 'sign' || !operators.includes(token.sign)) return left;
      this.#position++;
      const right = next();
      left = { kind: 'binary', operator: token.sign as Operator, left, right, ...spanOf(left, right) };
    }
  }

  #operand(): Syntax {
    const token = this.#peek();
    if (token.kind === 'number') {
      this.#position++;
      return token;
    }
    if (this.#takes('(')) {
      const inner = this.#sum();
      this.#need(')');
      return inner;
    }
    if (token.kind !== 'name') throw this.#unexpected('a number, a metric or an aggregate such as max(...)');
    this.#position++;
    if (this.#takes('(')) {
      const of = this.#sum();
      const end = this.#need(')');
      return { kind: 'aggregate', name: token, of, ...spanOf(token, end) };
    }
    const labels = this.#takes('{') ? this.#labels() : [];
    const end = this.#tokens[this.#position - 1] as Token;
    return { kind: 'metric', name: token, labels, ...spanOf(token, end) };
  }

  #labels(): SyntaxLabel[] {
    const labels: SyntaxLabel[] = [];
    do {
      const label = this.#name('a label, such as group');
      this.#need('=');
      labels.push({ label, value: this.#name('the name of a group') });
    } while (this.#takes(','));
    this.#need('}');
    return labels;
  }

  #name(expected: string): Named {
    const token = this.#peek();
    if (token.kind !== 'name') throw this.#unexpected(expected);
    this.#position++;
    return token;
  }

  #takes(sign: Sign): boolean {
    const token = this.#peek();
    if (token.kind !== 'sign' || token.sign !== sign) return false;
    this.#position++;
    return true;
  }

  #need(sign: Sign): Token {
    const token = this.#peek();
    if (!this.#takes(sign)) throw this.#unexpected(`"${sign}"`);
    return token;
  }

  #peek(): Token {
    return this.#tokens[this.#position] as Token;
  }

  #unexpected(expected: string, suggestion?: string): SyntaxFault {
    const token = this.#peek();
    const place = { offset: token.offset, length: token.length };
    return new SyntaxFault(
      complain(`${describeToken(token, this.#text)} is out of place`, { expected, suggestion, ...place }),
    );
  }
}

function spanOf(from: Span, to: Span): Span {
  return { offset: from.offset, length: to.offset + to.length - from.offset };
}
