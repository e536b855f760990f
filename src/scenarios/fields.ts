/**
 * The kinds of values that occur in a scenario, as zod types: quantities with units are text outside and numbers
 * inside. What they refuse is reported as a `Complaint` in the parameters of a custom issue.
 */
import { z } from 'zod';
import { type Checked, quote, reject } from './complaint.ts';
import { parseDuration, parseFrequency, parseRange, parseRate, parseSize, type Range } from './units.ts';

/** A value of a kind that `parse` reads from text. A number is read as well, so that its missing unit is complained of. */
function written<T>(parse: (text: string) => Checked<T>, examples: readonly string[]) {
  const example = examples.map((one) => `"${one}"`).join(' or ');
  return z
    .unknown()
    .transform((value, context): T => {
      const result =
        typeof value === 'string' || typeof value === 'number'
          ? parse(String(value))
          : reject(`${quote(value)} stands where text such as ${example} should`);
      if (result.ok) return result.value;
      context.addIssue({
        code: 'custom',
        message: result.complaint.message,
        params: { complaint: result.complaint },
      });
      return z.NEVER;
    })
    .meta({ type: 'string', examples: [...examples] });
}

/** The text `word`, which gives `value`, or what `parse` reads. */
function wordOr<T>(word: string, value: T, parse: (text: string) => Checked<T>) {
  return (text: string): Checked<T> => {
    if (text.trim() === word) return { ok: true, value };
    const parsed = parse(text);
    if (parsed.ok) return parsed;
    const { complaint } = parsed;
    return { ok: false, complaint: { ...complaint, expected: `${complaint.expected}, or "${word}"` } };
  };
}

const range = (parse: (text: string) => Checked<number>) => (text: string) => parseRange(text, parse);

/** Microseconds. */
export const duration = () => written(parseDuration, ['20ms', '1m30s']);
/** Microseconds, zero excluded. */
export const positiveDuration = () => written(positive(parseDuration), ['20ms', '1m30s']);
/** Microseconds from and to. */
export const durationRange = () => written(range(parseDuration), ['20ms', '20ms..60ms']);
/** Microseconds from and to, or undefined for `forever`. */
export const durationRangeOrForever = () =>
  written(wordOr<Range | undefined>('forever', undefined, range(parseDuration)), [
    '10m',
    '5m..15m',
    'forever',
  ]);
/** Bytes. */
export const size = () => written(parseSize, ['64 MiB', '1 GB']);
/** Bytes, zero excluded. */
export const positiveSize = () => written(positive(parseSize), ['64 MiB', '1 GB']);
/** Bytes per second from and to. */
export const rateRange = () => written(range(parseRate), ['8 Mbit/s', '4 Mbit/s..8 Mbit/s']);
/** Bytes per second, or 0 for `none`. */
export const rateOrNone = () => written(wordOr('none', 0, parseRate), ['96 KiB/s', 'none']);
/** The mean time between two events, in microseconds. */
export const frequency = () => written(parseFrequency, ['2/s', '30/m']);

/** One of the names registered for a kind of strategy. */
export const strategy = (names: readonly string[]) => z.enum(names as [string, ...string[]]);

/** A name that may stand in a file name, an identifier or an expression. */
export const name = () =>
  z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'lower-case letters, digits and single hyphens, a letter first')
    .max(64);

function positive(parse: (text: string) => Checked<number>) {
  return (text: string): Checked<number> => {
    const parsed = parse(text);
    return parsed.ok && parsed.value === 0
      ? reject(`${quote(text)} is zero`, { expected: 'more than zero' })
      : parsed;
  };
}
