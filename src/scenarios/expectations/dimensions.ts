/**
 * What kind of quantity a number is: a product of powers of time and bytes. Values are microseconds and bytes throughout;
 * comparing or adding quantities of different kinds is an error before the run.
 */
import { formatDuration, formatNumber, formatRate, formatSize } from '../unit-text.ts';

export interface Dimension {
  readonly time: number;
  readonly bytes: number;
}

export const PLAIN: Dimension = { time: 0, bytes: 0 };
export const TIME: Dimension = { time: 1, bytes: 0 };
export const BYTES: Dimension = { time: 0, bytes: 1 };
export const RATE: Dimension = { time: -1, bytes: 1 };

export function sameDimension(a: Dimension, b: Dimension): boolean {
  return a.time === b.time && a.bytes === b.bytes;
}

export function multiplied(a: Dimension, b: Dimension): Dimension {
  return { time: a.time + b.time, bytes: a.bytes + b.bytes };
}

export function divided(a: Dimension, b: Dimension): Dimension {
  return { time: a.time - b.time, bytes: a.bytes - b.bytes };
}

/** "a time", "a size", "a rate", "a plain number", or the powers of anything else. */
export function describeDimension(dimension: Dimension): string {
  if (sameDimension(dimension, PLAIN)) return 'a plain number';
  if (sameDimension(dimension, TIME)) return 'a time';
  if (sameDimension(dimension, BYTES)) return 'a size';
  if (sameDimension(dimension, RATE)) return 'a rate';
  return `a quantity in ${unitOf(dimension)}`;
}

/** The unit that values of this dimension are in: "us", "bytes", "bytes/us", "" for plain numbers. */
export function unitOf({ time, bytes }: Dimension): string {
  const power = (unit: string, exponent: number): string => (exponent === 1 ? unit : `${unit}^${exponent}`);
  const above = [bytes > 0 ? power('bytes', bytes) : '', time > 0 ? power('us', time) : ''].filter(
    (one) => one !== '',
  );
  const below = [bytes < 0 ? power('bytes', -bytes) : '', time < 0 ? power('us', -time) : ''].filter(
    (one) => one !== '',
  );
  if (below.length === 0) return above.join(' ');
  return `${above.join(' ') || '1'}/${below.join('/')}`;
}

/** A value as text for people. */
export function formatMeasure(value: number, dimension: Dimension): string {
  if (sameDimension(dimension, TIME)) return formatDuration(value);
  if (sameDimension(dimension, BYTES)) return formatSize(value);
  if (sameDimension(dimension, RATE)) return formatRate(value * 1e6);
  return `${formatNumber(value)} ${unitOf(dimension)}`.trimEnd();
}
