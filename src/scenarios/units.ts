/**
 * Quantities as people write them ("8 Mbit/s", "256 KiB", "1m30s", "20ms..60ms") and what they are inside: bytes per
 * second, bytes, microseconds. A number without a unit is never guessed at, and the arithmetic is exact.
 */
import { accept, type Checked, quote, reject } from './complaint.ts';
import { nearest } from './nearest.ts';

/** From `lowest` to `highest`, both included; a single quantity has both equal. */
export interface Range {
  readonly lowest: number;
  readonly highest: number;
}

/** One unit as an exact fraction of the base unit. */
interface Unit {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

interface Kind {
  /** With its article: "a rate". */
  readonly name: string;
  readonly example: string;
  readonly units: ReadonlyMap<string, Unit>;
  /** What people also write, and what they mean by it. */
  readonly spellings: ReadonlyMap<string, string>;
  /** Name of the base unit when a fraction of it is an error; undefined: rounded to the nearest. */
  readonly whole: string | undefined;
  readonly largest: bigint;
}

const DECIMAL: readonly (readonly [string, bigint])[] = [
  ['', 1n],
  ['k', 1000n],
  ['M', 1000n ** 2n],
  ['G', 1000n ** 3n],
];
const BINARY: readonly (readonly [string, bigint])[] = [
  ['Ki', 1024n],
  ['Mi', 1024n ** 2n],
  ['Gi', 1024n ** 3n],
];

function units(entries: readonly (readonly [string, bigint, bigint?])[]): ReadonlyMap<string, Unit> {
  return new Map(
    entries.map(([name, numerator, denominator]) => [name, { numerator, denominator: denominator ?? 1n }]),
  );
}

const DURATION: Kind = {
  name: 'a duration',
  example: '1m30s',
  units: units([
    ['us', 1n],
    ['ms', 1000n],
    ['s', 1_000_000n],
    ['m', 60_000_000n],
    ['h', 3_600_000_000n],
    ['d', 86_400_000_000n],
  ]),
  spellings: new Map([
    ['µs', 'us'],
    ['sec', 's'],
    ['secs', 's'],
    ['second', 's'],
    ['seconds', 's'],
    ['min', 'm'],
    ['mins', 'm'],
    ['minute', 'm'],
    ['minutes', 'm'],
    ['hour', 'h'],
    ['hours', 'h'],
    ['day', 'd'],
    ['days', 'd'],
  ]),
  whole: 'microseconds',
  largest: 366n * 86_400_000_000n,
};

const SIZE: Kind = {
  name: 'a size',
  example: '256 KiB',
  units: units([...DECIMAL, ...BINARY].map(([prefix, factor]) => [`${prefix}B`, factor])),
  spellings: new Map([
    ['K', 'KiB'],
    ['M', 'MiB'],
    ['G', 'GiB'],
    ['byte', 'B'],
    ['bytes', 'B'],
  ]),
  whole: 'bytes',
  largest: 1n << 50n,
};

const RATE: Kind = {
  name: 'a rate',
  example: '8 Mbit/s',
  units: units([
    ...[...DECIMAL, ...BINARY].map(([prefix, factor]) => [`${prefix}bit/s`, factor, 8n] as const),
    ...[...DECIMAL, ...BINARY].map(([prefix, factor]) => [`${prefix}B/s`, factor] as const),
  ]),
  spellings: new Map([
    ['bps', 'bit/s'],
    ['kbps', 'kbit/s'],
    ['Kbps', 'kbit/s'],
    ['mbps', 'Mbit/s'],
    ['Mbps', 'Mbit/s'],
    ['Gbps', 'Gbit/s'],
    ['KB/s', 'kB/s'],
  ]),
  whole: undefined,
  largest: 10n ** 12n,
};

const NUMBER = /^(\d+)(?:\.(\d+))?/;
const MAX_DIGITS = 18;

/** A duration ("20ms", "1.5s", "1m30s", "1d") in microseconds; at most 366 days. */
export function parseDuration(text: string): Checked<number> {
  const parts = [...text.trim().matchAll(/(\d+)\s*([a-zA-Zµ]+)\s*/gy)];
  const joined = parts.map((part) => part[0]).join('');
  if (parts.length < 2 || joined.length !== text.trim().length) return parseQuantity(text, DURATION);
  let total = 0;
  let previous = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const amount = parseQuantity(part[0], DURATION);
    if (!amount.ok) return amount;
    const size = Number(DURATION.units.get(part[2] as string)?.numerator);
    if (size >= previous)
      return reject(
        `the parts of ${quote(text)} must go from the larger to the smaller unit`,
        expectation(DURATION),
      );
    previous = size;
    total += amount.value;
  }
  if (BigInt(total) > DURATION.largest) return tooLarge(text, DURATION);
  return accept(total);
}

