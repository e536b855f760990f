/** The words of an expression, each with its place: names, numbers with and without units, signs. */
import { type Checked, type Complaint, complain, quote } from '../complaint.ts';
import { nearestUnit, parseDuration, parseRate, parseSize, unitKind } from '../units.ts';
import { BYTES, type Dimension, PLAIN, RATE, TIME } from './dimensions.ts';

export type Sign = '(' | ')' | '{' | '}' | ',' | '|' | '=' | '+' | '-' | '*' | '/' | '..' | ComparisonSign;
export type ComparisonSign = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** Words that are no names of metrics. */
export const KEYWORDS = [
  'always',
  'eventually',
  'at',
  'during',
  'from',
  'until',
  'by',
  'and',
  'or',
  'not',
  'of',
  'within',
  'where',
  'baseline',
] as const;

export type Token = { readonly offset: number; readonly length: number } & (
  | { readonly kind: 'name'; readonly text: string }
  | {
      readonly kind: 'number';
      readonly value: number;
      readonly dimension: Dimension;
      /** As written, but for spaces: "64 MiB", "1m30s", "40%". */
      readonly text: string;
    }
  | { readonly kind: 'sign'; readonly sign: Sign }
  | { readonly kind: 'end' }
);

const SPACE = /\s*/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*/y;
/** Between braces a name is a label or one of its values, and hyphens belong to it; a strategy may be named by a path. */
const LABEL = /(?:\.{0,2}\/)?[A-Za-z_](?:[A-Za-z0-9_/-]|\.(?!\.))*/y;
/** A number with all that may belong to it: units, and the further parts of "1m30s". */
const QUANTITY =
  /\d+(?:\.\d+)?(?: ?(?:%|(?!(?:and|or|not|of|by|within|where|from|until)\b)[A-Za-zµ]+(?:\/s(?![A-Za-z0-9_.]))?))?(?:\d+[A-Za-zµ]+)*/y;
const SIGN = /==|!=|<=|>=|\.\.|[(){},|=+\-*/<>]/y;

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

interface Quantity {
  readonly value: number;
  readonly dimension: Dimension;
  readonly text: string;
}

function readQuantity(written: string, offset: number): Checked<Quantity> {
  const quantity = readValue(written, offset);
  if (!quantity.ok) return quantity;
  const close = written.replaceAll(' ', '');
  const apart = quantity.value.dimension.bytes !== 0;
  const text = apart ? close.replace(/[A-Za-z]/, (unit) => ` ${unit}`) : close;
  return { ok: true, value: { ...quantity.value, text } };
}

function readValue(text: string, offset: number): Checked<{ value: number; dimension: Dimension }> {
  const digits = /^\d+(?:\.\d+)?/.exec(text)?.[0] ?? '';
  const rest = text.slice(digits.length).trimStart();
  if (rest === '') return { ok: true, value: { value: Number(digits), dimension: PLAIN } };
  // A share may be more than all of it: 110 % of a baseline.
  if (rest === '%') return { ok: true, value: { value: Number(digits) / 100, dimension: PLAIN } };
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
    '&': 'and',
    '!': 'not',
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
