/**
 * Quantities as regular expressions, for editors: JSON Schema knows no units. A pattern takes everything that the parser of
 * its kind takes; of what the parser refuses it refuses what has no unit, a wrong unit or a wrong form, but it does not
 * reckon: sizes that are too large and ranges that are upside down pass.
 */
import { unitNames } from './units.ts';

const NUMBER = String.raw`\d+(?:\.\d+)?`;
const CLOCK = String.raw`\d{1,2}:[0-5]\d(?::[0-5]\d)?`;
const DAY = '(?:mon|tue|wed|thu|fri|sat|sun)';

const one = (units: readonly string[]): string => String.raw`${NUMBER}\s*(?:${units.join('|')})`;

const DURATION_UNITS = unitNames('duration');
const DURATION = String.raw`(?:${one(DURATION_UNITS)}|(?:\d+\s*(?:${DURATION_UNITS.join('|')})\s*)+)`;
const RATE = one(unitNames('rate'));
const SIZE = one(unitNames('size'));
const SHARE = String.raw`\d+(?:\.\d{1,4}0*)?\s*%`;

const alone = (pattern: string): string => String.raw`^\s*(?:${pattern})\s*$`;
const range = (pattern: string): string => alone(String.raw`${pattern}(?:\s*\.\.\s*${pattern})?`);
const positive = (pattern: string): string => String.raw`^(?=.*[1-9])\s*(?:${pattern})\s*$`;

export const patterns = {
  duration: alone(DURATION),
  positiveDuration: positive(DURATION),
  durationRange: range(DURATION),
  durationRangeOrForever: alone(String.raw`forever|${DURATION}(?:\s*\.\.\s*${DURATION})?`),
  size: alone(SIZE),
  positiveSize: positive(SIZE),
  rate: alone(RATE),
  positiveRate: positive(RATE),
  rateRange: range(RATE),
  rateOrNone: alone(`none|${RATE}`),
  rateOrDead: alone(`dead|${RATE}`),
  share: alone(SHARE),
  shareRange: range(SHARE),
  haveText: alone(`all|none|${SHARE}`),
  pieceRange: alone(String.raw`\d{1,8}(?:\s*-\s*\d{1,8})?`),
  frequency: alone(String.raw`${NUMBER}\s*/\s*(?:${DURATION_UNITS.join('|')})`),
  capPolicy: alone(String.raw`cut off|throttle\b\s*(?:to\s+)?${RATE}`),
  dayHours: alone(String.raw`${CLOCK}\s*-\s*${CLOCK}`),
  weekTime: alone(String.raw`${DAY}(?:\s+${CLOCK})?`),
  weekDays: alone(String.raw`${DAY}(?:\s*-\s*${DAY})?`),
} as const;