/** A size ("256 KiB", "64 MiB", "1 GB") in bytes; at most 2^50. */
export function parseSize(text: string): Checked<number> {
  return parseQuantity(text, SIZE);
}

/** A rate ("8 Mbit/s", "96 KiB/s") in bytes per second, rounded to the nearest whole number; from 1 to 10^12. */
export function parseRate(text: string): Checked<number> {
  const rate = parseQuantity(text, RATE);
  if (rate.ok && rate.value < 1)
    return reject(`${quote(text)} is less than one byte per second`, expectation(RATE));
  return rate;
}

/** A frequency ("2/s", "30/m") as the mean time between two events, in microseconds; at least 1. */
export function parseFrequency(text: string): Checked<number> {
  const expected = 'a number of events per s, m, h or d, such as "2/s"';
  const match = /^(\d+)(?:\.(\d+))?\s*\/\s*([a-zA-Z]+)$/.exec(text.trim());
  if (match === null) {
    const bare = /^\d+(?:\.\d+)?$/.test(text.trim());
    return reject(bare ? `${quote(text)} has no unit` : `${quote(text)} is not a frequency`, { expected });
  }
  const [, digits = '', fraction = '', per = ''] = match;
  const unit = DURATION.units.get(per);
  if (unit === undefined || digits.length + fraction.length > MAX_DIGITS) {
    const right = DURATION.spellings.get(per);
    return reject(`${quote(text)} is not a frequency`, {
      expected,
      suggestion: right && `${digits}/${right}`,
    });
  }
  const events = BigInt(digits + fraction);
  const interval = events === 0n ? 0n : rounded(unit.numerator * 10n ** BigInt(fraction.length), events);
  if (interval < 1n || interval > DURATION.largest) {
    return reject(`${quote(text)} is out of range`, {
      expected: 'from one event a year to one each microsecond',
    });
  }
  return accept(Number(interval));
}

/** A percentage ("25%") as a fraction of one; at most 100%. */
export function parsePercentage(text: string): Checked<number> {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  const expected = 'a percentage, such as "25%"';
  if (match === null) {
    return reject(
      NUMBER.test(text.trim()) ? `${quote(text)} has no % sign` : `${quote(text)} is not a percentage`,
      { expected },
    );
  }
  const value = Number(match[1]);
  return value <= 100 ? accept(value / 100) : reject(`${quote(text)} is more than 100%`, { expected });
}

/** A share ("0.5%") in millionths, exactly; at most 100%. */
export function parseShare(text: string): Checked<number> {
  const expected = 'a percentage from 0% to 100%, such as "25%"';
  const match = /^(\d+)(?:\.(\d+))?\s*%$/.exec(text.trim());
  if (match === null) {
    const bare = /^\d+(?:\.\d+)?$/.test(text.trim());
    return reject(bare ? `${quote(text)} has no % sign` : `${quote(text)} is not a percentage`, { expected });
  }
  const [, digits = '', fraction = ''] = match;
  const exact = fraction.replace(/0+$/, '');
  if (exact.length > 4)
    return reject(`${quote(text)} is finer than 0.0001%`, {
      expected: 'at most four digits after the point',
    });
  const millionths = digits.length > 9 ? Number.POSITIVE_INFINITY : Number(digits + exact.padEnd(4, '0'));
  return millionths <= 1_000_000
    ? accept(millionths)
    : reject(`${quote(text)} is more than 100%`, { expected });
}

