/**
 * The grammar of expectations:
 *
 *     expectation  = [ when ] condition [ "by" time ]
 *     when         = ( "always" | "eventually" ) [ span ] | "during" time ".." time | "at" time
 *     span         = "during" time ".." time | [ "from" time ] [ ( "until" | "by" ) time ]
 *     condition    = conjunction { "or" conjunction }
 *     conjunction  = negation { "and" negation }
 *     negation     = "not" negation | "(" condition ")" | sum comparison sum | sum "within" [ share "of" ] sum
 *     comparison   = "==" | "!=" | "<" | "<=" | ">" | ">="
 *     sum          = product { ( "+" | "-" ) product }
 *     product      = operand { ( "*" | "/" | "of" ) operand }
 *     operand      = number [ unit ] | metric | aggregate "(" ( sum | condition ) [ "where" condition ] ")" | "(" sum ")"
 *                  | "average" "(" metric [ span ] ")" | "baseline" [ "(" sum ")" ]
 *     metric       = name [ "{" label { "," label } "}" ]
 *     label        = name ( "=" | "!=" ) value { "|" value }
 *
 * "by" goes with "eventually" only. It says what an expectation looks like, not what its names mean. The first fault ends
 * the reading.
 */
import { type Checked, type Complaint, complain } from '../complaint.ts';
import { nearest } from '../nearest.ts';
import { PLAIN, sameDimension, TIME } from './dimensions.ts';
import {
  type ExpectationSyntax,
  isCondition,
  type Named,
  type Operator,
  type Span,
  type Syntax,
  type SyntaxLabel,
  type Temporal,
  type TimeWindow,
} from './syntax.ts';
import { type ComparisonSign, describeToken, KEYWORDS, type Sign, type Token, tokenize } from './tokens.ts';

/** Longer expressions are refused unread, in characters. */
const MAX_LENGTH = 1000;
/** Brackets and negations within each other. */
const MAX_DEPTH = 30;
const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];
/** Words that go on from an operand; any other word after one is out of place. */
const JOINING: readonly string[] = ['and', 'or', 'of', 'within', 'where', 'from', 'until', 'during', 'by'];
const BEGINNINGS = ['always', 'eventually', 'during', 'at', 'not'];

