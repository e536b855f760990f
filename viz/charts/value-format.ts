/** Values of metrics as the axes and tips of comparisons show them. */
import type { ValueUnit } from '../compare/model.ts';
import { formatBytes, formatDuration, formatNumber, formatRate } from './format.ts';

export function formatValue(value: number, unit: ValueUnit): string {
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  switch (unit) {
    case 'us':
      return sign + formatDuration(Math.round(size));
    case 'bytes':
      return sign + formatBytes(size);
    case 'bytes/us':
      return sign + formatRate(size * 1e6);
    case 'share':
      return formatPercent(value);
    case 'plain':
      return sign + formatNumber(size, size < 1 ? 3 : 2);
  }
}

/** "−12 %", "3.5 %". */
export function formatPercent(share: number): string {
  const percent = Math.abs(share) * 100;
  return `${share < 0 ? '−' : ''}${formatNumber(percent, percent < 10 ? 1 : 0)} %`;
}
