/**
 * The kinds of values that occur in a scenario, as zod types: quantities with units are text outside and numbers
 * inside. What they refuse is reported as a `Complaint` in the parameters of a custom issue.
 */
import { z } from 'zod';
import { type Checked, complain, quote, reject } from './complaint.ts';
import { nearest } from './nearest.ts';
import { regionPresetNames } from './regions.ts';
import { patterns } from './unit-patterns.ts';
import {
  parseDuration,
  parseFrequency,
  parseRange,
  parseRate,
  parseShare,
  parseSize,
  type Range,
} from './units.ts';
import { parseDayHours, parseWeekDays, parseWeekTime } from './weekly.ts';

/**
 * A value of a kind that `parse` reads from text, with a pattern for editors. A number is read as well, so that its missing
 * unit is complained of.
 */
export function written<T>(
  parse: (text: string) => Checked<T>,
  pattern: string,
  examples: readonly string[],
) {
  const example = examples.map((one) => `"${one}"`).join(' or ');
  return z
    .unknown()
    .transform((value, context): T => {
      const result =
        typeof value === 'string' || typeof value === 'number'
          ? parse(String(value))
          : reject(`${quote(value)} stands where text such as ${example} should`);
      if (result.ok) return result.value;
      const refusesKind = value !== null && typeof value === 'object';
      context.addIssue({
        code: 'custom',
        message: result.complaint.message,
        params: { complaint: result.complaint, refusesKind },
      });
      return z.NEVER;
    })
    .meta({ type: 'string', pattern, examples: [...examples] });
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
export const duration = () => written(parseDuration, patterns.duration, ['20ms', '1m30s']);
/** Microseconds, zero excluded. */
export const positiveDuration = () =>
  written(positive(parseDuration), patterns.positiveDuration, ['20ms', '1m30s']);
/** Microseconds from and to. */
export const durationRange = () =>
  written(range(parseDuration), patterns.durationRange, ['20ms', '20ms..60ms']);
/** Microseconds from and to, or undefined for `forever`. */
export const durationRangeOrForever = () =>
  written(
    wordOr<Range | undefined>('forever', undefined, range(parseDuration)),
    patterns.durationRangeOrForever,
    ['10m', '5m..15m', 'forever'],
  );
/** Bytes. */
export const size = () => written(parseSize, patterns.size, ['64 MiB', '1 GB']);
/** Bytes, zero excluded. */
export const positiveSize = () => written(positive(parseSize), patterns.positiveSize, ['64 MiB', '1 GB']);
/** Bytes per second. */
export const rate = () => written(parseRate, patterns.rate, ['8 Mbit/s', '96 KiB/s']);
/** Bytes per second, zero excluded. */
export const positiveRate = () =>
  written(positive(parseRate), patterns.positiveRate, ['8 Mbit/s', '96 KiB/s']);
/** Bytes per second from and to. */
export const rateRange = () =>
  written(range(parseRate), patterns.rateRange, ['8 Mbit/s', '4 Mbit/s..8 Mbit/s']);
/** Bytes per second, or 0 for `none`. */
export const rateOrNone = () =>
  written(wordOr('none', 0, parseRate), patterns.rateOrNone, ['96 KiB/s', 'none']);
/** Millionths. */
export const share = () => written(parseShare, patterns.share, ['25%', '0.5%']);
/** Thousandths: of a rate, which is not cut finer than that. */
export const sharePerMille = () => written(parsePerMille, patterns.share, ['25%', '12.5%']);
/** Millionths from and to. */
export const shareRange = () => written(range(parseShare), patterns.shareRange, ['0.5%', '0.1%..1%']);

/** Patterns of the texts that only one key takes. */
export const haveText = patterns.haveText;
export const pieceRange = patterns.pieceRange;

/** One kind for all, or a map with the share of each; `sharesFaults` sees that they sum to 100 %. */
export function kindOrShares<Name extends string>(names: readonly Name[]) {
  return z.union([z.enum(names), shares(names)]);
}

/** A map with the share of each kind, in millionths. */
export function shares<Name extends string>(names: readonly Name[]) {
  const one = share().optional();
  const shape = Object.fromEntries(
    names.map((name) => [name, one.describe(`Share of the peers that have "${name}".`)]),
  ) as Record<Name, typeof one>;
  return z.strictObject(shape).superRefine((value, context) => {
    if (Object.keys(value).length > 0) return;
    const complaint = complain('no shares are given', { expected: `shares of ${names.join(', ')}` });
    // Stops here, so that a map with other keys is not taken for one with shares.
    context.addIssue({ code: 'custom', message: complaint.message, params: { complaint }, continue: false });
  });
}

/** One of these, or a list of up to `most`; gives the list. */
export function oneOrMore<Entry extends z.ZodType>(entry: Entry, most: number) {
  return z
    .union([entry, z.array(entry).min(1).max(most)])
    .transform((value): readonly z.output<Entry>[] =>
      Array.isArray(value) ? value : [value as z.output<Entry>],
    );
}

/** A name for all, or a map of names with the share of each, in millionths. */
export const nameOrShares = () => z.union([name(), z.record(name(), share())]);

/** A preset of regions by name. */
export const regionPreset = () => z.enum(regionPresetNames);

/** "cut off", or "throttle" and a rate. */
export const capPolicy = () => written(parseCapPolicy, patterns.capPolicy, ['throttle 64 kbit/s', 'cut off']);

export type CapPolicy =
  | { readonly kind: 'cut' }
  | { readonly kind: 'throttle'; readonly bytesPerSec: number };

function parsePerMille(text: string): Checked<number> {
  const parsed = parseShare(text);
  if (!parsed.ok) return parsed;
  return parsed.value % 1000 === 0
    ? { ok: true, value: parsed.value / 1000 }
    : reject(`${quote(text)} is finer than 0.1%`, { expected: 'a percentage such as "25%" or "12.5%"' });
}

function parseCapPolicy(text: string): Checked<CapPolicy> {
  const expected = '"cut off", or "throttle" and a rate: "throttle 64 kbit/s"';
  if (text.trim() === 'cut off') return { ok: true, value: { kind: 'cut' } };
  const match = /^\s*throttle\b\s*(?:to\s+)?/.exec(text);
  if (match === null) {
    const suggestion = nearest(text.trim(), ['cut off']);
    return reject(`${quote(text)} says nothing that can be done`, { expected, suggestion });
  }
  const rate = parseRate(text.slice(match[0].length));
  if (rate.ok) return { ok: true, value: { kind: 'throttle', bytesPerSec: rate.value } };
  const { complaint } = rate;
  return { ok: false, complaint: { ...complaint, offset: complaint.offset + match[0].length } };
}

/** Bytes per second, or 0 for `dead`. */
export const rateOrDead = () =>
  written(wordOr('dead', 0, parseRate), patterns.rateOrDead, ['64 kbit/s', 'dead']);
/** The mean time between two events, in microseconds. */
export const frequency = () => written(parseFrequency, patterns.frequency, ['2/s', '30/m']);

/** Hours of a day. */
export const dayHours = () => written(parseDayHours, patterns.dayHours, ['18:00-23:00', '22:00-06:00']);
/** Microseconds since Monday 00:00. */
export const weekTime = () => written(parseWeekTime, patterns.weekTime, ['mon 18:00', 'sat']);
/** Numbers of days from Monday, 0: in order, each once. */
export const weekDays = () =>
  z
    .union([days(), z.array(days()).min(1).max(7)])
    .transform((value): readonly number[] => [...new Set(value.flat())].sort((a, b) => a - b));
const days = () => written(parseWeekDays, patterns.weekDays, ['mon', 'mon-fri']);

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
