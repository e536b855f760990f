/** The words of an expression, each with its place: names, numbers with and without units, signs. */
import { type Checked, type Complaint, complain, quote } from '../complaint.ts';
import { nearestUnit, parseDuration, parsePercentage, parseRate, parseSize, unitKind } from '../units.ts';
import { BYTES, type Dimension, PLAIN, RATE, TIME } from './dimensions.ts';

export type Sign = '(' | ')' | '{' | '}' | ',' | '=' | '+' | '-' | '*' | '/' | Comparison;
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

export type Token = { readonly offset: number; readonly length: number } & (
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number; readonly dimension: Dimension }
  | { readonly kind: 'sign'; readonly sign: Sign }
  | { readonly kind: 'end' }
);

const SPACE = /\s*/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*/y;
/** Between braces a name is a label or a group, and hyphens belong to it. */
const LABEL = /[A-Za-z_][A-Za-z0-9_-]*/y;
/** A number with all that may belong to it: units, and the further parts of "1m30s". */
const QUANTITY = /\d+(?:\.\d+)?(?: ?(?:%|[A-Za-zµ]+(?:\/s(?![A-Za-z0-9_.]))?))?(?:\d+[A-Za-zµ]+)*/y;
const SIGN = /==|!=|<=|>=|[(){},=+\-*/<>]/y;

/** Splits an expression; the last token is the end. */
export function tokenize(text: string): Checked<Token[]> {
  const tokens: Token[] = [];
  let offset = 0;
  let inBraces = false;
  for (;;) {
    offset += match(SPACE, text, offset)?.length ?? 0;
    if (offset === text.length) break;
    const name = match(inBraces ? LABEL : NAME, text, offset);
    const quantity = name === undefined ? match(QUANTITY, text, offset) : undefined;
    const sign = name === undefined && quantity === undefined ? match(SIGN, text, offset) : undefined;
    const word = name ?? quantity ?? sign;
    if (word === undefined) {
      return { ok: false, complaint: unknownSign(text, offset) };
    }
    const place = { offset, length: word.length };
    if (name !== undefined) tokens.push({ kind: 'name', text: name, ...place });
    else if (quantity !== undefined) {
      const number = readQuantity(quantity, offset);
      if (!number.ok) return number;
      tokens.push({ kind: 'number', ...number.value, ...place });
    } else tokens.push({ kind: 'sign', sign: word as Sign, ...place });
    if (word === '{' || word === '}') inBraces = word === '{';
    offset += word.length;
  }
  tokens.push({ kind: 'end', offset: text.length, length: 1 });
  return { ok: true, value: tokens };
}

/** What a token is called in a message. */
export function describeToken(token: Token, text: string): string {
  return token.kind === 'end' ? 'the end' : quote(text.slice(token.offset, token.offset + token.length));
}

function readQuantity(text: string, offset: number): Checked<{ value: number; dimension: Dimension }> {
  const digits = /^\d+(?:\.\d+)?/.exec(text)?.[0] ?? '';
  const rest = text.slice(digits.length).trimStart();
  if (rest === '') return { ok: true, value: { value: Number(digits), dimension: PLAIN } };
  if (rest === '%') return placed(parsePercentage(text), PLAIN, 1, offset);
  const unit = /^[A-Za-zµ]+(?:\/s)?/.exec(rest)?.[0] ?? '';
  switch (unitKind(unit)) {
    case 'duration':
      return placed(parseDuration(text), TIME, 1, offset);
    case 'size':
      return placed(parseSize(text), BYTES, 1, offset);
    case 'rate':
      return placed(parseRate(text), RATE, 1e6, offset);
    default:
      return {
        ok: false,
        complaint: complain(`unknown unit ${quote(unit)}`, {
          expected: 'a unit of time, size or rate, such as s, MiB or Mbit/s',
          suggestion: nearestUnit(unit),
          offset: offset + text.length - rest.length,
          length: unit.length,
        }),
      };
  }
}

function placed(
  parsed: Checked<number>,
  dimension: Dimension,
  divisor: number,
  offset: number,
): Checked<{ value: number; dimension: Dimension }> {
  if (parsed.ok) return { ok: true, value: { value: parsed.value / divisor, dimension } };
  return { ok: false, complaint: { ...parsed.complaint, offset: parsed.complaint.offset + offset } };
}

function unknownSign(text: string, offset: number): Complaint {
  const sign = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  const right: Readonly<Record<string, string>> = {
    '≤': '<=',
    '≥': '>=',
    '≠': '!=',
    '×': '*',
    '·': '*',
    '÷': '/',
  };
  return complain(`${quote(sign)} has no meaning here`, {
    suggestion: right[sign],
    offset,
    length: sign.length,
  });
}

function match(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}
