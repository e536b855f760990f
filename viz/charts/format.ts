/** Numbers as people read them: durations, sizes, rates, shares; and round ticks for an axis of time. */

/**
 * "0s", "420ms", "8.44s", "5m33s", "1h02m", "2d03h": the same text as on the command line (`src/scenarios/unit-text.ts`,
 * which a page in the browser does not take along; a test compares the two).
 */
export function formatDuration(us: number): string {
  if (us === 0) return '0s';
  if (us < 1000) return `${significant(us)}us`;
  if (us < 1e6 && Number(significant(us / 1000)) < 1000) return `${significant(us / 1000)}ms`;
  if (us < 6e7 && Number(significant(us / 1e6)) < 60) return `${significant(us / 1e6)}s`;
  const seconds = Math.round(us / 1e6);
  if (seconds < 3600) return join(Math.floor(seconds / 60), 'm', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return join(Math.floor(minutes / 60), 'h', minutes % 60, 'm');
  const hours = Math.round(minutes / 60);
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** "512 B", "1.5 MiB", "64 MiB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${trim(value, value < 10 && unit > 0 ? 2 : value < 100 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

/** A line's rate in the unit in which lines are sold: "16 Mbit/s". */
export function formatRate(bytesPerSec: number): string {
  const bits = bytesPerSec * 8;
  if (bits >= 1e9) return `${trim(bits / 1e9, 2)} Gbit/s`;
  if (bits >= 1e6) return `${trim(bits / 1e6, 2)} Mbit/s`;
  if (bits >= 1e3) return `${trim(bits / 1e3, 1)} kbit/s`;
  return `${trim(bits, 0)} bit/s`;
}

/** "93 %", "0.4 %", "99.7 %": neither next to nothing nor next to all is rounded away. */
export function formatShare(share: number): string {
  const percent = share * 100;
  const short = Math.min(Math.abs(percent), Math.abs(100 - percent));
  return `${trim(percent, short === 0 || short >= 1 ? 0 : short >= 0.1 ? 1 : 2)} %`;
}

/** "2", "1.9", "12.35", "10,001" with at most `digits` decimals. */
export function formatNumber(value: number, digits = 1): string {
  const [whole = '', ...decimals] = trim(value, digits).split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...decimals].join('.');
}

/** "1 peer", "60 peers", "1,000 peers". */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count, 0)} ${count === 1 ? one : many}`;
}

const STEPS_SEC = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800,
  21_600, 43_200, 86_400,
];

/** Round instants from 0 to `endUs`, about `count` of them. */
export function timeTicks(endUs: number, count: number): number[] {
  const wanted = endUs / 1e6 / Math.max(1, count);
  const step = STEPS_SEC.find((candidate) => candidate >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400;
  const ticks: number[] = [];
  for (let index = 0; index * step * 1e6 <= endUs * 1.0001; index++) ticks.push(index * step * 1e6);
  return ticks;
}

export interface SpanTicks {
  readonly ticksUs: readonly number[];
  format(us: number): string;
}

/** Round instants within a span, about `count` of them, with labels that tell neighbouring ones apart. */
export function spanTicks(fromUs: number, toUs: number, count: number): SpanTicks {
  if (fromUs <= 0) return { ticksUs: timeTicks(toUs, count), format: formatTick };
  const wanted = (toUs - fromUs) / 1e6 / Math.max(1, count);
  const step =
    [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, ...STEPS_SEC].find((candidate) => candidate >= wanted) ??
    Math.ceil(wanted / 86_400) * 86_400;
  const stepUs = step * 1e6;
  const ticksUs: number[] = [];
  for (let index = Math.ceil(fromUs / stepUs); index * stepUs <= toUs; index++) ticksUs.push(index * stepUs);
  return { ticksUs, format: (us) => formatTickOf(us, step) };
}

/** "2h05", "2h05m10", "5m03.5": from the largest unit of the instant down to that of the step. */
function formatTickOf(us: number, stepSec: number): string {
  const seconds = us / 1e6;
  if (seconds < 60 || stepSec % 60 === 0) return seconds < 60 ? `${trim(seconds, 4)}s` : formatTickTo(us);
  const decimals = stepSec >= 1 ? 0 : stepSec >= 0.1 ? 1 : stepSec >= 0.01 ? 2 : stepSec >= 0.001 ? 3 : 4;
  const whole = Math.floor(seconds / 60) * 60;
  const rest = Math.max(0, seconds - whole).toFixed(decimals);
  const shown = rest.length < 2 || rest.indexOf('.') === 1 ? `0${rest}` : rest;
  const minutes = formatTickTo(whole * 1e6);
  return /h\d\d$/.test(minutes)
    ? `${minutes}m${shown}`
    : minutes.endsWith('m')
      ? `${minutes}${shown}`
      : `${minutes}00m${shown}`;
}

/** Days, hours and minutes. */
function formatTickTo(us: number): string {
  const minutes = Math.round(us / 6e7);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days === 0) return hours === 0 ? `${rest}m` : join(hours, 'h', rest);
  return rest === 0 ? join(days, 'd', hours, 'h') : `${days}d${two(hours)}h${two(rest)}`;
}

/** A tick's label: "0", "30s", "2m", "2m30", "1h", "1h30". */
export function formatTick(us: number): string {
  const seconds = us / 1e6;
  if (seconds === 0) return '0';
  if (seconds < 60) return `${trim(seconds, 2)}s`;
  if (seconds < 3600) return join(Math.floor(seconds / 60), 'm', seconds % 60);
  if (seconds < 86_400) return join(Math.floor(seconds / 3600), 'h', Math.floor((seconds % 3600) / 60));
  return join(Math.floor(seconds / 86_400), 'd', Math.floor((seconds % 86_400) / 3600));
}

function join(large: number, unit: string, small: number, smallUnit = ''): string {
  return small === 0 ? `${large}${unit}` : `${large}${unit}${two(small)}${smallUnit}`;
}

function significant(value: number): string {
  return value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function trim(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
