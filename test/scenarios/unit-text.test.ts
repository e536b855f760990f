/** Quantities as text for people. */
import { describe, expect, it } from 'vitest';
import {
  formatDuration,
  formatNumber,
  formatPercentage,
  formatRate,
  formatShare,
  formatSize,
} from '../../src/scenarios/unit-text.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [999, '999us'],
    [20_000, '20ms'],
    [1_234_567, '1.23s'],
    [59_999_999, '1m'],
    [90_000_000, '1m30s'],
    [372_000_000, '6m12s'],
    [605_000_000, '10m05s'],
    [3_600_000_000, '1h'],
    [3_599_999_999, '1h'],
    [7_500_000_000, '2h05m'],
    [86_399_999_999, '1d'],
    [180_000_000_000, '2d02h'],
    [-90_000_000, '-1m30s'],
  ])('%d us is %s', (us, text) => expect(formatDuration(us)).toBe(text));
});

describe('formatSize', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [67_108_864, '64 MiB'],
    [1_048_575, '1 MiB'],
    [-1024, '-1 KiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatSize(bytes)).toBe(text));
});

describe('formatRate', () => {
  it.each([
    [1_000_000, '8 Mbit/s'],
    [62_500, '500 kbit/s'],
    [8, '64 bit/s'],
  ])('%d bytes/s are %s', (rate, text) => expect(formatRate(rate)).toBe(text));
});

describe('formatShare', () => {
  it.each([
    [0, '0%'],
    [5000, '0.5%'],
    [333_333, '33.3333%'],
    [1, '0.0001%'],
    [1_005_000, '100.5%'],
  ])('%d millionths are %s', (perMillion, text) => expect(formatShare(perMillion)).toBe(text));
});

it('formats percentages and plain numbers', () => {
  expect(formatPercentage(0.25)).toBe('25 %');
  expect(formatPercentage(1 / 3)).toBe('33.3 %');
  expect(formatNumber(60)).toBe('60');
  expect(formatNumber(1 / 3)).toBe('0.3333');
});