/** Reads an expectation. The offset of a complaint counts within `text`. */
export function parseExpectation(text: string): Checked<ExpectationSyntax> {
  if (text.length > MAX_LENGTH) {
    return {
      ok: false,
      complaint: complain('the expression is too long', { expected: `at most ${MAX_LENGTH} characters` }),
    };
  }
  const tokens = tokenize(text);
  if (!tokens.ok) return tokens;
  try {
    return { ok: true, value: new Parser(text, tokens.value).expectation() };
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
  #depth = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  expectation(): ExpectationSyntax {
    const temporal = this.#temporal();
    const window = temporal && this.#window(temporal.kind, temporal.text === 'during');
    const condition = this.#disjunction(false);
    const late = this.#peek();
    const byUs = this.#instant('by');
    const end = this.#peek();
    if (end.kind === 'sign' && COMPARISONS.includes(end.sign)) {
      throw this.#unexpected('one comparison: join two of them with "and"');
    }
    if (end.kind !== 'end')
      throw this.#unexpected('the end of the expression, "and", "or" or one of + - * /');
    if (byUs === undefined) return { temporal, window, condition };
    if (temporal?.kind !== 'eventually')
      throw faultAt(late, '"by" goes with "eventually" only', '"eventually" in front of the expression');
    if (window?.untilUs !== undefined)
      throw faultAt(late, 'it is said twice until when', 'one "by" or "until"');
    return { temporal, condition, window: this.#inOrder(window?.fromUs, byUs, late) };
  }

  #temporal(): ExpectationSyntax['temporal'] {
    const token = this.#peek();
    if (token.kind !== 'name') return undefined;
    const kind: Temporal | undefined =
      token.text === 'during'
        ? 'always'
        : (['always', 'eventually', 'at'] as const).find((one) => one === token.text);
    if (kind !== undefined) {
      this.#position++;
      return { kind, text: token.text, offset: token.offset, length: token.length };
    }
    const isSpan = token.text === 'from' || token.text === 'until' || token.text === 'by';
    if (isSpan) throw this.#unexpected(`"always" or "eventually" before "${token.text}"`);
    return undefined;
  }

  /** What follows "always", "eventually", "during" or "at". */
  #window(temporal: Temporal, during: boolean): TimeWindow | undefined {
    if (temporal === 'at') {
      const atUs = this.#time();
      return { fromUs: atUs, untilUs: atUs };
    }
    if (during) return this.#range();
    return this.#span(temporal);
  }

  #span(temporal: Temporal): TimeWindow | undefined {
    if (this.#takesWord('during')) return this.#range();
    const from = this.#instant('from');
    const second = this.#peek();
    if (temporal === 'always' && second.kind === 'name' && second.text === 'by') {
      throw this.#unexpected('"until": what always holds does so until then', 'until');
    }
    const until = this.#instant('until') ?? this.#instant('by');
    if (from === undefined && until === undefined) return undefined;
    return this.#inOrder(from, until, second);
  }

  /** "5m..10m" */
  #range(): TimeWindow {
    const from = this.#time();
    this.#need('..', '"..", as in "during 5m..10m"');
    const second = this.#peek();
    return this.#inOrder(from, this.#time(), second);
  }

  #inOrder(from: number | undefined, until: number | undefined, second: Token): TimeWindow {
    if (from !== undefined && until !== undefined && until < from)
      throw faultAt(second, 'this ends before it begins', 'an end that is not before the beginning');
    return { fromUs: from, untilUs: until };
  }

  /** "from 5m", "until 5m" or "by 5m". */
  #instant(word: string): number | undefined {
    return this.#takesWord(word) ? this.#time() : undefined;
  }

  #time(): number {
    const number = this.#peek();
    if (number.kind !== 'number' || !sameDimension(number.dimension, TIME))
      throw this.#unexpected('a time of the run, such as 5m');
    this.#position++;
    return number.value;
  }

  /** `loose`: within brackets, where a quantity may stand as well. */
  #disjunction(loose: boolean): Syntax {
    return this.#joined('or', () => this.#joined('and', () => this.#negation(loose)));
  }

  #joined(operator: 'and' | 'or', next: () => Syntax): Syntax {
    let left = next();
    while (this.#takesWord(operator)) {
      const right = next();
      left = { kind: 'logic', operator, left, right, ...spanOf(left, right) };
    }
    return left;
  }

  #negation(loose: boolean): Syntax {
    const token = this.#peek();
    if (!this.#takesWord('not')) return this.#comparison(loose);
    const of = this.#within(token, () => this.#negation(loose));
    return { kind: 'not', of, ...spanOf(token, of) };
  }

  #comparison(loose: boolean): Syntax {
    const left = this.#sum();
    const token = this.#peek();
    if (token.kind === 'sign' && token.sign === '=') throw this.#unexpected('a comparison', '==');
    if (this.#takesWord('within')) {
      const tolerance = this.#tolerance();
      const right = this.#sum();
      return { kind: 'comparison', comparison: 'within', left, right, tolerance, ...spanOf(left, right) };
    }
    if (token.kind !== 'sign' || !COMPARISONS.includes(token.sign)) {
      if (loose || isCondition(left)) return left;
      throw this.#unexpected(`a comparison (${COMPARISONS.join(' ')} within)`);
    }
    this.#position++;
    const right = this.#sum();
    const comparison = token.sign as ComparisonSign;
    return { kind: 'comparison', comparison, left, right, tolerance: undefined, ...spanOf(left, right) };
  }

  /** "5% of" */
  #tolerance(): Extract<Syntax, { kind: 'number' }> | undefined {
    const share = this.#peek();
    const next = this.#tokens[this.#position + 1];
    if (share.kind !== 'number' || next?.kind !== 'name' || next.text !== 'of') return undefined;
    if (!sameDimension(share.dimension, PLAIN))
      throw this.#unexpected('a share, such as "within 5% of baseline"');
    this.#position += 2;
    return share;
  }

  #sum(): Syntax {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/', 'of'], () => this.#operand()));
  }

  #chain(operators: readonly string[], next: () => Syntax): Syntax {
    let left = next();
    for (;;) {
      const token = this.#peek();
      const word = token.kind === 'sign' ? token.sign : token.kind === 'name' ? token.text : '';
      if (!operators.includes(word)) return left;
      this.#position++;
      const right = next();
      const operator = (word === 'of' ? '*' : word) as Operator;
      left = { kind: 'binary', operator, left, right, ...spanOf(left, right) };
    }
  }

  #operand(): Syntax {
    const token = this.#peek();
    if (token.kind === 'number') {
      this.#position++;
      return token;
    }
    if (this.#takes('(')) {
      const inner = this.#within(token, () => this.#disjunction(true));
      this.#need(')');
      return inner;
    }
    if (token.kind !== 'name') throw this.#unexpected('a number, a metric or an aggregate such as max(...)');
    if (token.text === 'baseline') return this.#baseline(token);
    this.#refuseWord(token);
    this.#position++;
    if (this.#takes('(')) return token.text === 'average' ? this.#average(token) : this.#aggregate(token);
    const labels = this.#takes('{') ? this.#labels() : [];
    const end = this.#tokens[this.#position - 1] as Token;
    return { kind: 'metric', name: token, labels, ...spanOf(token, end) };
  }

  #aggregate(name: Extract<Token, { kind: 'name' }>): Syntax {
    const { of, where } = this.#within(name, () => ({
      of: this.#disjunction(true),
      where: this.#takesWord('where') ? this.#disjunction(false) : undefined,
    }));
    const end = this.#need(')');
    return { kind: 'aggregate', name, of, where, ...spanOf(name, end) };
  }

  #average(token: Token): Syntax {
    const of = this.#within(token, () => this.#operand());
    const window = this.#span('always');
    const end = this.#need(')');
    return { kind: 'average', of, window, ...spanOf(token, end) };
  }

  #baseline(token: Token): Syntax {
    this.#position++;
    if (!this.#takes('(')) return { kind: 'baseline', of: undefined, ...spanOf(token, token) };
    const of = this.#within(token, () => this.#sum());
    const end = this.#need(')');
    return { kind: 'baseline', of, ...spanOf(token, end) };
  }

  /** Reads what stands in brackets, so deep at most that no text exhausts the stack. */
  #within<Read>(token: Token, read: () => Read): Read {
    this.#depth++;
    if (this.#depth > MAX_DEPTH)
      throw faultAt(token, 'the brackets are too deep', `at most ${MAX_DEPTH} within each other`);
    const inner = read();
    this.#depth--;
    return inner;
  }

  /** A word of the grammar, or one that was meant to be one, where a metric should stand. */
  #refuseWord(token: Extract<Token, { kind: 'name' }>): void {
    if ((BEGINNINGS as readonly string[]).includes(token.text) && token.text !== 'not')
      throw this.#unexpected(
        `"${token.text}" at the beginning only: it is about the whole of an expectation`,
      );
    if ((KEYWORDS as readonly string[]).includes(token.text))
      throw this.#unexpected('a number, a metric or an aggregate such as max(...)');
    const next = this.#tokens[this.#position + 1];
    const follows = next?.kind === 'number' || (next?.kind === 'name' && !JOINING.includes(next.text));
    if (!follows || token.text.includes('.')) return;
    throw faultAt(
      token,
      `unknown word "${token.text}"`,
      `a metric, an aggregate, or one of ${BEGINNINGS.join(', ')}`,
      nearest(token.text, BEGINNINGS),
    );
  }

  #labels(): SyntaxLabel[] {
    const labels: SyntaxLabel[] = [];
    do {
      const label = this.#name('a label, such as group');
      const negated = this.#takes('!=');
      if (!negated) this.#need('=', '"=" or "!="', this.#isSign('==') ? '=' : undefined);
      const values = [this.#name(`a value of ${label.text}`)];
      while (this.#takes('|')) values.push(this.#name(`another value of ${label.text}`));
      labels.push({ label, negated, values });
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

  #isSign(sign: Sign): boolean {
    const token = this.#peek();
    return token.kind === 'sign' && token.sign === sign;
  }

  #takes(sign: Sign): boolean {
    if (!this.#isSign(sign)) return false;
    this.#position++;
    return true;
  }

  #takesWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'name' || token.text !== word) return false;
    this.#position++;
    return true;
  }

  #need(sign: Sign, expected = `"${sign}"`, suggestion?: string): Token {
    const token = this.#peek();
    if (!this.#takes(sign)) throw this.#unexpected(expected, suggestion);
    return token;
  }

  #peek(): Token {
    return this.#tokens[this.#position] as Token;
  }

  #unexpected(expected: string, suggestion?: string): SyntaxFault {
    const token = this.#peek();
    return faultAt(token, `${describeToken(token, this.#text)} is out of place`, expected, suggestion);
  }
}

function faultAt({ offset, length }: Span, message: string, expected: string, suggestion?: string) {
  return new SyntaxFault(complain(message, { expected, suggestion, offset, length }));
}

function spanOf(from: Span, to: Span): Span {
  return { offset: from.offset, length: to.offset + to.length - from.offset };
}
