/**
 * Quantities as text for people: the inverse of `units.ts`, rounded to three significant digits or so. The text depends
 * on the value alone, never on a locale.
 */

/** "1m30s", "850ms", "2h05m": at most two units, so it may be off by less than one of the smaller. */
export function formatDuration(us: number): string {
  if (us < 0) return `-${formatDuration(-us)}`;
  if (us === 0) return '0s';
  if (us < 1000) return `${significant(us)}us`;
  if (us < 1_000_000 && Number(significant(us / 1000)) < 1000) return `${significant(us / 1000)}ms`;
  if (us < 60_000_000 && Number(significant(us / 1_000_000)) < 60) return `${significant(us / 1_000_000)}s`;
  const seconds = Math.round(us / 1_000_000);
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'm', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'm');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** "64 MiB", "1.5 KiB", "12 B". */
export function formatSize(bytes: number): string {
  if (bytes < 0) return `-${formatSize(-bytes)}`;
  return scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);
}

/** "8 Mbit/s", "500 kbit/s": lines are sold in bits. */
export function formatRate(bytesPerSec: number): string {
  if (bytesPerSec < 0) return `-${formatRate(-bytesPerSec)}`;
  return scaled(bytesPerSec * 8, 1000, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s']);
}

/** Millionths as a scenario file writes them, exactly: "25%", "0.5%". */
export function formatShare(perMillion: number): string {
  const whole = Math.floor(perMillion / 10_000);
  const fraction = String(perMillion % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${whole}%` : `${whole}.${fraction}%`;
}

/** "25 %", "33.3 %". */
export function formatPercentage(fraction: number): string {
  return `${significant(fraction * 100)} %`;
}

/** A plain number, rounded to four significant digits where it has a fraction. */
export function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let index = 0;
  let rest = value;
  while (index < units.length - 1 && Number(significant(rest)) >= step) {
    rest /= step;
    index++;
  }
  return `${significant(rest)} ${units[index]}`;
}

function significant(value: number): string {
  return value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0
    ? `${large}${largeUnit}`
    : `${large}${largeUnit}${String(small).padStart(2, '0')}${smallUnit}`;
}

/** "1,234,567". */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Whole microseconds as a scenario file writes them, exactly: "1m30s", "1s500us", "0s". */
export function formatExactDuration(us: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400_000_000],
    ['h', 3_600_000_000],
    ['m', 60_000_000],
    ['s', 1_000_000],
    ['ms', 1000],
    ['us', 1],
  ];
  let rest = us;
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}
