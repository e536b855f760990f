/** Quantities with units: what each text means inside, and what is said about texts that mean nothing. */
import { describe, expect, it } from 'vitest';
import type { Checked } from '../../src/scenarios/complaint.ts';
import {
  parseDuration,
  parseFrequency,
  parsePercentage,
  parseRange,
  parseRate,
  parseShare,
  parseSize,
} from '../../src/scenarios/units.ts';

function value<T>(parsed: Checked<T>): T {
  if (!parsed.ok) throw new Error(parsed.complaint.message);
  return parsed.value;
}

function complaint(parsed: Checked<unknown>) {
  if (parsed.ok) throw new Error(`accepted as ${JSON.stringify(parsed.value)}`);
  return parsed.complaint;
}

describe('durations, in microseconds', () => {
  it.each([
    ['1us', 1],
    ['20ms', 20_000],
    ['20 ms', 20_000],
    ['1.5s', 1_500_000],
    ['0s', 0],
    ['2m', 120_000_000],
    ['1h', 3_600_000_000],
    ['1d', 86_400_000_000],
    ['1m30s', 90_000_000],
    ['1h 2m 3s', 3_723_000_000],
    ['2h0m1ms', 7_200_001_000],
    ['  5s ', 5_000_000],
    ['366d', 31_622_400_000_000],
    ['0.1s', 100_000],
    ['0.000001s', 1],
  ])('%s', (text, us) => expect(value(parseDuration(text))).toBe(us));

  it.each([
    ['20', '"20" has no unit', undefined],
    ['', '"" is not a duration', undefined],
    ['soon', '"soon" is not a duration', undefined],
    ['1:30', 'unknown unit ":30"', undefined],
    ['10 mins', 'unknown unit "mins"', 'm'],
    ['10 µs', 'unknown unit "µs"', 'us'],
    ['10 MS', 'unknown unit "MS"', 'ms'],
    ['-5s', '"-5s" has a sign', undefined],
    ['30s1m', 'the parts of "30s1m" must go from the larger to the smaller unit', undefined],
    ['1m1m', 'the parts of "1m1m" must go from the larger to the smaller unit', undefined],
    ['0.5us', '"0.5us" is not a whole number of microseconds', undefined],
    ['367d', '"367d" is too large for a duration', undefined],
    ['366d24h', '"366d24h" is too large for a duration', undefined],
    ['1234567890123456789s', '"1234567890123456789s" is too large for a duration', undefined],
    ['1e3s', 'unknown unit "e"', 's'],
  ])('refuses %s', (text, message, suggestion) =>
    expect(complaint(parseDuration(text))).toMatchObject({ message, suggestion }),
  );

  it('says which units would do', () => {
    expect(complaint(parseDuration('20')).expected).toBe(
      'a duration with a unit (us, ms, s, m, h, d), such as "1m30s"',
    );
  });

  it('points at the unit that is wrong', () => {
    expect(complaint(parseDuration('10 mins'))).toMatchObject({ offset: 3, length: 4 });
  });
});

describe('sizes, in bytes', () => {
  it.each([
    ['12 B', 12],
    ['256 KiB', 262_144],
    ['64 MiB', 67_108_864],
    ['1 GB', 1_000_000_000],
    ['1.5KiB', 1536],
    ['0.3 kB', 300],
    ['2 GiB', 2_147_483_648],
    ['0 B', 0],
  ])('%s', (text, bytes) => expect(value(parseSize(text))).toBe(bytes));

  it.each([
    ['64', '"64" has no unit', undefined],
    ['64 MIB', 'unknown unit "MIB"', 'MiB'],
    ['64 M', 'unknown unit "M"', 'MiB'],
    ['8 Mbit', 'unknown unit "Mbit"', undefined],
    ['0.3 B', '"0.3 B" is not a whole number of bytes', undefined],
    ['2000000 GiB', '"2000000 GiB" is too large for a size', undefined],
  ])('refuses %s', (text, message, suggestion) =>
    expect(complaint(parseSize(text))).toMatchObject({ message, suggestion }),
  );
});

