/**
 * Values between two ends, in equal steps or by equal factors: "10..100", "1 Mbit/s..4 Mbit/s". They are text with the
 * unit of the ends, as an author would have written them, rounded to four digits; numbers without a unit that are whole
 * at both ends are whole in between.
 */
import { power } from '../../sim/elementary-functions.ts';
import { accept, type Checked, quote, reject } from '../complaint.ts';
import { parseDuration, parseSize, unitKind } from '../units.ts';

export type Spacing = 'linear' | 'log';

const END = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Zµ%/]*)\s*$/;
const EXPECTED = 'two ends with the same unit, the smaller first: "10..100" or "1 Mbit/s..4 Mbit/s"';
const DIGITS = 4;

/** `steps` values from one end of `text` to the other, both included. */
export function spacedValues(spacing: Spacing, text: string, steps: number): Checked<(number | string)[]> {
  const [first = '', second, ...more] = text.split('..');
  const low = END.exec(first);
  const high = END.exec(second ?? '');
  if (low === null || high === null || more.length > 0) {
    return reject(`${quote(text)} is no range`, { expected: EXPECTED });
  }
  // A unit that stands once holds for both ends.
  const unit = high[2] as string;
  if (low[2] !== '' && low[2] !== unit) {
    return reject(`the ends of ${quote(text)} have different units`, { expected: EXPECTED });
  }
  const from = Number(low[1]);
  const to = Number(high[1]);
  if (from >= to) return reject(`the range ${quote(text)} is upside down or empty`, { expected: EXPECTED });
  if (spacing === 'log' && from === 0) {
    return reject(`no factor leads from 0 to ${to}`, { expected: 'a lower end above 0' });
  }
  const whole = unit === '' && Number.isInteger(from) && Number.isInteger(to);
  const values = Array.from({ length: steps }, (_, step) => {
    if (step === 0) return from;
    if (step === steps - 1) return to;
    const share = step / (steps - 1);
    const exact = spacing === 'linear' ? from + (to - from) * share : from * power(to / from, share);
    return whole ? Math.round(exact) : Number(exact.toPrecision(DIGITS));
  });
  const written = values.map((value) => (unit === '' ? value : writtenWith(value, unit)));
  if (new Set(written).size < written.length) {
    return reject(`${steps} steps in ${quote(text)} are not all different`, { expected: 'fewer steps' });
  }
  return accept(written);
}

/** Sizes and durations are whole numbers of bytes and microseconds: what is not is given in these. */
function writtenWith(value: number, unit: string): string {
  const text = unit === '%' ? `${value}%` : `${value} ${unit}`;
  const kind = unitKind(unit);
  if (kind !== 'size' && kind !== 'duration') return text;
  const parse = kind === 'size' ? parseSize : parseDuration;
  if (parse(text).ok) return text;
  const one = parse(`1 ${unit}`);
  return one.ok ? `${Math.round(value * one.value)} ${kind === 'size' ? 'B' : 'us'}` : text;
}