/** One quantity, or two with `..` between them ("20ms..60ms"). */
export function parseRange(text: string, parse: (text: string) => Checked<number>): Checked<Range> {
  const dots = text.indexOf('..');
  if (dots < 0) {
    const single = parse(text);
    return single.ok ? accept({ lowest: single.value, highest: single.value }) : single;
  }
  const lowest = parse(text.slice(0, dots));
  if (!lowest.ok) return lowest;
  const highest = parse(text.slice(dots + 2));
  if (!highest.ok) {
    return { ok: false, complaint: { ...highest.complaint, offset: highest.complaint.offset + dots + 2 } };
  }
  if (lowest.value > highest.value) {
    return reject(`the range ${quote(text)} is upside down`, { expected: 'the smaller end first' });
  }
  return accept({ lowest: lowest.value, highest: highest.value });
}

/** Every unit that `parseDuration`, `parseSize` and `parseRate` know, for those who look for one inside a text. */
export function unitKind(unit: string): 'duration' | 'size' | 'rate' | undefined {
  if (DURATION.units.has(unit)) return 'duration';
  if (SIZE.units.has(unit)) return 'size';
  return RATE.units.has(unit) ? 'rate' : undefined;
}

/** The units of a kind. */
export function unitNames(kind: 'duration' | 'size' | 'rate'): readonly string[] {
  return [...{ duration: DURATION, size: SIZE, rate: RATE }[kind].units.keys()];
}

/** The unit of any kind that an unknown one was probably meant to be. */
export function nearestUnit(unit: string): string | undefined {
  for (const kind of [DURATION, SIZE, RATE]) {
    const right = kind.spellings.get(unit);
    if (right !== undefined) return right;
  }
  return nearest(unit, [...DURATION.units.keys(), ...SIZE.units.keys(), ...RATE.units.keys()]);
}

function parseQuantity(text: string, kind: Kind): Checked<number> {
  const start = text.length - text.trimStart().length;
  const trimmed = text.trim();
  if (/^[-+]\s*\d/.test(trimmed)) return reject(`${quote(text)} has a sign`, expectation(kind));
  const match = NUMBER.exec(trimmed);
  if (match === null) return reject(`${quote(text)} is not ${kind.name}`, expectation(kind));
  const unitText = trimmed.slice(match[0].length).trim();
  if (unitText === '') return reject(`${quote(trimmed)} has no unit`, expectation(kind));
  const unit = kind.units.get(unitText);
  if (unit === undefined) {
    return reject(`unknown unit ${quote(unitText)}`, {
      ...expectation(kind),
      suggestion: suggestedUnit(unitText, kind),
      offset: start + trimmed.length - unitText.length,
      length: unitText.length,
    });
  }
  const [, digits = '', fraction = ''] = match;
  if (digits.length + fraction.length > MAX_DIGITS) return tooLarge(text, kind);
  const numerator = BigInt(digits + fraction) * unit.numerator;
  const denominator = unit.denominator * 10n ** BigInt(fraction.length);
  if (kind.whole !== undefined && numerator % denominator !== 0n) {
    return reject(`${quote(text)} is not a whole number of ${kind.whole}`, expectation(kind));
  }
  const value = rounded(numerator, denominator);
  return value <= kind.largest ? accept(Number(value)) : tooLarge(text, kind);
}

function suggestedUnit(unit: string, kind: Kind): string | undefined {
  if (kind.units.has(`${unit}/s`)) return `${unit}/s`;
  return kind.spellings.get(unit) ?? nearest(unit, kind.units.keys());
}

function rounded(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

function expectation(kind: Kind): { expected: string } {
  return {
    expected: `${kind.name} with a unit (${[...kind.units.keys()].join(', ')}), such as "${kind.example}"`,
  };
}

function tooLarge(
  text: string,
  kind: Kind,
): { ok: false; complaint: ReturnType<typeof reject>['complaint'] } {
  return reject(`${quote(text)} is too large for ${kind.name}`, expectation(kind));
}