describe('rates, in bytes per second', () => {
  it.each([
    ['8 Mbit/s', 1_000_000],
    ['500 kbit/s', 62_500],
    ['96 KiB/s', 98_304],
    ['1 MB/s', 1_000_000],
    ['1.5 MiB/s', 1_572_864],
    ['8 Kibit/s', 1024],
    ['64 bit/s', 8],
    ['12 bit/s', 2],
  ])('%s', (text, rate) => expect(value(parseRate(text))).toBe(rate));

  it.each([
    ['8', '"8" has no unit', undefined],
    ['8 Mbps', 'unknown unit "Mbps"', 'Mbit/s'],
    ['8 mbit/s', 'unknown unit "mbit/s"', 'Mbit/s'],
    ['8 MiB', 'unknown unit "MiB"', 'MiB/s'],
    ['1 bit/s', '"1 bit/s" is less than one byte per second', undefined],
    ['0 Mbit/s', '"0 Mbit/s" is less than one byte per second', undefined],
    ['1001 GB/s', '"1001 GB/s" is too large for a rate', undefined],
  ])('refuses %s', (text, message, suggestion) =>
    expect(complaint(parseRate(text))).toMatchObject({ message, suggestion }),
  );
});

describe('frequencies, as microseconds between two events', () => {
  it.each([
    ['2/s', 500_000],
    ['30/m', 2_000_000],
    ['0.5 / s', 2_000_000],
    ['3/s', 333_333],
    ['1/d', 86_400_000_000],
  ])('%s', (text, us) => expect(value(parseFrequency(text))).toBe(us));

  it.each([
    ['2', '"2" has no unit', undefined],
    ['2/sec', '"2/sec" is not a frequency', '2/s'],
    ['often', '"often" is not a frequency', undefined],
    ['0/s', '"0/s" is out of range', undefined],
    ['3000000/s', '"3000000/s" is out of range', undefined],
  ])('refuses %s', (text, message, suggestion) =>
    expect(complaint(parseFrequency(text))).toMatchObject({ message, suggestion }),
  );
});

describe('percentages', () => {
  it('are fractions of one', () => {
    expect(value(parsePercentage('25%'))).toBe(0.25);
    expect(value(parsePercentage('100 %'))).toBe(1);
  });

  it.each([
    ['25', '"25" has no % sign'],
    ['101%', '"101%" is more than 100%'],
    ['some', '"some" is not a percentage'],
  ])('refuse %s', (text, message) => expect(complaint(parsePercentage(text)).message).toBe(message));
});

describe('shares, in millionths', () => {
  it.each([
    ['25%', 250_000],
    ['0.5 %', 5000],
    ['33.3333%', 333_333],
    ['0.0001%', 1],
    ['100.00000%', 1_000_000],
    ['0%', 0],
  ])('%s', (text, millionths) => expect(value(parseShare(text))).toBe(millionths));

  it.each([
    ['25', '"25" has no % sign'],
    ['100.0001%', '"100.0001%" is more than 100%'],
    ['12345678901234567890%', '"12345678901234567890%" is more than 100%'],
    ['0.00001%', '"0.00001%" is finer than 0.0001%'],
    ['-1%', '"-1%" is not a percentage'],
    ['half', '"half" is not a percentage'],
  ])('refuse %s', (text, message) => expect(complaint(parseShare(text)).message).toBe(message));
});

describe('ranges', () => {
  it('have two ends with a unit each, or one for both', () => {
    expect(value(parseRange('20ms..60ms', parseDuration))).toEqual({ lowest: 20_000, highest: 60_000 });
    expect(value(parseRange('20ms .. 1s', parseDuration))).toEqual({ lowest: 20_000, highest: 1_000_000 });
    expect(value(parseRange('20ms', parseDuration))).toEqual({ lowest: 20_000, highest: 20_000 });
  });

  it.each([
    ['60ms..20ms', 'the range "60ms..20ms" is upside down', 0],
    ['20..60ms', '"20" has no unit', 0],
    ['20ms..60 mss', 'unknown unit "mss"', 9],
    ['20ms..', '"" is not a duration', 6],
    ['1ms..2ms..3ms', 'unknown unit "ms..3ms"', 6],
  ])('refuse %s', (text, message, offset) =>
    expect(complaint(parseRange(text, parseDuration))).toMatchObject({ message, offset }),
  );
});
