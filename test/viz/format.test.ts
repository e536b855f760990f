import { describe, expect, it } from 'vitest';
import { formatDuration as formatDurationOnTerminal } from '../../src/scenarios/unit-text.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatRate,
  formatShare,
  formatTick,
  timeTicks,
} from '../../viz/charts/format.ts';

describe('formats', () => {
  it.each([
    [0, '0s'],
    [420_000, '420ms'],
    [8_440_000, '8.44s'],
    [59_600_000, '59.6s'],
    [333_250_000, '5m33s'],
    [3_599_600_000, '1h'],
    [3_720_000_000, '1h02m'],
    [2.125 * 86_400e6, '2d03h'],
  ])('%d µs is %s', (us, text) => {
    expect(formatDuration(us)).toBe(text);
  });

  it('writes durations as the command line does', () => {
    for (let us = 0; us < 1e13; us = Math.ceil(us * 1.07) + 1) {
      expect(formatDuration(us), String(us)).toBe(formatDurationOnTerminal(us));
    }
    for (const us of [999.6, 999_600, 999_999, 59_960_000, 86_399_999_999]) {
      expect(formatDuration(us), String(us)).toBe(formatDurationOnTerminal(us));
    }
  });

  it('names sizes, rates, shares and counts', () => {
    expect([0, 1023, 1536, 64 * 2 ** 20, 312.5 * 2 ** 20].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.5 KiB',
      '64 MiB',
      '313 MiB',
    ]);
    expect([50, 16_000, 125_000, 2e6, 125e6].map(formatRate)).toEqual([
      '400 bit/s',
      '128 kbit/s',
      '1 Mbit/s',
      '16 Mbit/s',
      '1 Gbit/s',
    ]);
    expect([0, 0.0003, 0.004, 0.926, 0.996, 0.9997, 1, 1.2].map(formatShare)).toEqual([
      '0 %',
      '0.03 %',
      '0.4 %',
      '93 %',
      '99.6 %',
      '99.97 %',
      '100 %',
      '120 %',
    ]);
    expect([7, 1001, 1234567.25, -4200].map((value) => formatNumber(value))).toEqual([
      '7',
      '1,001',
      '1,234,567.3',
      '-4,200',
    ]);
    expect(formatCount(1, 'copy', 'copies')).toBe('1 copy');
    expect(formatCount(15_360, 'piece')).toBe('15,360 pieces');
  });

  it.each([
    [45e6, 6, ['0', '10s', '20s', '30s', '40s']],
    [333e6, 6, ['0', '1m', '2m', '3m', '4m', '5m']],
    [200e6, 3, ['0', '2m']],
    [9000e6, 6, ['0', '30m', '1h', '1h30', '2h', '2h30']],
    [0.5e6, 5, ['0', '0.1s', '0.2s', '0.3s', '0.4s', '0.5s']],
  ])('ticks for %d µs', (endUs, count, labels) => {
    expect(timeTicks(endUs, count).map(formatTick)).toEqual(labels);
  });
});
